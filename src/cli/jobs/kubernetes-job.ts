import { dirname } from "node:path";
import { yamlText } from "../config/write-yaml.ts";
import { jobTitle, mergeWords, partFolderName, partWords, RECIPE_FILE, type JobPlan } from "./job-plan.ts";
import { shellCommand, shellWord } from "../../core/index.ts";

/** Where the recipe is in a container. */
const RECIPE_FOLDER = "/recipe";

/**
 * The manifests of Kubernetes: the recipe and an Indexed Job of one pod a part, and a Job that joins the parts.
 *
 * @param plan of the job
 * @returns texts by file name
 */
export function kubernetesJob(onHost: JobPlan): Readonly<Record<string, string>> {
  // in a container the program is the image's
  const plan = { ...onHost, program: ["heterostem"] };
  return {
    "parts.yaml": manifests(plan, [recipeMap(plan), partsJob(plan)]),
    "merge.yaml": manifests(plan, [mergeJob(plan)]),
    "run.sh": runScript(plan),
  };
}

function manifests(plan: JobPlan, objects: readonly object[]): string {
  const head = `# ${jobTitle(plan)}
# Yours to fill in: image, with heterostem as its command, and claimName, a volume that all nodes may write (ReadWriteMany).
`;
  return `${head}${objects.map(yamlText).join("---\n")}`;
}

function recipeMap({ name, recipe }: JobPlan): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { [RECIPE_FILE]: recipe } };
}

function partsJob(plan: JobPlan): object {
  const { name, parts, partsFolder } = plan;
  const words = partWords(plan, `${RECIPE_FOLDER}/${RECIPE_FILE}`, ["kubernetes", "--parts", String(parts)]);
  const folder = `${shellWord(partsFolder)}/"${partFolderName("$((JOB_COMPLETION_INDEX + 1))", plan)}"`;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: {
      completionMode: "Indexed",
      completions: parts,
      parallelism: parts,
      backoffLimit: 3 * parts,
      podFailurePolicy: {
        rules: [
          // wrong usage will not get right by trying again
          { action: "FailJob", onExitCodes: { operator: "In", values: [2] } },
          // asked to stop, after the file at hand: the next pod goes on
          { action: "Ignore", onExitCodes: { operator: "In", values: [75] } },
          { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
        ],
      },
      template: podTemplate(plan, `exec ${shellCommand(words)} ${folder}`),
    },
  };
}

function mergeJob(plan: JobPlan): object {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${plan.name}-merge` },
    spec: {
      backoffLimit: 3,
      template: podTemplate({ ...plan, workers: 1 }, `exec ${shellCommand(mergeWords(plan))}`),
    },
  };
}

function podTemplate(
  { name, version, workers, memoryMiB, warningSeconds, out }: JobPlan,
  script: string,
): object {
  const memory = `${memoryMiB}Mi`;
  return {
    spec: {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: warningSeconds,
      containers: [
        {
          name: "heterostem",
          image: `heterostem:${version}`,
          // Kubernetes replaces $(NAME) in commands, and takes $$ for $
          command: ["sh", "-c", script.replaceAll("$", "$$$$")],
          resources: { requests: { cpu: String(workers), memory }, limits: { memory } },
          volumeMounts: [
            { name: "corpora", mountPath: dirname(out) },
            { name: "recipe", mountPath: RECIPE_FOLDER, readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: "corpora", persistentVolumeClaim: { claimName: "heterostem" } },
        { name: "recipe", configMap: { name } },
      ],
    },
  };
}

function runScript(plan: JobPlan): string {
  const { name, jobFolder } = plan;
  return `#!/bin/bash
# Starts the parts, waits for all of them, and joins them. ${jobTitle(plan)}
set -euo pipefail
cd ${shellWord(jobFolder)}
kubectl apply -f parts.yaml
kubectl wait --for=condition=complete --timeout=-1s job/${name}
kubectl apply -f merge.yaml
`;
}
