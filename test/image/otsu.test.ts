import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { otsuBin, otsuThreshold } from "../../src/image/index.ts";

describe("otsuThreshold()", () => {
  test("splits two greys between them, whatever their shares", () => {
    for (const share of [0.01, 0.3, 0.9]) {
      const values = Float32Array.from({ length: 1000 }, (_, i) => (i < 1000 * share ? 5 : 3));
      const threshold = otsuThreshold(values);
      expect(threshold).toBeGreaterThanOrEqual(3);
      expect(threshold).toBeLessThan(5);
    }
  });

  test("gives the grey itself where there is only one", () => {
    expect(otsuThreshold(Float32Array.of(7, 7, 7))).toBe(7);
  });

  test("follows gain and zero of the detector", () => {
    const values = Float32Array.from({ length: 500 }, (_, i) => Math.round(40 * Math.sin(i) ** 3) + 100);
    // powers of two scale without rounding
    expect(otsuThreshold(values.map((value) => 4 * value + 64))).toBe(4 * otsuThreshold(values) + 64);
  });
});

test("otsuBin() is the exhaustive search for the largest variance between two classes [otsu1979]", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 12 }), (counts) => {
      const levels = counts.flatMap((count, level) => Array<number>(count).fill(level));
      const variances = counts.map((_, split) => betweenVariance(levels, split));
      const best = Math.max(...variances);
      fc.pre(best > 0);
      // equal up to the rounding of sums of whole numbers below 1e4
      expect(variances[otsuBin(counts)]).toBeGreaterThan(best * (1 - 1e-12));
    }),
  );
});

function betweenVariance(levels: readonly number[], split: number): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [dark, bright] = [levels.filter((level) => level <= split), levels.filter((level) => level > split)];
  if (dark.length === 0 || bright.length === 0) return 0;
  return (dark.length * bright.length * (mean(dark) - mean(bright)) ** 2) / levels.length ** 2;
}
