import { basename, join, resolve } from "node:path";
import { usageError, type StartStage } from "../../../core/index.ts";
import { encodeCoco, encodeCvat, encodeLabelStudio } from "../../../labels/index.ts";
import { imageFiles } from "../../../micrograph/index.ts";
import { tableCsv, tableText } from "../../../report/index.ts";
import {
  chooseTiles,
  embedLabelled,
  labelTasks,
  loadSet,
  nextStudy,
  openEnsemble,
  smallestTilePx,
  splitSets,
  SUGGEST_BY,
  suggestReport,
  surveyImages,
  taskTable,
  uncertaintyOf,
  writeFormerLabels,
  writeGroups,
  wholeTaskTable,
  writeTiles,
} from "../../../segment/index.ts";
import type { Ensemble, LabelledSet, SegmenterMetadata, SplitSets } from "../../../segment/index.ts";
import { defineCommand, type CommandContext, type CommandResult, type FlagValues } from "../../command.ts";
import { yamlText } from "../../config/write-yaml.ts";
import { IMAGE_FLAGS, imageRequest, outputFlags, wholeNumber, WORKERS_FLAG } from "../../flags.ts";
import { RESUME_FLAG } from "../../checkpoint-flags.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { REPLAY_FLAGS, replayLabelling } from "./replay-labelling.ts";

const SUGGEST_FLAGS = {
  budget: { value: "K", help: "tiles to suggest", parse: wholeNumber(1, 100_000), default: 10 },
  by: { value: "NAME", help: "what the choice goes by", choices: SUGGEST_BY, default: "both" },
  measure: {
    value: "NAME",
    help: "what uncertainty is (default: how far answers in several orientations differ)",
    choices: ["disagreement", "entropy"],
  },
  tile: {
    value: "PX",
    help: "edge of a tile in px (default: twice the crops of the model's training)",
    parse: wholeNumber(16, 65_536),
  },
  labelled: { value: "SET", help: "folder that segment prepare wrote: what is labelled already" },
  ensemble: { value: "MODELS", help: "further models, with commas between, that answer too" },
  ...IMAGE_FLAGS,
  workers: WORKERS_FLAG,
  ...REPLAY_FLAGS,
  resume: RESUME_FLAG,
  ...outputFlags("runs/to-label"),
} as const;

type SuggestFlags = FlagValues<typeof SUGGEST_FLAGS>;

/** `heterostem segment suggest`: which parts of unlabelled micrographs are worth labelling next. */
export const segmentSuggest = defineCommand({
  name: "suggest",
  summary: "Suggest which tiles of unlabelled images to label next, with labels to correct",
  arguments: {
    model: { help: "model.onnx, or the folder of a training", isOptional: true },
    images: {
      help: "images that nobody has labelled, or folders of them",
      isOptional: true,
      isVariadic: true,
    },
  },
  flags: SUGGEST_FLAGS,
  example:
    "segment suggest runs/segment-model my-images --budget 8 --labelled runs/spheroidite --out runs/to-label",
  async run({ arguments: { model, images }, flags }, context) {
    if (flags.simulate !== undefined) return replayLabelling(flags.simulate, { ...flags, model }, context);
    if (model === undefined || images.length === 0) {
      const wanted = "wanted a model and images, or --simulate SET";
      throw usageError({ action: "suggest tiles" }, wanted, model === undefined ? "neither" : "no images");
    }
    if (flags.resume) {
      throw usageError({ action: "suggest tiles" }, "--resume must stand beside --simulate", "it alone");
    }
    const { workers: threads, ensemble } = flags;
    const segmenter = openEnsemble("suggest tiles", model, { views: undefined, ensemble, threads });
    try {
      return await suggest(segmenter, images, flags, context);
    } finally {
      await segmenter.dispose();
    }
  },
});

