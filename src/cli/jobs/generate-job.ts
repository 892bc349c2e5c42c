import { join, resolve } from "node:path";
import { usageError } from "../../core/index.ts";
import type { CorpusPart } from "../../corpus/index.ts";
import { corpusJob, estimateCost, planInversion, type InversionRecipe } from "../../inverse/index.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { yamlText } from "../config/write-yaml.ts";
import { warnOfField } from "../field-warning.ts";
import type { EngineName } from "./engine-variables.ts";
import { planJob, type JobEngine } from "./job-plan.ts";
import { jobText, writeJob } from "./write-job.ts";

/** Parts where none are asked for. */
const DEFAULT_PARTS = 64;

/** What `generate --job` is asked. */
export interface JobRequest {
  readonly job: JobEngine;
  readonly parts: number | undefined;
  readonly count: number | undefined;
  readonly shardSize: number | undefined;
  readonly workers: number | undefined;
  readonly renderer: string;
  readonly out: string;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly resume: boolean;
  readonly shard: CorpusPart | EngineName | undefined;
}

/**
 * Writes the job files that make a corpus in parts, with time and memory from a trial here.
 *
 * @param recipe resolved
 * @param request the flags
 * @returns what was written
 * @throws UsageError where flags contradict each other, or there are fewer samples than parts
 */
export async function generateJob(
  recipe: InversionRecipe,
  request: JobRequest,
  context: CommandContext,
): Promise<CommandResult> {
  checkRequest(request);
  const { job: engine, parts = DEFAULT_PARTS, workers = 1, force, dryRun } = request;
  const inversion = planInversion(recipe);
  const { trainCount, validationCount, testCount } = inversion.counts;
  const sampleCount = request.count ?? trainCount + validationCount + testCount;
  const { version: heterostemVersion, packageFolder } = context;
  const options = { sampleCount, heterostemVersion };
  const whole = corpusJob(inversion, { ...options, samplesPerShard: request.shardSize });
  // each part gets a file at least
  const most = Math.max(1, Math.floor(sampleCount / parts));
  const samplesPerShard = request.shardSize ?? Math.min(whole.plan.samplesPerShard, most);
  warnOfField(recipe, context, sampleCount);
  const job = corpusJob(inversion, { ...options, samplesPerShard });
  const cost = await estimateCost(job, { workers: 1, now: processorMs });
  const plan = planJob({
    title: inversion.name,
    program: [process.execPath, join(packageFolder, "dist/src/cli/main.js")],
    version: heterostemVersion,
    recipe: yamlText(inversion.recipe),
    sampleCount,
    samplesPerShard,
    parts,
    workers,
    out: resolve(request.out),
    cost,
    peakBytes: 1024 * process.resourceUsage().maxRSS,
  });
  if (dryRun) return { text: jobText(plan, engine), json: { engine, ...plan } };
  return writeJob(plan, { engine, force, context });
}

/** Processor time of this process [ms]: the node that plans is shared, a task has its cores to itself. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function checkRequest({ shard, resume, renderer }: JobRequest): void {
  const refuse = (wanted: string, got: string) => {
    throw usageError({ action: "write job" }, wanted, got);
  };
  if (shard !== undefined) refuse("wanted --job for all parts or --shard for one", "both");
  if (resume) refuse("wanted --job without --resume, which the job files have", "both");
  if (renderer !== "cpu") {
    refuse(
      "time and memory are measured with --renderer cpu; add another one to the job files by hand",
      renderer,
    );
  }
}
