import { jobTitle, mergeWords, partFolderName, partWords, recipePath, type JobPlan } from "./job-plan.ts";
import { shellCommand, shellWord } from "../../core/index.ts";

/**
 * The job files of GNU parallel: one part, and what makes all of them, as many at a time as there are cores and memory, and joins them.
 *
 * @param plan of the job
 * @returns texts by file name
 */
export function parallelJob(plan: JobPlan): Readonly<Record<string, string>> {
  return { "part.sh": partScript(plan), "run.sh": runScript(plan) };
}

function partScript(plan: JobPlan): string {
  const { parts, partsFolder } = plan;
  const part = partWords(plan, recipePath(plan), ["parallel", "--parts", String(parts)]);
  return `#!/bin/bash
# One part, of the number that GNU parallel gives: ${jobTitle(plan)}
exec ${shellCommand(part)} ${shellWord(partsFolder)}/"${partFolderName("$PARALLEL_SEQ", plan)}" >>"logs/$PARALLEL_SEQ.log" 2>&1
`;
}

function runScript(plan: JobPlan): string {
  const { parts, workers, memoryMiB, jobFolder } = plan;
  return `#!/bin/bash
# Makes the parts, then joins them; called again, it goes on. ${jobTitle(plan)}
# Words after it are flags of GNU parallel: bash run.sh --jobs 2
set -uo pipefail
cd ${shellWord(jobFolder)} || exit 1
mkdir -p logs || exit 1

if ! command -v parallel >/dev/null; then
  echo "heterostem: wanted GNU parallel on this machine, got none; nothing was made" >&2
  exit 1
fi
cores=$(nproc)
jobs=$((cores > ${workers} ? cores / ${workers} : 1))
if ! seq ${parts} | parallel --joblog joblog --resume-failed --retries 3 --jobs "$jobs" --memfree ${memoryMiB}M "$@" bash part.sh; then
  echo "heterostem: not all parts are made: $PWD/logs says why; the same call goes on with them" >&2
  exit 1
fi
exec ${shellCommand(mergeWords(plan))}
`;
}
