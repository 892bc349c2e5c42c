import { join } from "node:path";
import { counted } from "../../../core/index.ts";
import { tableCsv, tableText } from "../../../report/index.ts";
import {
  checkSplitSets,
  imageScoreTable,
  lastPoint,
  loadSet,
  planSweep,
  runVariant,
  scoreTable,
  sweepPoints,
  sweepReport,
  sweepTable,
  variantSets,
} from "../../../segment/index.ts";
import type { LabelledSet, SegmentConfig, SweepPoint, VariantResult } from "../../../segment/index.ts";
import { RESUME_FLAG } from "../../checkpoint-flags.ts";
import { defineCommand } from "../../command.ts";
import { MAX_MEMORY_FLAG, outputFlags, WORKERS_FLAG } from "../../flags.ts";
import { finishedRun } from "../../finished-run.ts";
import { resumably } from "../../interruption.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { SET_ARGUMENT, STUDY_FLAGS, studyOfSet } from "./study-of-set.ts";

const ADVICE = "the same call with --resume goes on from the last checkpoint";

/** `heterostem segment sweep`: many trainings, one table. It may be killed at any time and resumed. */
export const segmentSweep = defineCommand({
  name: "sweep",
  summary: "Train many models on one set: learning curves, cross-validation",
  arguments: { set: SET_ARGUMENT },
  flags: {
    ...STUDY_FLAGS,
    resume: RESUME_FLAG,
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/segment-sweep"),
  },
  example: "segment sweep runs/spheroidite --out runs/segment-sweep",
  async run({ arguments: { set: path }, flags }, context) {
    const { out, force, resume, workers: threads } = flags;
    const { startStage } = context;
    const set = await loadSet(path);
    const config = studyOfSet(set.manifest.config, flags, context);
    const variants = planSweep(config, set.manifest.entries);
    // before anything is trained or written
    for (const variant of variants) checkSplitSets(variantSets(set, variant), config.data.classNames);
    const settings = { set: path, config, variants };
    const done = finishedRun(out, { force, resume, context, settings });
    if (done !== null) return done;
    const points = await runInto(out, { force, resume, context, settings }, async (folder) => {
      const results: VariantResult[] = [];
      for (const variant of variants) {
        const job = { set, config, variant, folder, threads, startStage, heterostemVersion: context.version };
        results.push(await resumably({ ...context, advice: () => ADVICE }, () => runVariant(job)));
      }
      return writeSweep(folder, { results, config, set });
    });
    const blocks = points.map(
      ({ imageCount, epochs, summaries }) =>
        `${counted(imageCount, "training image")}, ${counted(epochs, "epoch")}, measured on ${counted(summaries[0].imageCount, "image")}:\n${tableText(scoreTable(summaries))}`,
    );
    return { text: [...blocks, `Report: ${join(out, "sweep.html")}`].join("\n\n"), json: { out, points } };
  },
});

interface Swept {
  readonly set: LabelledSet;
  readonly config: SegmentConfig;
  readonly results: readonly VariantResult[];
}

/** Writes tables and report; gives the points of the learning curve. */
function writeSweep(folder: string, { results, config, set }: Swept): SweepPoint[] {
  const points = sweepPoints(results, config);
  const all = results.flatMap(({ evaluations }) => evaluations);
  const page = { config, points, evaluations: lastPoint(results), items: set.items };
  writeFiles(folder, {
    ...(config.sweep.folds ? { "scores.csv": tableCsv(imageScoreTable(all, config.data.classNames)) } : {}),
    "sweep.csv": tableCsv(sweepTable(points)),
    "sweep.html": sweepReport(page),
  });
  return points;
}
