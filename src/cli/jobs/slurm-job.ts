import { jobTitle, mergeWords, partFolderName, partWords, recipePath, type JobPlan } from "./job-plan.ts";
import { shellCommand, shellWord, usageError } from "../../core/index.ts";

/**
 * The job files of Slurm: an array of one task a part, a job that joins the parts once all have succeeded, and what submits both.
 *
 * @param plan of the job
 * @returns texts by file name
 * @throws UsageError for a folder that Slurm would take for a pattern
 */
export function slurmJob(plan: JobPlan): Readonly<Record<string, string>> {
  checkFolder(plan.jobFolder);
  return {
    "parts.sbatch": partsScript(plan),
    "merge.sbatch": mergeScript(plan),
    "submit.sh": submitScript(plan),
  };
}

/** Slurm reads % and \\ as patterns, also in the folder of its logs. */
function checkFolder(folder: string): void {
  if (!/[%\\]/.test(folder)) return;
  throw usageError(
    { action: "write job" },
    "Slurm wants a folder without % and \\ for its logs",
    `${folder}; choose another with --out`,
  );
}

/** Shell variable of a task's number. */
const TASK = "$SLURM_ARRAY_TASK_ID";

function partsScript(plan: JobPlan): string {
  const { name, parts, workers, memoryMiB, minutes, warningSeconds, partsFolder } = plan;
  const part = partWords(plan, recipePath(plan), ["slurm", "--parts", String(parts)]);
  return `#!/bin/bash
# ${jobTitle(plan)}
# A task that Slurm stops or requeues goes on after its last whole file. Single parts again: sbatch --array=3,7 parts.sbatch
#SBATCH --job-name=${name}
#SBATCH --array=1-${parts}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=${workers}
#SBATCH --mem=${memoryMiB}M
#SBATCH --time=${minutes}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:TERM@${warningSeconds}
#SBATCH --output=logs/%A_%a.log

${shellCommand(part)} ${shellWord(partsFolder)}/"${partFolderName(TASK, plan)}" &
task=$!
stops=0
trap 'stops=$((stops + 1)); kill -TERM "$task" 2>/dev/null' TERM
# a signal ends the wait, not the task
while seen=$stops; wait "$task"; status=$?; [ "$stops" -ne "$seen" ]; do :; done

# 75: asked to stop, and did so after the file at hand; 143: asked before it could hear. A job that was cancelled stays so
if [ "$stops" -gt 0 ] && { [ "$status" -eq 75 ] || [ "$status" -eq 143 ]; } &&
  [ "$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%T)" = RUNNING ]; then
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_${TASK}"
fi
exit "$status"
`;
}

function mergeScript(plan: JobPlan): string {
  const { name, memoryMiB, mergeMinutes } = plan;
  return `#!/bin/bash
# Joins the parts: ${jobTitle(plan)}
#SBATCH --job-name=${name}-merge
#SBATCH --ntasks=1
#SBATCH --mem=${memoryMiB}M
#SBATCH --time=${mergeMinutes}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=logs/merge.log

exec ${shellCommand(mergeWords(plan))}
`;
}

function submitScript(plan: JobPlan): string {
  return `#!/bin/bash
# Submits the array and, behind it, the job that joins the parts: ${jobTitle(plan)}
set -uo pipefail
cd ${shellWord(plan.jobFolder)} || exit 1
mkdir -p logs || exit 1

if ! command -v sbatch >/dev/null; then
  echo "heterostem: wanted Slurm's sbatch on this machine, got none; nothing was submitted" >&2
  exit 1
fi
if ! array=$(sbatch --parsable "$@" parts.sbatch); then
  echo "heterostem: Slurm did not take the array, for the reason above; nothing was submitted" >&2
  exit 1
fi
array=\${array%%;*}
if ! merge=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes merge.sbatch); then
  echo "heterostem: the array runs as job $array; Slurm did not take the job that joins its parts, for the reason above." >&2
  echo "heterostem: once the array has ended: sbatch merge.sbatch" >&2
  exit 1
fi
echo "array: job $array; joins its parts: job \${merge%%;*}"
`;
}
