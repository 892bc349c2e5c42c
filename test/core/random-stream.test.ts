import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";

const draws = (count: number, draw: () => number) => Float64Array.from({ length: count }, draw);

function moments(values: Float64Array): { mean: number; variance: number; fourth: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const central = (power: number) => values.reduce((sum, v) => sum + (v - mean) ** power, 0) / values.length;
  return { mean, variance: central(2), fourth: central(4) };
}

describe("openRandomStream()", () => {
  test("gives the same numbers for the same path, whatever was drawn from other streams", () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), fc.nat(1000), (seed, purpose, index) => {
        const parent = openRandomStream(seed);
        const before = parent.fork(purpose, index).uniform();
        parent.uniform();
        expect(parent.fork(purpose).fork(index).uniform()).toBe(before);
        expect(openRandomStream(seed, purpose, index).uniform()).toBe(before);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test("tells paths apart that read alike when joined", () => {
    expect(openRandomStream("a", 1).uniform()).not.toBe(openRandomStream("a1").uniform());
    expect(openRandomStream(1).uniform()).not.toBe(openRandomStream("1").uniform());
  });

  test("has uncorrelated sibling streams", () => {
    const left = openRandomStream(5, "sample", 1);
    const right = openRandomStream(5, "sample", 2);
    const n = 100_000;
    const product = draws(n, () => left.normal() * right.normal());
    // the mean of n products of independent standard normals has standard error n^-1/2
    expect(Math.abs(moments(product).mean)).toBeLessThan(4 / Math.sqrt(n));
  });

  test("integerBelow() reaches every value equally often", () => {
    const stream = openRandomStream(3);
    const counts = new Float64Array(7);
    for (let i = 0; i < 70_000; i++) counts[stream.integerBelow(7)]++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(22.5); // 99.9 % point of chi-square with 6 degrees of freedom
  });

  test("normal() has the moments and the tail of the standard normal", () => {
    const stream = openRandomStream(11);
    const n = 1_000_000;
    const values = draws(n, () => stream.normal());
    const { mean, variance, fourth } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(fourth - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    // P(|x| > 3.5) = 4.6526e-4: 3.5 lies beyond the tail's start 3.4426
    const expected = 4.6526e-4 * n;
    const beyond = values.filter((x) => Math.abs(x) > 3.5).length;
    expect(Math.abs(beyond - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  test("fillUniform() gives what as many calls of uniform() give", () => {
    const [one, many] = [openRandomStream(4), openRandomStream(4)];
    expect(many.fillUniform(new Float64Array(300))).toEqual(draws(300, () => one.uniform()));
    expect(many.uniform()).toBe(one.uniform());
  });

  test("fillNormal() has the moments, the shape and the tail of the standard normal", () => {
    const n = 1_000_000;
    const values = openRandomStream(12).fillNormal(new Float64Array(n));
    const { mean, variance, fourth } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(fourth - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    // P(x < z) of the standard normal; z from the middle of the core over the wedges into the tail
    for (const [z, below] of [
      [-3.6, 1.591e-4],
      [-2, 0.0227501],
      [-0.3, 0.3820886],
      [0.1, 0.5398278],
      [1, 0.8413447],
      [2.5, 0.9937903],
      [3.6, 1 - 1.591e-4],
    ]) {
      const found = values.reduce((count, x) => count + (x < z ? 1 : 0), 0);
      expect(Math.abs(found - n * below)).toBeLessThan(4 * Math.sqrt(n * below * (1 - below)));
    }
    const neighbours = values.subarray(1).map((x, i) => x * values[i]);
    expect(Math.abs(moments(neighbours).mean)).toBeLessThan(4 / Math.sqrt(n));
  });

  for (const mean of [0.3, 4, 9.99, 10, 35, 1e4]) {
    test(`poisson(${mean}) has mean and variance ${mean}`, () => {
      const stream = openRandomStream(13, mean);
      const n = 200_000;
      const found = moments(draws(n, () => stream.poisson(mean)));
      expect(Math.abs(found.mean - mean)).toBeLessThan(4 * Math.sqrt(mean / n));
      // the fourth central moment of a Poisson law is mean + 3 mean^2
      const varianceError = Math.sqrt((mean + 2 * mean * mean) / n);
      expect(Math.abs(found.variance - mean)).toBeLessThan(4 * varianceError);
    });
  }

  for (const mean of [5, 30]) {
    test(`poisson(${mean}) follows the Poisson probabilities`, () => {
      const stream = openRandomStream(17, mean);
      const n = 200_000;
      const counts = new Float64Array(200);
      for (let i = 0; i < n; i++) counts[stream.poisson(mean)]++;
      let probability = Math.exp(-mean);
      let chiSquare = 0;
      let bins = 0;
      for (let k = 0; k < 200; k++) {
        if (k > 0) probability *= mean / k;
        if (n * probability < 10) continue;
        chiSquare += (counts[k] - n * probability) ** 2 / (n * probability);
        bins++;
      }
      // chi-square has mean bins - 1 and variance 2 (bins - 1)
      expect(chiSquare).toBeLessThan(bins - 1 + 4 * Math.sqrt(2 * (bins - 1)));
    });
  }

  test("poisson(0) is 0", () => {
    expect(openRandomStream(1).poisson(0)).toBe(0);
  });
});
