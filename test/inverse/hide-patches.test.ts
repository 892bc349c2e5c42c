import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, TensorProto_DataType } from "onnx-buf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mean, openRandomStream, shuffled } from "../../src/core/index.ts";
import { drawSample, type Sample } from "../../src/corpus/index.ts";
import {
  hidePatches,
  inversionOfBytes,
  invertImages,
  openInversion,
  planInversion,
  recipeOfModel,
  type Inversion,
  type InvertedImage,
} from "../../src/inverse/index.ts";
import { viewAggregate } from "../../src/stem-sim/index.ts";

const MODEL = join(import.meta.dirname, "../../models/tio2-wo3-absolute.onnx");
const QUESTION = { key: "numberFraction", patchesAlong: 4 };
const silent = () => ({ update: () => {}, finish: () => 0 });

/** The same network with the numbers of every weight tensor in another order; they are stored in half precision. */
function shuffledWeights(): Uint8Array {
  const model = fromBinary(ModelProtoSchema, readFileSync(MODEL));
  const rng = openRandomStream("shuffled weights");
  for (const tensor of model.graph?.initializer ?? []) {
    if (tensor.dataType !== TensorProto_DataType.FLOAT16) continue;
    const bytes = Uint8Array.from(tensor.rawData);
    const order = shuffled(rng, [...new Uint16Array(bytes.buffer)]);
    tensor.rawData = new Uint8Array(Uint16Array.from(order).buffer);
  }
  return toBinary(ModelProtoSchema, model);
}

const correlation = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  const [x, y] = [a, b].map((values) => Array.from(values));
  const [mx, my] = [mean(x), mean(y)];
  const product = (u: number[], mu: number, v: number[], mv: number) =>
    u.reduce((sum, value, i) => sum + (value - mu) * (v[i] - mv), 0);
  return product(x, mx, y, my) / Math.sqrt(product(x, mx, x, mx) * product(y, my, y, my));
};

describe("hidePatches()", () => {
  let inversion: Inversion;
  let sample: Sample;
  let answer: InvertedImage;
  let contributions: Float32Array;

  beforeAll(async () => {
    inversion = await openInversion(MODEL, 2);
    const recipe = recipeOfModel(inversion.model);
    if (recipe === null) throw new Error("the model must say how its images are made");
    // two large clusters, so that each material has places of its own
    const aggregate = {
      ...recipe.aggregate,
      clusterSizeFirst: 30,
      clusterSizeSecond: 30,
      particleCount: 60,
      numberFraction: 0.5,
    };
    sample = drawSample(planInversion({ ...recipe, aggregate, seed: 911 }).samples, 0);
    [answer] = await invertImages(inversion, [{ path: "own.tif", image: sample.image }], {});
    ({ contributions } = await hidePatches(inversion, answer, QUESTION, silent));
  }, 120_000);
  afterAll(() => inversion.network.dispose());

  test("says that WO3 raises the number fraction where it lies, and TiO2 lowers it", () => {
    const { aggregate, labels, image } = sample;
    const { centersNm, materialIndices } = viewAggregate(aggregate, labels.microscope);
    const at = (i: number) => {
      const column = Math.floor(image.width / 2 + centersNm[3 * i] / labels.microscope.pixelSizeNm);
      const row = Math.floor(image.height / 2 - centersNm[3 * i + 1] / labels.microscope.pixelSizeNm);
      return contributions[row * image.width + column] ?? 0;
    };
    const places = Array.from(materialIndices, (material, i) => ({ material, contribution: at(i) }));
    const meanOf = (wanted: number) =>
      mean(places.filter(({ material }) => material === wanted).map(({ contribution }) => contribution));
    expect(meanOf(1)).toBeGreaterThan(0);
    expect(meanOf(0)).toBeLessThan(0);
  });

  test("finds nothing where there is only background", () => {
    const largest = contributions.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(Math.abs(contributions[0])).toBeLessThan(0.1 * largest);
  });

  test("depends on what the network has learnt: with its weights in another order the map is another", async () => {
    const blind = await inversionOfBytes(shuffledWeights(), { where: "shuffled", threads: 2 });
    try {
      const other = await hidePatches(blind, answer, QUESTION, silent);
      expect(Math.abs(correlation(other.contributions, contributions))).toBeLessThan(0.5);
    } finally {
      await blind.network.dispose();
    }
  }, 60_000);

  test("refuses a quantity that the network does not read", async () => {
    await expect(hidePatches(inversion, answer, { key: "colour" }, silent)).rejects.toThrow(
      /quantity must be one of particleCount, .*, got colour/,
    );
  });
});
