import { existsSync, readdirSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkSamePlan, MANIFEST_FILE, openCorpus, planOfManifest } from "../../corpus/index.ts";
import type { CorpusPart, CorpusPlan } from "../../corpus/index.ts";
import {
  estimateCost,
  generateCorpus,
  planStudyCorpus,
  readCorpusValues,
  summariseCorpus,
  type CorpusCost,
  type CorpusJob,
} from "../../inverse/index.ts";
import type { CommandContext, CommandInput, CommandResult, CommandSpec } from "../command.ts";
import { FORCE_FLAG, OUT_FLAG, SEED_FLAG, wholeNumber, WORKERS_FLAG, workerCount } from "../flags.ts";
import { RUN_FILE, unfinishedFolder, writeFolderResumably } from "../output-folder.ts";
import { durationText, startStage } from "../progress.ts";
import { resolveRecipe } from "../resolve-recipe.ts";
import { runRecord } from "../run-record.ts";
import { bytesText, summaryTable } from "../summary-table.ts";

/** `heterostem generate`: recipe to aggregates, images and labels on disk. */
export const generateCommand: CommandSpec = {
  name: "generate",
  summary: "Grow aggregates and image them: a corpus of images with their labels, in Parquet files",
  arguments: [{ name: "recipe", help: "recipe as YAML (default: configs/tio2-wo3.yaml)", isOptional: true }],
  flags: [
    {
      name: "count",
      value: "N",
      help: "number of samples (default: all of the recipe)",
      parse: wholeNumber(1, 1e7),
    },
    SEED_FLAG,
    WORKERS_FLAG,
    { ...OUT_FLAG, help: `${OUT_FLAG.help} (default: runs/corpus)` },
    FORCE_FLAG,
    { name: "dry-run", help: "print samples, files, bytes and minutes of the corpus, and make nothing" },
    { name: "resume", help: "go on with a corpus that was interrupted; begin it where there is none" },
    {
      name: "shard",
      value: "I/N",
      help: "make part I of N, for another machine to make the others; join them with corpus merge",
      parse: parsePart,
    },
    {
      name: "shard-size",
      value: "N",
      help: "samples in a file (default: by the size of the images)",
      parse: wholeNumber(1, 1e6),
    },
  ],
  example: "generate configs/tio2-wo3.yaml --count 200 --out runs/corpus",
  run(input, context) {
    const out = (input.flags["out"] as string | undefined) ?? "runs/corpus";
    const job = jobOf(input, context);
    if (input.flags["dry-run"] === true) {
      return Promise.resolve(dryRun(job, estimate(job, input, context)));
    }
    const isComplete = existsSync(join(out, MANIFEST_FILE)) && !existsSync(unfinishedFolder(out));
    if (input.flags["resume"] === true && isComplete) return completeCorpus(job.plan, out);
    return makeCorpus(job, out, { input, context });
  },
};

function jobOf(input: CommandInput, context: CommandContext): CorpusJob {
  const config = resolveRecipe(input, context);
  const { trainCount, validationCount, testCount } = config.corpus;
  return planStudyCorpus(config, {
    sampleCount: (input.flags["count"] as number | undefined) ?? trainCount + validationCount + testCount,
    samplesPerShard: input.flags["shard-size"] as number | undefined,
    part: input.flags["shard"] as CorpusPart | undefined,
    heterostemVersion: context.version,
  });
}

async function makeCorpus(
  job: CorpusJob,
  out: string,
  { input, context }: { readonly input: CommandInput; readonly context: CommandContext },
): Promise<CommandResult> {
  const options = { force: input.flags["force"] === true, resume: input.flags["resume"] === true };
  await writeFolderResumably(out, options, async (folder) => {
    const cost = estimate(job, input, context);
    checkSpace(folder, cost);
    context.progress.write(`Plan: ${planText(cost)}\n`);
    const manifest = await generateCorpus(job, {
      folder,
      workers: workerCount(input.flags),
      startStage: (title, total) => startStage(context.progress, title, total),
    });
    const { sampleCount: count, recipe } = manifest;
    writeFileSync(
      join(folder, RUN_FILE),
      runRecord("generate", manifest.heterostemVersion, { count, config: recipe }),
    );
  });
  return describeCorpus(out);
}

function estimate(job: CorpusJob, input: CommandInput, context: CommandContext): CorpusCost {
  return estimateCost(job, { workers: workerCount(input.flags), now: () => context.progress.now() });
}

function planText({ samples, shards, bytes, seconds }: CorpusCost): string {
  return `${samples} samples in ${shards} files, about ${bytesText(bytes)}, about ${durationText(seconds)}`;
}

function dryRun({ plan }: CorpusJob, cost: CorpusCost): CommandResult {
  const { samplesPerShard, physics, seed } = plan;
  const text = `${planText(cost)}; ${samplesPerShard} samples a file, seed ${seed}, physics ${physics}`;
  return { text, json: { ...cost, plan } };
}

/** A full disk is better met before an hour of work than after it. */
function checkSpace(folder: string, { bytes }: CorpusCost): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const needed = bytes - finishedBytes(join(folder, "data"));
  if (free > needed) return;
  throw new Error(
    `Cannot generate corpus: the disk must have ${bytesText(needed)} free, got ${bytesText(free)} (${folder}); ` +
      "make room, take fewer samples with --count, or choose another disk with --out",
  );
}

/** Bytes that an earlier, interrupted call has written. */
function finishedBytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/** What --resume finds where nothing is left to do. */
function completeCorpus(plan: CorpusPlan, out: string): Promise<CommandResult> {
  checkSamePlan(plan, planOfManifest(openCorpus(out).manifest), out);
  return describeCorpus(out);
}

/** Tells what a finished corpus holds. */
export async function describeCorpus(folder: string): Promise<CommandResult> {
  const corpus = openCorpus(folder);
  const { manifest, count } = corpus;
  const { parameters, descriptors } = summariseCorpus(await readCorpusValues(corpus));
  const bytes = manifest.shards.reduce((sum, shard) => sum + shard.bytes, 0);
  const text = [
    `${count} samples in ${folder}, ${manifest.shards.length} files, ${bytesText(bytes)}; ` +
      `${manifest.rejectedDraws} draws from the prior could not be realised`,
    "",
    summaryTable([...parameters, ...descriptors]),
  ].join("\n");
  return { text, json: { folder, count, ...manifest, parameters, descriptors } };
}

function parsePart(text: string): CorpusPart {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const part = { index: Number(index), of: Number(of) };
  if (part.index >= 1 && part.index <= part.of) return part;
  throw new RangeError(`wanted a part such as 2/8, from 1/8 to 8/8, got ${text}`);
}
