import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { drawPoissonCount, poissonTable } from "../../src/stem-sim/noise/poisson-table.ts";

const TABLE = poissonTable();

/** Probabilities P(n = k) from the definition. */
function poissonLaw(mean: number, counts: number): Float64Array {
  const law = new Float64Array(counts);
  law[0] = Math.exp(-mean);
  for (let k = 1; k < counts; k++) law[k] = (law[k - 1] * mean) / k;
  return law;
}

describe("drawPoissonCount()", () => {
  test("follows the Poisson law: chi-square within four standard deviations, on and off the table's means", () => {
    for (const mean of [0.03, 0.25, 3.1, 7.99, 25.13, 39.9, 41]) {
      const rng = openRandomStream("poisson", mean);
      const draws = 200_000;
      const histogram = new Uint32Array(120);
      for (let i = 0; i < draws; i++) histogram[drawPoissonCount(rng, TABLE, mean)]++;
      const law = poissonLaw(mean, 120);
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
    expect(drawPoissonCount(openRandomStream(1), TABLE, 0)).toBe(0);
  });
});
