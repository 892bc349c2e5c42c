import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openRandomStream } from "../src/core/index.ts";
import { sizeOf } from "../src/graph/index.ts";
import { adam, initialWeights } from "../src/train/index.ts";
import { initialState, openTrainingStep } from "../src/train/training-step.ts";
import { findSubject } from "./train-step.ts";

/** One event of ONNX Runtime's profile, as far as it is read here. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** Duration [microseconds]. */
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/**
 * Profiles a training step with the runtime's own profiler; prints one JSON line per operator, slowest first.
 *
 * @param args --net NAME (regressor), --threads N (1), --steps N (10)
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      net: { type: "string", default: "regressor" },
      threads: { type: "string", default: "1" },
      steps: { type: "string", default: "10" },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), "heterostem-profile-"));
  try {
    const steps = Number(values.steps);
    await runProfiled(values.net, Number(values.threads), steps, join(folder, "step"));
    const file = readdirSync(folder).find((name) => name.endsWith(".json")) ?? "";
    const events = JSON.parse(readFileSync(join(folder, file), "utf8")) as ProfileEvent[];
    for (const line of tableOf(events, steps)) console.log(JSON.stringify({ net: values.net, ...line }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runProfiled(net: string, threads: number, steps: number, profilePrefix: string) {
  const { network, loss, batchSize } = findSubject(net);
  const plan = { network, loss, optimiser: adam(), batchSize };
  const rng = openRandomStream(1, "profile-step");
  const x = Float32Array.from({ length: batchSize * sizeOf(network.inputShape) }, () => rng.normal());
  const target = Float32Array.from({ length: batchSize * sizeOf(network.outputShape) }, () => rng.uniform());
  const trainingStep = await openTrainingStep(plan, { threads, profilePrefix });
  let state = initialState(plan, initialWeights(rng, network));
  for (let step = 1; step <= steps; step++) {
    state = (await trainingStep.run(state, { x, target }, { step, learningRate: 1e-3, rng })).state;
  }
  await trainingStep.dispose();
}

function tableOf(events: readonly ProfileEvent[], steps: number) {
  const totals = new Map<string, { calls: number; microseconds: number }>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time") || args?.op_name === undefined) continue;
    const total = totals.get(args.op_name) ?? { calls: 0, microseconds: 0 };
    totals.set(args.op_name, { calls: total.calls + 1, microseconds: total.microseconds + dur });
  }
  const sum = [...totals.values()].reduce((all, { microseconds }) => all + microseconds, 0);
  return [...totals]
    .sort(([, a], [, b]) => b.microseconds - a.microseconds)
    .map(([operator, { calls, microseconds }]) => ({
      operator,
      calls: calls / steps,
      ms: Math.round(microseconds / steps / 10) / 100,
      share: Math.round((1000 * microseconds) / sum) / 1000,
    }));
}
