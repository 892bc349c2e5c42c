import { counted } from "../../core/index.ts";
import { availableParallelism } from "node:os";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkSamePlan, MANIFEST_FILE, openCorpus, planOfManifest } from "../../corpus/index.ts";
import type { CorpusManifest, CorpusPart, CorpusPlan } from "../../corpus/index.ts";
import {
  corpusJob,
  estimateCost,
  generateCorpus,
  planInversion,
  readCorpusValues,
  summariseCorpus,
  summaryTable,
  type CorpusCost,
  type CorpusJob,
  type InversionPlan,
} from "../../inverse/index.ts";
import { defineCommand, type CommandContext, type CommandResult } from "../command.ts";
import { MAX_MEMORY_FLAG, outputFlags, SEED_FLAG, wholeNumber, WORKERS_FLAG } from "../flags.ts";
import { chosenPart, parseShard } from "../jobs/chosen-part.ts";
import { generateJob } from "../jobs/generate-job.ts";
import { JOB_ENGINES } from "../jobs/job-plan.ts";
import { checkTrial, planOnRenderer, RENDERER_FLAG } from "../renderer-flag.ts";
import { resumably, stoppably } from "../interruption.ts";
import { warnOfField } from "../field-warning.ts";
import { unfinishedFolder } from "../output-folder.ts";
import { durationText } from "../progress.ts";
import { RECIPE_ARGUMENT, resolveRecipe } from "../resolve-recipe.ts";
import { runInto } from "../run-into.ts";
import { bytesText } from "../bytes-text.ts";
import { checkSpace } from "../disk-space.ts";
import { tableText } from "../../report/index.ts";

/** `heterostem generate`: recipe to aggregates, images and labels on disk. */
export const generateCommand = defineCommand({
  name: "generate",
  summary: "Grow aggregates and image them: a corpus of images with labels, in Parquet files",
  arguments: { recipe: RECIPE_ARGUMENT },
  flags: {
    count: {
      value: "N",
      help: "number of samples (default: all of the recipe)",
      parse: wholeNumber(1, 1e7),
    },
    seed: SEED_FLAG,
    renderer: RENDERER_FLAG,
    workers: { ...WORKERS_FLAG, default: undefined, defaultText: "one per core, with --job one" },
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/corpus"),
    dryRun: { help: "print samples, files, bytes and minutes of the corpus, and make nothing" },
    resume: { help: "go on with a corpus that was interrupted; begin it where there is none" },
    shard: {
      value: "I/N|ENGINE",
      help: "make part I of N, or that of this task of slurm, parallel or kubernetes; join parts with corpus merge",
      parse: parseShard,
    },
    parts: {
      value: "N",
      help: "number of parts, with --job or where --shard names an engine (default with --job: 64)",
      parse: wholeNumber(1, 1e5),
    },
    job: {
      value: "ENGINE",
      help: "write the job files of this engine for the parts and their merge, and make nothing",
      choices: JOB_ENGINES,
    },
    shardSize: {
      value: "N",
      help: "samples in a file (default: by the size of the images)",
      parse: wholeNumber(1, 1e6),
    },
  },
  example: "generate configs/tio2-wo3.yaml --count 200 --out runs/corpus",
  async run({ arguments: { recipe }, flags }, context) {
    const { out, force, resume, seed, workers = availableParallelism() } = flags;
    const config = resolveRecipe({ recipe, seed }, context);
    if (flags.job !== undefined) return generateJob(config, { ...flags, job: flags.job }, context);
    const shard = chosenPart("generate corpus", flags, process.env);
    // parts, and the two halves of an interrupted run, have one renderer
    const rival = resume ? "--resume" : shard === undefined ? null : "--shard";
    checkTrial("generate corpus", { renderer: flags.renderer, rival });
    const { plan, device } = await planOnRenderer(flags.renderer, planInversion(config), {
      workers,
      progress: context.progress,
    });
    const job = jobOf(plan, { ...flags, shard, device }, context);
    const estimate = () => estimateCost(job, { workers, now: () => context.progress.now() });
    const isComplete = existsSync(join(out, MANIFEST_FILE)) && !existsSync(unfinishedFolder(out));
    if (!resume || !isComplete) warnOfField(config, context, job.plan.sampleCount);
    if (flags.dryRun) return dryRun(job, await estimate());
    if (resume && isComplete) return completeCorpus(job.plan, out);
    return makeCorpus(job, { out, force, resume, workers, estimate }, context);
  },
});

