import { basename, dirname, join, resolve } from "node:path";
import { counted, openRandomStream, usageError } from "../../../core/index.ts";
import {
  confusionTable,
  evaluateImages,
  imageScoreTable,
  loadSet,
  particlesOf,
  scoreTable,
  segmentReport,
  splitSets,
  RULES,
  summarise,
  openEnsemble,
  modelPath,
} from "../../../segment/index.ts";
import type {
  ImageEvaluation,
  LabelledMicrograph,
  LabelledSet,
  RuleSummary,
  SegmenterMetadata,
  SplitSets,
} from "../../../segment/index.ts";
import { defineCommand } from "../../command.ts";
import { MAX_MEMORY_FLAG, outputFlags } from "../../flags.ts";
import { readLearningCurve } from "../../read-learning-curve.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { tableCsv, tableText } from "../../../report/index.ts";
import { ENSEMBLE_FLAGS, MODEL_ARGUMENT } from "./model-flags.ts";
import { SET_ARGUMENT } from "./study-of-set.ts";

/** `heterostem segment evaluate`: a model against labels it was not trained on. */
export const segmentEvaluate = defineCommand({
  name: "evaluate",
  summary: "Score a model on a prepared set, with intervals by group",
  arguments: { model: MODEL_ARGUMENT, set: SET_ARGUMENT },
  flags: {
    split: {
      value: "NAME",
      help: "part of the set",
      choices: ["test", "validation", "training"],
      default: "test",
    },
    ...ENSEMBLE_FLAGS,
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/segment-scores"),
  },
  example: "segment evaluate runs/segment-model runs/spheroidite --out runs/segment-scores",
  async run({ arguments: { model, set: setFolder }, flags }, context) {
    const { out, force, split, ensemble = null, workers: threads } = flags;
    const path = modelPath(model);
    const set = await loadSet(setFolder);
    const segmenter = openEnsemble("evaluate", path, { ...flags, threads });
    const { metadata, views } = segmenter;
    const items = splitSets(set, metadata.fold)[split];
    if (items.length === 0)
      throw usageError({ action: "evaluate" }, `the set must have ${split} images`, "none");
    const settings = { model, ensemble, set: setFolder, split, views };
    const summaries = await runInto(out, { force, context, settings }, async (folder) => {
      const evaluations = await evaluateImages(segmenter, items, context.startStage);
      return writeScores(folder, { path, set, items, split, metadata, evaluations });
    });
    await segmenter.dispose();
    const seen = items.filter(({ name }) => metadata.trainingNames.includes(name));
    const notes =
      seen.length > 0
        ? [`note: of these images ${seen.length} ${seen.length === 1 ? "was" : "were"} trained on`]
        : [];
    const title = `${basename(resolve(model))} on ${counted(items.length, `${split} image`)}, mean per image (95 % interval by group):`;
    return {
      text: [title, tableText(scoreTable(summaries)), ...notes, `Report: ${join(out, "report.html")}`].join(
        "\n",
      ),
      json: { split, images: items.map(({ name }) => name), summaries },
    };
  },
});

interface Evaluated {
  /** The model's file. */
  readonly path: string;
  readonly set: LabelledSet;
  readonly items: readonly LabelledMicrograph[];
  readonly split: keyof SplitSets;
  readonly metadata: SegmenterMetadata;
  readonly evaluations: readonly ImageEvaluation[];
}

/** Writes tables and report; gives the scores of both rules. */
function writeScores(folder: string, evaluated: Evaluated): RuleSummary[] {
  const { path, set, items, split, metadata, evaluations } = evaluated;
  const { classNames, config, fold } = metadata;
  const rng = openRandomStream(config.seed, "segment", "bootstrap");
  const summaries = RULES.map((rule) => summarise(rng, evaluations, rule, classNames));
  const report = segmentReport({
    manifest: set.manifest,
    metadata,
    learningCurve: readLearningCurve(join(dirname(path), "learning-curve.jsonl")),
    evaluations,
    summaries,
    items,
    particles: particlesOfBoth(evaluations, items, metadata),
    splitName: fold === null ? split : `fold ${fold}`,
    applyCall: `heterostem segment apply ${path} IMAGE...`,
  });
  writeFiles(folder, {
    "scores.csv": tableCsv(imageScoreTable(evaluations, classNames)),
    "confusion.csv": tableCsv(confusionTable(summaries[0], classNames, "px")),
    "summary.json": summaries,
    "report.html": report,
  });
  return summaries;
}

/** Particles of the labels and of the plain rule's answers. */
function particlesOfBoth(
  evaluations: readonly ImageEvaluation[],
  items: readonly LabelledMicrograph[],
  { config }: SegmenterMetadata,
) {
  const measure = (item: LabelledMicrograph) =>
    particlesOf(openRandomStream(config.seed, "segment", "area fraction"), item, config.particles);
  const answers = evaluations.filter(({ rule }) => rule === "plain");
  return {
    labelled: items.map(measure),
    found: items.map((item, index) =>
      measure({ ...item, classIds: answers[index].found, instanceIds: null }),
    ),
  };
}
