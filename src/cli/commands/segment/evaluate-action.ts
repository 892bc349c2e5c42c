import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { openRandomStream, UsageError } from "../../../core/index.ts";
import {
  confusionCsv,
  evaluateImages,
  intervalText,
  loadSet,
  particlesOf,
  scoresCsv,
  segmentReport,
  splitSets,
  summarise,
  openEnsemble,
  modelPath,
} from "../../../segment/index.ts";
import type {
  ImageEvaluation,
  LabelledMicrograph,
  RuleSummary,
  SegmenterMetadata,
  SplitSets,
  EnsembleFlags,
} from "../../../segment/index.ts";
import type { LearningCurvePoint } from "../../../train/index.ts";
import { workerCount } from "../../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import { textTable } from "../../../report/index.ts";
import type { NamedAction } from "../../named-action.ts";

interface EvaluateFlags extends EnsembleFlags {
  readonly split?: keyof SplitSets;
  readonly out?: string;
  readonly force?: true;
}

/** `segment evaluate`: a model against labels it was not trained on. */
export const evaluateAction: NamedAction = {
  flags: ["split", "views", "ensemble", "workers", "out", "force"],
  wanted: "a model and a prepared set",
  pathCount: [2, 2],
  async run({ paths: [model, setFolder], flags }, context) {
    const { split = "test", out = "runs/segment-scores", force, ...how } = flags as EvaluateFlags;
    const path = modelPath(model);
    const set = await loadSet(setFolder);
    const segmenter = openEnsemble("evaluate", path, { ...how, threads: workerCount(flags) });
    const { metadata, views } = segmenter;
    const items = splitSets(set, metadata.fold)[split];
    if (items.length === 0)
      throw new UsageError(`Cannot evaluate: the set must have ${split} images, got none`);
    const begin = (title: string, total: number) => startStage(context.progress, title, total);
    const result = await writeFolderAtomically(out, { force: force === true }, async (folder) => {
      const evaluations = await evaluateImages(segmenter, items, begin);
      const rng = openRandomStream(metadata.config.seed, "segment", "bootstrap");
      const summaries = (["plain", "morphological"] as const).map((rule) =>
        summarise(rng, evaluations, rule, metadata.classNames),
      );
      writeFileSync(join(folder, "scores.csv"), scoresCsv(evaluations, metadata.classNames));
      writeFileSync(join(folder, "confusion.csv"), confusionCsv(summaries[0], metadata.classNames));
      writeFileSync(join(folder, "summary.json"), `${JSON.stringify(summaries, null, 2)}\n`);
      const report = segmentReport({
        manifest: set.manifest,
        metadata,
        learningCurve: readCurve(path),
        evaluations,
        summaries,
        items,
        particles: particlesOfBoth(evaluations, items, metadata),
        splitName: metadata.fold === null ? split : `fold ${metadata.fold}`,
        applyCall: `heterostem segment apply ${path} IMAGE...`,
      });
      writeFileSync(join(folder, "report.html"), report);
      writeFileSync(
        join(folder, RUN_FILE),
        runRecord("segment evaluate", context.version, {
          model,
          ensemble: how.ensemble ?? null,
          set: setFolder,
          split,
          views,
        }),
      );
      return summaries;
    });
    await segmenter.dispose();
    const seen = items.filter(({ name }) => metadata.trainingNames.includes(name));
    const notes = seen.length > 0 ? [`note: ${seen.length} of these images were trained on`] : [];
    const title = `${basename(resolve(model))} on ${items.length} ${split} images, mean per image (95 % interval by group):`;
    return {
      text: [title, summaryText(result), ...notes, `Report: ${join(out, "report.html")}`].join("\n"),
      json: { split, images: items.map(({ name }) => name), summaries: result },
    };
  },
};

/** Particles of the labels and of the plain rule's answers. */
function particlesOfBoth(
  evaluations: readonly ImageEvaluation[],
  items: readonly LabelledMicrograph[],
  { config }: SegmenterMetadata,
) {
  const measure = (item: LabelledMicrograph, classIds: Uint8Array) =>
    particlesOf(
      openRandomStream(config.seed, "segment", "area fraction"),
      { ...item, classIds },
      config.particles,
    );
  const answers = evaluations.filter(({ rule }) => rule === "plain");
  return {
    labelled: items.map((item) => measure(item, item.classIds)),
    found: items.map((item, index) => measure(item, answers[index].found)),
  };
}

/** The learning curve beside a model; none where the model came alone. */
function readCurve(model: string): LearningCurvePoint[] {
  const path = join(dirname(model), "learning-curve.jsonl");
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as LearningCurvePoint);
}

/** Scores of both rules as lines for a terminal. */
export function summaryText(summaries: readonly RuleSummary[]): string {
  const rows = summaries.flatMap(({ rule, classes }) => classes.map((scores) => ({ rule, ...scores })));
  return textTable(rows, [
    { heading: "class", cell: ({ name }) => name },
    { heading: "rule", cell: ({ rule }) => rule },
    { heading: "IoU", cell: ({ iou }) => intervalText(iou) },
    { heading: "Dice", cell: ({ dice }) => intervalText(dice) },
    { heading: "precision", cell: ({ precision }) => numberText(precision.estimate), isNumber: true },
    { heading: "recall", cell: ({ recall }) => numberText(recall.estimate), isNumber: true },
    { heading: "boundary F", cell: ({ boundaryF }) => numberText(boundaryF.estimate), isNumber: true },
    { heading: "Otsu IoU", cell: ({ otsuIou }) => numberText(otsuIou.estimate), isNumber: true },
  ]);
}

const numberText = (value: number) => (Number.isNaN(value) ? "-" : value.toFixed(3));
