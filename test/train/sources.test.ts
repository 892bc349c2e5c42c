import { describe, expect, test } from "vitest";
import { mean, openRandomStream, standardDeviation } from "../../src/core/index.ts";
import { learningRateAt } from "../../src/train/schedule.ts";
import { drawSamples, storedSource, type SampleSource } from "../../src/train/batches.ts";

const EDGE = 6;
const ramp = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

describe("storedSource()", () => {
  const shapes = { input: [1, EDGE, EDGE], target: [1, EDGE, EDGE] };
  const samples = { inputs: ramp(EDGE * EDGE), targets: ramp(EDGE * EDGE) };

  test("turns an image and its map alike", () => {
    const source = storedSource(samples, shapes, { isDihedral: true });
    const seen = new Set<string>();
    for (let draw = 0; draw < 64; draw++) {
      const [x, target] = [new Float32Array(EDGE * EDGE), new Float32Array(EDGE * EDGE)];
      source.fillInto(openRandomStream(1, draw), 0, x, target);
      expect(target).toEqual(x);
      seen.add(String(x));
    }
    expect(seen.size).toBe(8);
  });

  test("adds noise of the stated spread to the image and none to the label", () => {
    const label = { input: [1, 64, 64], target: [2] };
    const still = { inputs: new Float32Array(64 * 64), targets: Float32Array.of(3, 4) };
    const [x, target] = [new Float32Array(64 * 64), new Float32Array(2)];
    storedSource(still, label, { noise: 0.5 }).fillInto(openRandomStream(2), 0, x, target);
    expect([...target]).toEqual([3, 4]);
    // 4096 draws: the standard error of a standard deviation is 0.5/sqrt(2 n) = 0.0055, of the mean 0.0078
    expect(Math.abs(standardDeviation(x) - 0.5)).toBeLessThan(4 * 0.0055);
    expect(Math.abs(mean(x))).toBeLessThan(4 * 0.0078);
  });

  test("refuses symmetries of images that are not square", () => {
    const oblong = { input: [1, 4, 6], target: [1] };
    expect(() => storedSource(samples, oblong, { isDihedral: true })).toThrow(
      "Cannot augment: images must be square, got 4 x 6",
    );
  });
});

test("drawSamples() draws each sample from a stream of its own, so that more of them leave the first alone", () => {
  const source: SampleSource = {
    count: 1,
    fillInto(rng, index, x, target) {
      for (let i = 0; i < x.length; i++) x[i] = rng.uniform();
      target[0] = index;
    },
  };
  const shapes = { inputShape: [1, 2, 2], outputShape: [1] };
  const [few, many] = [2, 5].map((count) => drawSamples(openRandomStream(4), source, shapes, count));
  expect(many.inputs.subarray(0, 8)).toEqual(few.inputs);
  expect([...many.targets]).toEqual([0, 1, 2, 3, 4]);
  expect(new Set(many.inputs).size).toBe(20);
});

describe("learningRateAt()", () => {
  test("rises along a line, then falls along half a cosine to its last fraction", () => {
    const schedule = { peak: 1, warmUpSteps: 10, finalFraction: 0.1 };
    const rates = Array.from({ length: 111 }, (_, i) => learningRateAt(schedule, i + 1, 111));
    expect(rates[4]).toBeCloseTo(0.5, 12);
    expect(rates[9]).toBe(1);
    expect(rates[10]).toBe(1);
    expect(rates[60]).toBeCloseTo(0.55, 12);
    expect(rates[110]).toBeCloseTo(0.1, 12);
    expect(rates.slice(10).every((rate, i, all) => i === 0 || rate < all[i - 1])).toBe(true);
  });
});