async function suggest(
  segmenter: Ensemble,
  images: readonly string[],
  flags: SuggestFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { metadata, segmenters, models } = segmenter;
  const { out, force, by, measure, budget, labelled: path = null } = flags;
  const tilePx = tileSize(flags, metadata);
  checkMeasure(measure, segmenter);
  const set = path === null ? null : await labelledSet(path, metadata);
  const former = set === null ? NOTHING : splitSets(set, metadata.fold);
  const files = images.flatMap(imageFiles);
  const asked = imageRequest(flags);
  const pixelSizeNm = asked.pixelSizeNm ?? metadata.config.data.pixelSizeNm;
  const request = pixelSizeNm === undefined ? asked : { ...asked, pixelSizeNm };
  const settings = { models, files, by, measure, budget, tilePx, labelled: path, ...request };
  return runInto(out, { force, context, settings }, async (folder) => {
    const { startStage } = context;
    const known = new Set([
      ...metadata.trainingNames,
      ...(set?.manifest.entries ?? []).map(({ name }) => name),
    ]);
    const survey = await surveyImages(segmenters, files, { request, tilePx, known, startStage });
    const labelled = await embedLabelled(segmenters, former.training, tilePx);
    const candidates = survey.tiles.map((tile) => ({ ...tile, uncertainty: uncertaintyOf(tile, measure) }));
    if (candidates.length === 0) throw noTiles(files, survey.notes);
    const chosen = chooseTiles(candidates, { by, count: budget, labelled });
    const tasks = labelTasks(survey.tiles, chosen, { by, measure });
    const taken = chosen.map(({ index }) => survey.tiles[index]);
    const tiles = await written(startStage, taken.length, () =>
      writeTiles(segmenters, taken, { folder, request }),
    );
    const notes = [...survey.notes, ...budgetNotes(tasks.length, budget), ...startNotes(set)];
    const classCount = metadata.classNames.length;
    const study = nextStudy(metadata.config, writeFormerLabels(folder, former, classCount));
    writeGroups(folder, metadata.config.data.groups, { former, tiles: taken });
    const annotations = tiles.map(({ annotation }) => annotation);
    writeFiles(folder, {
      "tasks.csv": tableCsv(wholeTaskTable(tasks)),
      "tasks.json": { by, measure: measure ?? "disagreement", tilePx, embedding: EMBEDDING, tasks },
      "coco.json": encodeCoco(annotations, metadata.classNames),
      "cvat.xml": encodeCvat(annotations, metadata.classNames),
      "label-studio.json": encodeLabelStudio(annotations, "tiles"),
      "study.yaml": STUDY_HEAD + yamlText(study),
      "report.html": suggestReport({ metadata, by, tasks, tiles, notes, scoredCount: candidates.length }),
    });
    const text = [
      tableText(taskTable(tasks)),
      ...notes.map((note) => `note: ${note}`),
      `Tiles, and labels to correct: ${out} (report.html); then heterostem segment prepare ${join(out, "study.yaml")}`,
    ].join("\n");
    return { text, json: { out, tasks, notes, failed: survey.failed }, failed: survey.failed };
  });
}

const NOTHING: SplitSets = { training: [], validation: [], test: [] };

/** What tiles are compared by. */
const EMBEDDING = "deepest features of the first network, averaged over the tile";

const STUDY_HEAD = `# Trains on the corrected tiles together with what was labelled before (segment prepare, then segment train).
# The tiles' labels are the masks in labels/. Corrected elsewhere, they are named in the last of data.sets:
#   regions of ImageJ:     labels: rois, labelKind: imageJRois
#   COCO, as CVAT exports: labels: coco.json, labelKind: coco
`;

function tileSize({ tile }: SuggestFlags, { config }: SegmenterMetadata): number {
  const least = smallestTilePx(config);
  const tilePx = tile ?? Math.max(least, 2 * config.training.cropPx);
  if (tilePx >= least) return tilePx;
  const wanted = `--tile must be at least ${least} px, on which the model's study can train`;
  throw usageError({ action: "suggest tiles" }, wanted, String(tilePx));
}

/** One network that learned in one orientation gives one answer, which differs from none. */
function checkMeasure(measure: SuggestFlags["measure"], { segmenters, metadata }: Ensemble): void {
  const isSingle = segmenters.length === 1 && metadata.config.training.augmentation.symmetry === "none";
  if (measure !== "disagreement" || !isSingle) return;
  const wanted = "--measure disagreement needs several answers, of networks (--ensemble) or orientations";
  throw usageError({ action: "suggest tiles" }, wanted, "one network trained without symmetry");
}

async function labelledSet(path: string, { classNames }: SegmenterMetadata): Promise<LabelledSet> {
  const set = await loadSet(path);
  const own = set.manifest.config.data.classNames.join(", ");
  if (own === classNames.join(", ")) return set;
  const wanted = `classes of --labelled must be the model's, ${classNames.join(", ")}`;
  throw usageError({ action: "suggest tiles", where: path }, wanted, own);
}

async function written<T>(startStage: StartStage, count: number, work: () => Promise<T>): Promise<T> {
  const stage = startStage("Drawing labels", count);
  const result = await work();
  stage.finish();
  return result;
}

const noTiles = (files: readonly string[], notes: readonly string[]) =>
  usageError(
    { action: "suggest tiles" },
    "images must have tiles that show specimen and that nobody has labelled",
    [`none in ${files.length === 1 ? basename(resolve(files[0])) : `${files.length} images`}`, ...notes].join(
      "; ",
    ),
  );

const budgetNotes = (found: number, budget: number) =>
  found < budget ? [`there are ${found} tiles only, of ${budget} that were asked for`] : [];

const startNotes = (set: LabelledSet | null) =>
  set === null
    ? ["without --labelled the choice does not know what is labelled, and study.yaml has the new tiles alone"]
    : [];
