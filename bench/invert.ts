import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "../src/core/index.ts";
import { drawSamples } from "../src/corpus/index.ts";
import { invertImages, openInversion, planInversion, recipeOfModel } from "../src/inverse/index.ts";
import type { SourceImage } from "../src/inverse/apply/read-images.ts";

/** The built benchmark lies in dist/bench. */
const SHIPPED = join(dirname(fileURLToPath(import.meta.url)), "../../models/tio2-wo3-absolute.onnx");

/**
 * Measures how many simulated images a second the shipped network answers: all eight orientations of each, classical
 * measures, verdict, posterior.
 *
 * @param args --model FILE, --count images, --threads N, --repeats N
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: "string", default: SHIPPED },
      count: { type: "string", default: "64" },
      threads: { type: "string", default: "2" },
      repeats: { type: "string", default: "5" },
    },
  });
  const [count, threads, repeats] = [values.count, values.threads, values.repeats].map(Number);
  const inversion = await openInversion(values.model, threads);
  const recipe = recipeOfModel(inversion.model);
  if (recipe === null) throw new Error(`Cannot measure: the model must say its recipe (${values.model})`);
  const { samples } = planInversion(recipe);
  const files: SourceImage[] = [];
  for await (const { image, labels } of drawSamples(samples, { count, workers: 1 })) {
    files.push({ path: `${labels.sampleIndex}.tif`, image });
  }
  const seconds: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    await invertImages(inversion, files, {});
    seconds.push((performance.now() - start) / 1000);
  }
  await inversion.network.dispose();
  const images_per_s = Number((count / median(seconds)).toFixed(1));
  const { widthPx: size, memberCount: members } = inversion.model;
  process.stdout.write(
    `${JSON.stringify({ images_per_s, size, count, threads, members, orientations: 8 })}\n`,
  );
}
