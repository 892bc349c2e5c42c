import { expect, test } from "vitest";
import { mean, openRandomStream } from "../../src/core/index.ts";
import { correctOutput, fitBiasCorrections, type NetworkOutput } from "../../src/posterior/index.ts";

/** Centres that shrink large truths the more, the less sure they are; a second quantity is always stated 2 too small. */
function shrunk(seed: number, count: number): { outputs: NetworkOutput[]; codes: number[][] } {
  const rng = openRandomStream(seed);
  const outputs: NetworkOutput[] = [];
  const codes: number[][] = [];
  for (let i = 0; i < count; i++) {
    const [center, other] = [rng.normal(), rng.normal()];
    const spread = 0.2 + 0.3 * rng.uniform();
    outputs.push({ centers: [center, other], spreads: [spread, 1] });
    codes.push([center + 0.3 * center ** 2 + 2 * spread * center + spread * rng.normal(), other + 2]);
  }
  return { outputs, codes };
}

test("correctOutput() takes away what centres err on average, for every centre and every spread", () => {
  const { outputs, codes } = shrunk(1, 4000);
  const corrections = fitBiasCorrections(outputs, codes);
  const other = shrunk(2, 8000);
  const corrected = other.outputs.map((output) => correctOutput(output, corrections));
  for (const low of [-2, -1, 0, 1]) {
    for (const narrow of [true, false]) {
      const inside = other.outputs.flatMap(({ centers, spreads }, i) =>
        centers[0] >= low && centers[0] < low + 1 && spreads[0] < 0.35 === narrow ? [i] : [],
      );
      // 500 errors and more with a scatter of 0.5 at most: standard errors of 0.02
      const error = mean(inside.map((i) => other.codes[i][0] - corrected[i].centers[0]));
      expect(Math.abs(error), `from ${low}, ${narrow ? "narrow" : "wide"}`).toBeLessThan(0.06);
    }
  }
  expect(corrected[0].centers[1]).toBeCloseTo(other.codes[0][1], 3);
  expect(corrected.map(({ spreads }) => spreads)).toEqual(other.outputs.map(({ spreads }) => spreads));
});

test("beyond the centres and spreads that it was fitted to, a correction stays what it is at their edge", () => {
  const { outputs, codes } = shrunk(3, 1000);
  const corrections = fitBiasCorrections(outputs, codes);
  const shift = (center: number, spread: number) =>
    correctOutput({ centers: [center, 0], spreads: [spread, 1] }, corrections).centers[0] - center;
  const [{ centers, spreads }] = corrections;
  expect(shift(40, 0.3)).toBeCloseTo(shift(centers[1], 0.3), 9);
  expect(shift(-40, 0.3)).toBeCloseTo(shift(centers[0], 0.3), 9);
  expect(shift(1, 9)).toBeCloseTo(shift(1, spreads[1]), 9);
  expect(shift(1, 0)).toBeCloseTo(shift(1, spreads[0]), 9);
});

test("too few images correct nothing", () => {
  const { outputs, codes } = shrunk(4, 999);
  expect(fitBiasCorrections(outputs, codes)).toEqual([]);
  expect(correctOutput(outputs[0], [])).toBe(outputs[0]);
});
