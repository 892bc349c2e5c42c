import { basename, dirname, join } from "node:path";
import { usageError } from "../../core/index.ts";
import type { CorpusCost } from "../../inverse/index.ts";

/** Names of engines that job files are written for. */
export const JOB_ENGINES = ["slurm", "snakemake", "parallel", "kubernetes"] as const;
export type JobEngine = (typeof JOB_ENGINES)[number];

/** A corpus that is made in parts by an engine: what its job files say. */
export interface JobPlan {
  /** Of the job, in lower case, digits and hyphens: a name for any engine. */
  readonly name: string;
  /** The words that call this program. */
  readonly program: readonly string[];
  readonly version: string;
  /** The resolved recipe as YAML. */
  readonly recipe: string;
  readonly sampleCount: number;
  readonly samplesPerShard: number;
  readonly parts: number;
  /** Threads of one task. */
  readonly workers: number;
  /** Absolute paths: the whole corpus, its parts, the job's files. */
  readonly out: string;
  readonly partsFolder: string;
  readonly jobFolder: string;
  /** Asked for one task [MiB]. */
  readonly memoryMiB: number;
  /** Asked for one task [min]. */
  readonly minutes: number;
  /** Before the end of its time a task is told to finish the file at hand [s]. */
  readonly warningSeconds: number;
  /** Asked for joining the parts [min]. */
  readonly mergeMinutes: number;
}

/** What is known of a corpus before it is made. */
export interface JobFacts extends Pick<
  JobPlan,
  "program" | "version" | "recipe" | "sampleCount" | "samplesPerShard" | "parts" | "workers" | "out"
> {
  /** Name of the recipe. */
  readonly title: string;
  /** Of the whole corpus, on one thread. */
  readonly cost: CorpusCost;
  /** Most memory that this process took while it drew some samples [bytes]. */
  readonly peakBytes: number;
}

/** Longest name of an Indexed Job of Kubernetes, less a hyphen and the digits of an index. */
const LONGEST_NAME = 50;
const MIB = 2 ** 20;
/** Nodes differ, and are shared: time is asked for with this factor over what was measured here. */
const TIME_RESERVE = 2;
const MEMORY_RESERVE = 1.25;
const LEAST_MINUTES = 10;
/** Copies and compares checksums at the pace of a busy network disk [bytes/s]. */
const MERGE_RATE = 20e6;

/**
 * Plans the tasks of an engine.
 *
 * @param facts what was measured or chosen
 * @returns the plan, with memory and time to ask for
 * @throws UsageError where there are fewer files than parts, or a path that no job file can hold
 */
export function planJob({ title, cost, peakBytes, ...facts }: JobFacts): JobPlan {
  const { sampleCount, samplesPerShard, parts, workers, out } = facts;
  checkParts(facts);
  checkPaths([out, ...facts.program]);
  const shards = Math.ceil(sampleCount / samplesPerShard);
  const secondsPerShard = (cost.seconds / cost.samples) * (samplesPerShard / workers);
  const warningSeconds = Math.ceil(60 + 3 * secondsPerShard);
  const seconds = Math.ceil(shards / parts) * secondsPerShard;
  // each thread has tables and images of its own; the rows of a file, its encoded columns and their bytes are there at once
  const processes = workers === 1 ? 1 : 1 + workers;
  const bytes = processes * peakBytes + (4 * cost.bytes) / shards;
  return {
    ...facts,
    name: jobName(title),
    partsFolder: `${out}.parts`,
    jobFolder: `${out}.job`,
    memoryMiB: 256 * Math.ceil((MEMORY_RESERVE * bytes) / MIB / 256),
    minutes: Math.max(LEAST_MINUTES, Math.ceil((TIME_RESERVE * seconds + warningSeconds) / 60)),
    warningSeconds,
    mergeMinutes: Math.max(LEAST_MINUTES, Math.ceil(cost.bytes / MERGE_RATE / 60)),
  };
}

function checkParts({
  sampleCount,
  samplesPerShard,
  parts,
}: Pick<JobFacts, "sampleCount" | "samplesPerShard" | "parts">): void {
  const shards = Math.ceil(sampleCount / samplesPerShard);
  if (parts <= shards) return;
  throw usageError(
    { action: "write job" },
    `wanted at most ${shards} parts for as many files of ${samplesPerShard} samples`,
    `${parts}; take fewer with --parts, or smaller files with --shard-size`,
  );
}

/** Lines of job files end where a line ends. */
function checkPaths(paths: readonly string[]): void {
  const bad = paths.find((path) => /\p{Cc}/u.test(path));
  if (bad === undefined) return;
  throw usageError({ action: "write job" }, "paths must hold no control characters", JSON.stringify(bad));
}

function jobName(title: string): string {
  const words = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return `heterostem-${words}`.slice(0, LONGEST_NAME).replace(/-+$/, "");
}

/** Name of the folder of a part, below the folder of parts. */
export function partFolderName(index: number | string, { parts }: Pick<JobPlan, "parts">): string {
  return `${index}-of-${parts}`;
}

/** The words that make one part, up to its folder, which comes last. */
export function partWords(
  { program, sampleCount, samplesPerShard, workers }: JobPlan,
  recipePath: string,
  shard: readonly string[],
): readonly string[] {
  const numbers = ["--count", sampleCount, "--shard-size", samplesPerShard, "--workers", workers].map(String);
  return [...program, "generate", recipePath, ...numbers, "--shard", ...shard, "--resume", "--out"];
}

/** The words that join all parts. */
export function mergeWords({ program, partsFolder, out }: JobPlan): readonly string[] {
  return [...program, "corpus", "merge", partsFolder, "--resume", "--out", out];
}

/** Path of the recipe in the job's folder. */
export const RECIPE_FILE = "recipe.yaml";
export const recipePath = ({ jobFolder }: Pick<JobPlan, "jobFolder">) => join(jobFolder, RECIPE_FILE);

/** The first comment of a job file. */
export function jobTitle({ name, version, sampleCount, parts, out }: JobPlan): string {
  return `${name}: ${sampleCount} samples in ${parts} parts, to ${basename(out)} in ${dirname(out)} (heterostem ${version})`;
}
