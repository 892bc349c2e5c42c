import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { planJob } from "../../../src/cli/jobs/job-plan.ts";
import { kubernetesJob } from "../../../src/cli/jobs/kubernetes-job.ts";

/**
 * What is used here of the objects of Kubernetes, as strict as its server is with --validate=strict: JobSpec,
 * PodFailurePolicy and Container from api/openapi-spec/v3/apis__batch__v1_openapi.json of kubernetes/kubernetes (commit 0021731),
 * with the rules that their descriptions state; PodSpec, Volume and ConfigMap from the API reference.
 */
const int = (min: number) =>
  z
    .int()
    .min(min)
    .max(2 ** 31 - 1);
/** A DNS label [rfc 1123]: a pod of an Indexed Job is called after job and index. */
const label = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
  .max(63);
const quantity = z.string().regex(/^\d+(\.\d+)?(m|Ki|Mi|Gi)?$/);
const metadata = z.strictObject({ name: label });
const podTemplate = z.strictObject({
  spec: z.strictObject({
    // podFailurePolicy cannot be used with OnFailure
    restartPolicy: z.literal("Never"),
    terminationGracePeriodSeconds: int(0),
    containers: z
      .array(
        z.strictObject({
          name: label,
          image: z.string().min(1),
          command: z.array(z.string()),
          resources: z.strictObject({
            requests: z.strictObject({ cpu: quantity, memory: quantity }),
            limits: z.strictObject({ memory: quantity }),
          }),
          volumeMounts: z.array(
            z.strictObject({
              name: label,
              mountPath: z.string().regex(/^\/[^:]*$/),
              readOnly: z.boolean().optional(),
            }),
          ),
        }),
      )
      .min(1),
    volumes: z.array(
      z.union([
        z.strictObject({ name: label, persistentVolumeClaim: z.strictObject({ claimName: label }) }),
        z.strictObject({ name: label, configMap: z.strictObject({ name: label }) }),
      ]),
    ),
  }),
});
const failureRule = z.union([
  z.strictObject({
    action: z.enum(["FailJob", "FailIndex", "Ignore", "Count"]),
    onExitCodes: z.strictObject({
      operator: z.enum(["In", "NotIn"]),
      values: z.array(int(1)).min(1).max(255),
    }),
  }),
  z.strictObject({
    action: z.enum(["FailJob", "FailIndex", "Ignore", "Count"]),
    onPodConditions: z
      .array(z.strictObject({ type: z.string(), status: z.enum(["True", "False", "Unknown"]) }))
      .max(20),
  }),
]);
const job = z.strictObject({
  apiVersion: z.literal("batch/v1"),
  kind: z.literal("Job"),
  metadata,
  spec: z.strictObject({
    completionMode: z.literal("Indexed").optional(),
    completions: int(1).optional(),
    parallelism: int(0).max(1e5).optional(),
    backoffLimit: int(0),
    podFailurePolicy: z.strictObject({ rules: z.array(failureRule).max(20) }).optional(),
    template: podTemplate,
  }),
});
const configMap = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("ConfigMap"),
  metadata,
  data: z.record(z.string().regex(/^[-._a-zA-Z0-9]+$/), z.string()),
});

const plan = planJob({
  title: "A recipe (of long name, beyond what an index leaves room for)",
  program: ["/usr/bin/node", "/home/me/main.js"],
  version: "0.1.0",
  recipe: "name: it's\nseed: 1\n",
  sampleCount: 6400,
  samplesPerShard: 10,
  parts: 64,
  workers: 2,
  out: "/data/a $(HOME) $$ $corpus",
  cost: { samples: 6400, shards: 640, bytes: 3e8, seconds: 320 },
  peakBytes: 200 * 2 ** 20,
});
const files = kubernetesJob(plan);
const objectsOf = (name: string) =>
  parseAllDocuments(files[name]).map((document) => document.toJS() as unknown);

/** What Kubernetes makes of a container's command: $(NAME) is replaced where NAME is known, $$ is $. */
const asRun = (text: string) =>
  text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (all, name: string | undefined) =>
    name === undefined ? "$" : name === "HOME" ? "/root" : all,
  );

describe("kubernetesJob()", () => {
  test("writes a recipe and an Indexed Job that the schema of Kubernetes takes", () => {
    const [map, indexed] = objectsOf("parts.yaml");
    expect(configMap.parse(map).data).toEqual({ "recipe.yaml": plan.recipe });
    const { metadata: named, spec } = job.parse(indexed);
    expect([spec.completionMode, spec.completions, spec.parallelism]).toEqual(["Indexed", 64, 64]);
    // the pods' host names are NAME-INDEX
    label.parse(`${named.name}-99999`);
    const { containers, volumes, terminationGracePeriodSeconds } = spec.template.spec;
    expect(terminationGracePeriodSeconds).toBe(plan.warningSeconds);
    expect(containers[0].resources).toEqual({
      requests: { cpu: "2", memory: "768Mi" },
      limits: { memory: "768Mi" },
    });
    expect(containers[0].volumeMounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
    expect(containers[0].volumeMounts[0].mountPath).toBe("/data");
    expect(objectsOf("parts.yaml")).toHaveLength(2);
  });

  test("gives the shell of a container its command as it is meant, whatever Kubernetes replaces", () => {
    const [, indexed] = objectsOf("parts.yaml");
    const [shell, flag, script] = job.parse(indexed).spec.template.spec.containers[0].command;
    expect([shell, flag, asRun(script)]).toEqual([
      "sh",
      "-c",
      "exec heterostem generate /recipe/recipe.yaml --count 6400 --shard-size 10 --workers 2 --shard kubernetes --parts 64 --resume " +
        `--out '/data/a $(HOME) $$ $corpus.parts'/"$((JOB_COMPLETION_INDEX + 1))-of-64"`,
    ]);
  });

  test("writes a Job that joins the parts", () => {
    const [merge] = objectsOf("merge.yaml");
    const { spec } = job.parse(merge);
    expect(asRun(spec.template.spec.containers[0].command[2])).toBe(
      "exec heterostem corpus merge '/data/a $(HOME) $$ $corpus.parts' --resume --out '/data/a $(HOME) $$ $corpus'",
    );
  });
});
