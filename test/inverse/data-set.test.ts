import { expect, test } from "vitest";
import type { Sample } from "../../src/corpus/index.ts";
import { encodeTargets, gatherDataSet, inputStandardisation } from "../../src/inverse/data/data-set.ts";
import type { DataSet } from "../../src/inverse/data/data-set.ts";

function sample(sampleIndex: number, widthPx: number, pixelSizeNm: number | null): Sample {
  const data = Float32Array.from(
    { length: widthPx * widthPx },
    (_, i) => 0.01 + 0.0001 * i + 0.01 * sampleIndex,
  );
  const image = {
    width: widthPx,
    height: widthPx,
    data,
    pixelSizeNm,
    intensityUnit: "fraction of the incident beam",
  };
  return { image, labels: { sampleIndex } } as unknown as Sample;
}

async function* samplesOf(...samples: Sample[]): AsyncGenerator<Sample, void, undefined> {
  yield* samples;
}

test("gatherDataSet() keeps images in order and standardises their square roots", async () => {
  const data = await gatherDataSet(samplesOf(sample(0, 16, 1), sample(1, 16, 1)), { count: 2 });
  expect(data.labels.map((line) => line.sampleIndex)).toEqual([0, 1]);
  expect(data.intensities[256]).toBeCloseTo(0.02, 7);
  const { center, deviation } = inputStandardisation(data);
  const codes = data.intensities.map((value) => (Math.sqrt(value) - center) / deviation);
  const moment = (power: number) => codes.reduce((sum, code) => sum + code ** power, 0) / codes.length;
  expect(moment(1)).toBeCloseTo(0, 5);
  expect(moment(2)).toBeCloseTo(1, 5);
});

test("gatherDataSet() refuses images of another field, naming the sample and the remedy", async () => {
  const gather = (other: Sample) => gatherDataSet(samplesOf(sample(0, 16, 1), other), { count: 2 });
  await expect(gather(sample(1, 16, 1.5))).rejects.toThrow(
    "all images must have 16 x 16 px of 1 nm, got 16 x 16 px of 1.5 nm (sample 1); fix pixelSizeNm",
  );
  await expect(gather(sample(1, 16, null))).rejects.toThrow(
    "every image must say its pixel size, got none (sample 1)",
  );
});

test("encodeTargets() takes what an aggregate lacks as the middle, and refuses what a bounded scale cannot hold", () => {
  const target = {
    key: "r",
    label: "mean radius",
    unit: "nm",
    scale: "linear",
    low: 3,
    high: 12,
    transform: { kind: "logit", low: 3, high: 12, margin: 0.5, center: 0, deviation: 1.36 },
  } as const;
  const dataOf = (...radii: number[]) => {
    const labels = radii.map((r, sampleIndex) => ({ sampleIndex, parameters: { r }, descriptors: {} }));
    return { count: radii.length, labels } as unknown as DataSet;
  };
  expect([...encodeTargets(dataOf(7.5, NaN), [target])]).toEqual([0, 0]);
  expect(() => encodeTargets(dataOf(7.5, 14), [target])).toThrow(
    "mean radius must lie inside the prior that the model was trained on, got 14 nm in sample 1",
  );
});
