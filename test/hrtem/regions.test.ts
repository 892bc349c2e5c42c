import { expect, test } from "vitest";
import { openRandomStream, type GrayImage } from "../../src/core/index.ts";
import { diceOf } from "../../src/hrtem/segment/dice.ts";
import { openRegions } from "../../src/hrtem/segment/find-regions.ts";
import { REGION_KIND, regionNetwork } from "../../src/hrtem/segment/region-network.ts";
import { trainRegions } from "../../src/hrtem/segment/train-regions.ts";
import { exportModel, initialWeights } from "../../src/train/index.ts";

const rng = openRandomStream(1, "regions");

function imageOf(width: number, height: number): GrayImage {
  const data = Float32Array.from({ length: width * height }, () => rng.normal());
  return { width, height, data, intensityUnit: "arbitrary", pixelSizeNm: 0.04 };
}

function drawnModel(kind: string): Uint8Array {
  const network = regionNetwork({ width: 16, height: 16 });
  return exportModel(network, initialWeights(openRandomStream(2), network), { kind });
}

test("openRegions() answers images of any size, and in tiles what it answers in one piece", async () => {
  const image = imageOf(441, 203);
  const answers: Float32Array[] = [];
  for (const tileSize of [448, 208]) {
    const regions = openRegions(drawnModel(REGION_KIND), { threads: 1, tileSize });
    answers.push(await regions.probabilities(image));
    await regions.dispose();
  }
  const [whole, tiled] = answers;
  expect(whole).toHaveLength(441 * 203);
  // tiles overlap by twice the network's reach: what differs is the order of sums in single precision
  expect(Math.max(...whole.map((value, i) => Math.abs(tiled[i] - value)))).toBeLessThan(1e-5);
  expect(Math.max(...whole) - Math.min(...whole)).toBeGreaterThan(0.01);
});

test("openRegions() refuses a model of another kind by its name", () => {
  expect(() => openRegions(drawnModel("someone-else"), { threads: 1, where: "a.onnx" })).toThrow(
    "Cannot load model: wanted a model of kind heterostem-hrtem-regions, got someone-else (a.onnx)",
  );
});

test("trainRegions() learns dark discs on a noisy film within a few dozen steps", async () => {
  const fieldOf = (seed: number) => {
    const stream = openRandomStream(seed, "field");
    const [x, y, radius] = [
      30 + 68 * stream.uniform(),
      30 + 68 * stream.uniform(),
      15 + 10 * stream.uniform(),
    ];
    const mask = Uint8Array.from({ length: 128 * 128 }, (_, i) =>
      Math.hypot((i % 128) - x, Math.floor(i / 128) - y) < radius ? 1 : 0,
    );
    const data = Float32Array.from(mask, (inside) => stream.normal() * 0.5 - 2 * inside);
    const image = { width: 128, height: 128, data, intensityUnit: "arbitrary", pixelSizeNm: 0.04 } as const;
    return { image: image as GrayImage, mask };
  };
  const fields = { training: [1, 2, 3, 4, 5, 6].map(fieldOf), validation: [7, 8].map(fieldOf) };
  const options = { cutSize: 64, batchSize: 4, epochs: 6, cutsPerEpoch: 48, learningRate: 5e-3, workers: 1 };
  const { onnx, learningCurve } = await trainRegions(openRandomStream(3), fields, options);
  expect(learningCurve.length).toBeGreaterThan(0);
  const { image, mask } = fieldOf(9);
  const regions = openRegions(onnx, { threads: 1 });
  const found = (await regions.probabilities(image)).map((value) => (value > 0.5 ? 1 : 0));
  await regions.dispose();
  // a threshold at half the contrast, four standard deviations of the noise from either side, would reach 0.99;
  // four epochs end at 0.89 to 0.93, by the processor's kernels, six at 0.98
  expect(diceOf(found, mask)).toBeGreaterThan(0.9);
});
