import { join } from "node:path";
import { counted, definedPart, usageError } from "../../../core/index.ts";
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
import { MAX_MEMORY_FLAG, outputFlags, wholeNumber, WORKERS_FLAG } from "../../flags.ts";
import { finishedRun } from "../../finished-run.ts";
import { resumably } from "../../interruption.ts";
import { chosenPart, parseShard } from "../../jobs/chosen-part.ts";
import { runInto } from "../../run-into.ts";
import { writeFiles } from "../../write-files.ts";
import { joinParts, variantsOfPart } from "./sweep-parts.ts";
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
    shard: {
      value: "I/N|ENGINE",
      help: "train part I of N, or that of this task of slurm, parallel or kubernetes; join parts with --join",
      parse: parseShard,
    },
    parts: {
      value: "N",
      help: "number of parts, where --shard names an engine",
      parse: wholeNumber(1, 1e5),
    },
    join: {
      value: "FOLDER",
      help: "train nothing: join the parts that --shard made, or those in folders, to the sweep that one run gives",
      isVariadic: true,
    },
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/segment-sweep"),
  },
  example: "segment sweep runs/spheroidite --out runs/segment-sweep",
  async run({ arguments: { set: path }, flags }, context) {
    const { out, force, resume, join: parts, workers: threads } = flags;
    const { startStage } = context;
    const part = chosenPart("sweep", flags, process.env);
    if (parts !== undefined && part !== undefined) {
      throw usageError({ action: "sweep" }, "wanted --shard to make a part or --join to join all", "both");
    }
    const set = await loadSet(path);
    const config = studyOfSet(set.manifest.config, flags, context);
    const variants = planSweep(config, set.manifest.entries);
    // before anything is trained or written
    for (const variant of variants) checkSplitSets(variantSets(set, variant), config.data.classNames);
    const own = part === undefined ? variants : variantsOfPart(variants, part);
    const settings = { set: path, config, variants, ...definedPart({ part }) };
    const done = finishedRun(out, { force, resume, context, settings });
    if (done !== null) return done;
    const points = await runInto(out, { force, resume, context, settings }, async (folder) => {
      if (parts !== undefined) joinParts(parts, { set, config, variants, folder });
      const results: VariantResult[] = [];
      for (const variant of own) {
        const job = { set, config, variant, folder, threads, startStage, heterostemVersion: context.version };
        results.push(await resumably({ ...context, advice: () => ADVICE }, () => runVariant(job)));
      }
      return part === undefined ? writeSweep(folder, { results, config, set }) : null;
    });
    if (points === null) {
      const names = own.map(({ name }) => name);
      const made = `${own.length} of ${counted(variants.length, "training")}`;
      return {
        text: `${made} in ${out}: ${names.join(", ")}; join all parts with --join`,
        json: { out, part, names },
      };
    }
    const blocks = points.map(
      ({ imageCount, epochs, isRandom, summaries }) =>
        `${isRandom ? "split at random: " : ""}${counted(imageCount, "training image")}, ${counted(epochs, "epoch")}, measured on ${counted(summaries[0].imageCount, "image")}:\n${tableText(scoreTable(summaries))}`,
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
