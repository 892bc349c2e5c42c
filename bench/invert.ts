import { parseArgs } from "node:util";
import { median, openRandomStream } from "../src/core/index.ts";
import { readOriented } from "../src/study/index.ts";
import { buildRegressor, exportModel, initialWeights, loadModel } from "../src/train/index.ts";

/** Kind of the model that exists only for the measurement. */
const KIND = "heterostem-bench";

/**
 * Measures how many images a second a network of the shipped recipe answers, all eight orientations of each.
 *
 * @param args --size pixels, --count images, --threads N, --repeats N
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      size: { type: "string", default: "128" },
      count: { type: "string", default: "64" },
      threads: { type: "string", default: "2" },
      repeats: { type: "string", default: "5" },
    },
  });
  const [size, count, threads, repeats] = [values.size, values.count, values.threads, values.repeats].map(
    Number,
  );
  const head = { kind: "gaussian" } as const;
  const targetCount = 9;
  const network = buildRegressor({ inputSize: size, outputs: targetCount, head });
  const rng = openRandomStream(1);
  const bytes = exportModel(network, initialWeights(rng, network), { kind: KIND });
  const model = await loadModel(bytes, { kind: KIND, threads });
  const inputs = Float32Array.from({ length: count * size * size }, () => rng.normal());
  const targets = Array.from({ length: targetCount }, (_, t) => ({
    key: String(t),
    label: "",
    unit: "",
    scale: "linear" as const,
    low: 0,
    high: 1,
  }));
  const rule = { head, memberCount: 1, targets };
  const seconds: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    await readOriented(model, inputs, { count, edge: size }, rule);
    seconds.push((performance.now() - start) / 1000);
  }
  await model.dispose();
  const images_per_s = Number((count / median(seconds)).toFixed(1));
  process.stdout.write(`${JSON.stringify({ images_per_s, size, count, threads, orientations: 8 })}\n`);
}