/** Which part of a recipe's corpus is made, in files of which size. */
interface CorpusChoice {
  readonly count: number | undefined;
  readonly shard: CorpusPart | undefined;
  readonly shardSize: number | undefined;
  /** What renders, where it is not the CPU. */
  readonly device: string | undefined;
}

function jobOf(
  plan: InversionPlan,
  { count, shard: part, shardSize: samplesPerShard, device: renderer }: CorpusChoice,
  { version: heterostemVersion }: CommandContext,
): CorpusJob {
  const { trainCount, validationCount, testCount } = plan.counts;
  const sampleCount = count ?? trainCount + validationCount + testCount;
  return corpusJob(plan, { sampleCount, samplesPerShard, part, renderer, heterostemVersion });
}

interface CorpusTarget {
  readonly out: string;
  readonly force: boolean;
  readonly resume: boolean;
  readonly workers: number;
  readonly estimate: () => Promise<CorpusCost>;
}

async function makeCorpus(
  job: CorpusJob,
  { out, force, resume, workers, estimate }: CorpusTarget,
  context: CommandContext,
): Promise<CommandResult> {
  const settings = corpusSettings;
  await runInto(out, { force, resume, context, settings }, async (folder) => {
    const cost = await estimate();
    checkSpace({
      action: "generate corpus",
      folder,
      corpus: folder,
      bytes: cost.bytes,
      remedy: "take fewer samples with --count, ",
    });
    context.progress.write(`Plan: ${planText(cost)}\n`);
    const { progress, startStage } = context;
    const advice = () => "the same call with --resume goes on after the last whole file";
    const watched = { progress, advice, piece: "file" };
    return stoppably(watched, (isStopped) =>
      resumably(watched, () => generateCorpus(job, { folder, workers, startStage, isStopped })),
    );
  });
  return describeCorpus(out);
}

/** What the run file keeps of a corpus: the same for one that was made whole and one that was merged. */
export function corpusSettings({
  sampleCount: count,
  recipe,
}: Pick<CorpusManifest, "sampleCount" | "recipe">) {
  return { count, config: recipe };
}

function planText({ samples, shards, bytes, seconds }: CorpusCost): string {
  return `${counted(samples, "sample")} in ${counted(shards, "file")}, about ${bytesText(bytes)}, about ${durationText(seconds)}`;
}

function dryRun({ plan }: CorpusJob, cost: CorpusCost): CommandResult {
  const { samplesPerShard, physics, seed } = plan;
  const text = `${planText(cost)}; ${counted(samplesPerShard, "sample")} a file, seed ${seed}, physics ${physics}`;
  return { text, json: { ...cost, plan } };
}

/** What --resume finds where nothing is left to do. */
function completeCorpus(plan: CorpusPlan, out: string): Promise<CommandResult> {
  checkSamePlan(plan, planOfManifest(openCorpus(out).manifest), out);
  return describeCorpus(out);
}

/** Samples that the table of a finished corpus is made of: 2 kB of memory each, and quantiles to a part in a thousand. */
const SUMMARISED_SAMPLES = 100_000;

/** Tells what a finished corpus holds. */
export async function describeCorpus(folder: string): Promise<CommandResult> {
  const corpus = openCorpus(folder);
  const { manifest, count } = corpus;
  const { parameters, descriptors } = summariseCorpus(
    await readCorpusValues(corpus, { count: SUMMARISED_SAMPLES }),
  );
  const bytes = manifest.shards.reduce((sum, shard) => sum + shard.bytes, 0);
  const text = [
    `${counted(count, "sample")} in ${folder}, ${counted(manifest.shards.length, "file")}, ${bytesText(bytes)}; ` +
      `${counted(manifest.rejectedDraws, "draw")} from the prior could not be realised`,
    count > SUMMARISED_SAMPLES ? `of the first ${SUMMARISED_SAMPLES}:` : "",
    tableText(summaryTable([...parameters, ...descriptors])),
  ].join("\n");
  return { text, json: { folder, count, ...manifest, parameters, descriptors } };
}
