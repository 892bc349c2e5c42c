import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { fillPoissonCounts, poissonTable } from "../../src/stem-sim/noise/poisson-table.ts";

const TABLE = poissonTable();

/** Probabilities P(n = k) from the definition. */
function poissonLaw(mean: number, counts: number): Float64Array {
  // in logarithms: exp(-1024) is no double
  const law = new Float64Array(counts);
  let logarithm = -mean;
  for (let k = 0; k < counts; k++) {
    law[k] = Math.exp(logarithm);
    logarithm += Math.log(mean / (k + 1));
  }
  return law;
}

function countsOf(mean: number, draws: number): Float64Array {
  const rng = openRandomStream("poisson", mean);
  const means = new Float64Array(draws).fill(mean);
  return fillPoissonCounts(means, rng, TABLE, means, rng.fork("retries"), new Float64Array(2 * draws));
}

describe("fillPoissonCounts()", () => {
  test("follows the Poisson law: chi-square within four standard deviations, on and off the table's means", () => {
    for (const mean of [0.03, 0.25, 3.1, 7.99, 25.13, 31.99, 32, 67.7, 418.3, 1023.9, 1024.5]) {
      const draws = 200_000;
      const histogram = new Uint32Array(1400);
      for (const count of countsOf(mean, draws)) histogram[count]++;
      const law = poissonLaw(mean, 1400);
      let chiSquare = 0;
      let degrees = -1;
      law.forEach((probability, count) => {
        if (probability * draws < 20) return;
        chiSquare += (histogram[count] - probability * draws) ** 2 / (probability * draws);
        degrees++;
      });
      expect(Math.abs(chiSquare - degrees)).toBeLessThan(4 * Math.sqrt(2 * Math.max(degrees, 1)));
    }
  });

  test("counts nothing where nothing is expected", () => {
    expect(countsOf(0, 100).every((count) => count === 0)).toBe(true);
  });
});
