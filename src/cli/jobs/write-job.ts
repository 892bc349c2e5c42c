import { counted, shellWord } from "../../core/index.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { bytesText } from "../bytes-text.ts";
import { runInto } from "../run-into.ts";
import { writeFiles } from "../write-files.ts";
import { join } from "node:path";
import { RECIPE_FILE, type JobEngine, type JobPlan } from "./job-plan.ts";
import { kubernetesJob } from "./kubernetes-job.ts";
import { parallelJob } from "./parallel-job.ts";
import { slurmJob } from "./slurm-job.ts";
import { snakemakeJob } from "./snakemake-job.ts";

/** The files of each engine, by name. */
const JOBS: Readonly<Record<JobEngine, (plan: JobPlan) => Readonly<Record<string, string>>>> = {
  slurm: slurmJob,
  snakemake: snakemakeJob,
  parallel: parallelJob,
  kubernetes: kubernetesJob,
};

/** How a job is started, from any folder. */
const START: Readonly<Record<JobEngine, string>> = {
  slurm: "submit.sh",
  snakemake: "run.sh",
  parallel: "run.sh",
  kubernetes: "run.sh",
};

/**
 * Writes the files of a job beside the folder of its corpus.
 *
 * @param plan of the job
 * @param options engine, and whether those of an earlier call are replaced
 * @returns what to do with them
 */
export async function writeJob(
  plan: JobPlan,
  {
    engine,
    force,
    context,
  }: { readonly engine: JobEngine; readonly force: boolean; readonly context: CommandContext },
): Promise<CommandResult> {
  const files = { [RECIPE_FILE]: plan.recipe, ...JOBS[engine](plan) };
  const { recipe: _, program: __, ...settings } = plan;
  await runInto(plan.jobFolder, { force, context, settings: { engine, ...settings } }, (folder) =>
    writeFiles(folder, files),
  );
  return { text: jobText(plan, engine), json: { engine, files: Object.keys(files), ...plan } };
}

/** The plan in words. */
export function jobText(plan: JobPlan, engine: JobEngine): string {
  const { sampleCount, parts, workers, memoryMiB, minutes, jobFolder, partsFolder, out } = plan;
  return [
    `${counted(sampleCount, "sample")} in ${counted(parts, "part")} for ${engine}: each ${counted(workers, "core")}, ` +
      `${bytesText(memoryMiB * 2 ** 20)} of memory and ${minutes} min at most`,
    `Start:  bash ${shellWord(join(jobFolder, START[engine]))}`,
    `Parts:  ${partsFolder}`,
    `Corpus: ${out}, joined of them`,
  ].join("\n");
}
