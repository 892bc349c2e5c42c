import { usageError } from "../../core/index.ts";
import type { CorpusPart } from "../../corpus/index.ts";
import type { WriterTask } from "../../io/index.ts";

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** How an engine tells a task its number. */
interface EngineVariables {
  /** As the engine is called. */
  readonly title: string;
  readonly variable: string;
  /** Number of the first task. */
  readonly first: 0 | 1;
  /** How to get tasks of the right numbers. */
  readonly remedy: (parts: string) => string;
}

/** Engines that number their tasks in the environment. Snakemake does not: its job files write I/N out. */
const ENGINES = {
  // https://slurm.schedmd.com/job_array.html
  slurm: {
    title: "a Slurm job array",
    variable: "SLURM_ARRAY_TASK_ID",
    first: 1,
    remedy: (parts) => `submit with sbatch --array=1-${parts}`,
  },
  // man parallel, "PARALLEL_SEQ"
  parallel: {
    title: "GNU parallel",
    variable: "PARALLEL_SEQ",
    first: 1,
    remedy: (parts) => `start with seq ${parts} | parallel`,
  },
  // https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
  kubernetes: {
    title: "an Indexed Job of Kubernetes",
    variable: "JOB_COMPLETION_INDEX",
    first: 0,
    remedy: (parts) => `set completionMode: Indexed and completions: ${parts}`,
  },
} satisfies Record<string, EngineVariables>;

export type EngineName = keyof typeof ENGINES;

export const ENGINE_NAMES = Object.keys(ENGINES) as readonly EngineName[];

/**
 * The part that a task of an engine makes.
 *
 * @param engine whose task this process is
 * @param parts of the work; by default the size of the array, which only Slurm tells
 * @param variables of the environment
 * @param action what is done, for errors
 * @returns the part
 * @throws UsageError where this is no such task, or one of an array of another size
 */
export function partOfTask(
  engine: EngineName,
  parts: number | undefined,
  variables: Variables,
  action = "generate corpus",
): CorpusPart {
  const { title, variable, first, remedy }: EngineVariables = ENGINES[engine];
  const refuse = (wanted: string, got: string, remedied: string) =>
    usageError({ action }, wanted, `${got}; ${remedied}`);
  const text = variables[variable];
  if (text === undefined || !/^\d+$/.test(text)) {
    throw refuse(
      `--shard ${engine} must run in a task of ${title}`,
      text === undefined ? `no ${variable}` : `${variable} ${text}`,
      `${remedy(String(parts ?? "N"))}, or name the part, such as --shard 1/${parts ?? 64}`,
    );
  }
  const of = parts ?? (engine === "slurm" ? arraySize(variables) : null);
  if (of === null) {
    throw refuse(`--shard ${engine} must have the number of parts`, "none", "give it with --parts");
  }
  const index = Number(text) - first + 1;
  if (index >= 1 && index <= of) return { index, of };
  const range = `${first} to ${of + first - 1}`;
  throw refuse(`${variable} must be from ${range} for ${of} parts`, text, remedy(String(of)));
}

/** Size of an array whose tasks are 1 to N; null for any other. */
function arraySize(variables: Variables): number | null {
  const [min, max, count] = ["MIN", "MAX", "COUNT"].map((key) =>
    Number(variables[`SLURM_ARRAY_TASK_${key}`]),
  );
  return min === 1 && max === count ? count : null;
}

/**
 * The task that this process is, for the lock of what it writes: Slurm runs a task once at a time, and counts how often it has
 * started it again.
 *
 * @param variables of the environment
 * @returns the task and the number of the run; null outside Slurm
 */
export function slurmTask(variables: Variables): WriterTask | null {
  const { SLURM_JOB_ID: job, SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task } = variables;
  if (job === undefined) return null;
  const name = array === undefined || task === undefined ? job : `${array}_${task}`;
  const cluster = variables["SLURM_CLUSTER_NAME"] ?? "";
  return { name: `slurm ${cluster} ${name}`, run: Number(variables["SLURM_RESTART_COUNT"] ?? 0) };
}
