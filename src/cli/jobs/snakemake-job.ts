import { jobTitle, mergeWords, partFolderName, partWords, recipePath, type JobPlan } from "./job-plan.ts";
import { shellCommand, shellWord } from "../../core/index.ts";

/**
 * The job files of Snakemake: a rule for a part, one that joins all, the two commands that they run, and what starts them.
 *
 * A rule's output is a mark in the job's folder, not the corpus itself: Snakemake removes what a rule left unfinished, and a part goes
 * on with just that.
 *
 * @param plan of the job
 * @returns texts by file name
 */
export function snakemakeJob(plan: JobPlan): Readonly<Record<string, string>> {
  return {
    Snakefile: snakefile(plan),
    "part.sh": partScript(plan),
    "merge.sh": mergeScript(plan),
    "run.sh": runScript(plan),
  };
}

function snakefile(plan: JobPlan): string {
  const { parts, workers, memoryMiB, minutes, mergeMinutes } = plan;
  const mark = (part: string) => `done/${partFolderName(part, plan)}`;
  return `# ${jobTitle(plan)}
localrules: all

rule all:
    input: "done/merged"

rule part:
    output: touch("${mark("{part}")}")
    log: "logs/{part}.log"
    threads: ${workers}
    resources: mem_mb=${memoryMiB}, runtime=${minutes}
    retries: 3
    shell: "bash part.sh {wildcards.part} >>{log} 2>&1"

rule merge:
    input: ["${mark("%d")}" % part for part in range(1, ${parts + 1})]
    output: touch("done/merged")
    log: "logs/merge.log"
    resources: mem_mb=${memoryMiB}, runtime=${mergeMinutes}
    shell: "bash merge.sh >>{log} 2>&1"
`;
}

function partScript(plan: JobPlan): string {
  const { parts, partsFolder } = plan;
  const [program, ...words] = partWords(plan, recipePath(plan), ["PART"]);
  const before = shellCommand([program, ...words.slice(0, words.indexOf("PART"))]);
  const after = shellCommand(words.slice(words.indexOf("PART") + 1));
  return `#!/bin/bash
# One part, of the number that is given: ${jobTitle(plan)}
exec ${before} "$1/${parts}" ${after} ${shellWord(partsFolder)}/"${partFolderName("$1", plan)}"
`;
}

function mergeScript(plan: JobPlan): string {
  return `#!/bin/bash
# Joins the parts: ${jobTitle(plan)}
exec ${shellCommand(mergeWords(plan))}
`;
}

function runScript(plan: JobPlan): string {
  return `#!/bin/bash
# Makes the parts and joins them; called again, it goes on. ${jobTitle(plan)}
# Words after it are flags of Snakemake: bash run.sh --cores 4, or --profile for a cluster
set -uo pipefail
cd ${shellWord(plan.jobFolder)} || exit 1

if ! command -v snakemake >/dev/null; then
  echo "heterostem: wanted Snakemake on this machine, got none; nothing was made" >&2
  exit 1
fi
[ $# -gt 0 ] || set -- --cores all
exec snakemake --rerun-incomplete --keep-going "$@"
`;
}
