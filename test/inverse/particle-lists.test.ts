import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { listedValues } from "../../src/inverse/fit/listed-values.ts";
import { scoreParticleLists } from "../../src/inverse/fit/score-particle-lists.ts";

describe("listedValues()", () => {
  const disc = (radiusPx: number, material: string) => ({ radiusPx, material });

  test("number fraction, geometric mean radii in nanometres and geometric standard deviations, by material", () => {
    const particles = [
      disc(4, "TiO2-anatase"),
      disc(8, "TiO2-anatase"),
      disc(16, "TiO2-anatase"),
      ...[10, 10, 10].map((radiusPx) => disc(radiusPx, "WO3")),
    ];
    const values = listedValues(particles, ["TiO2-anatase", "WO3"], 0.5);
    expect(values.numberFraction).toBe(0.5);
    expect(values.radiusFirstNm).toBeCloseTo(4, 12);
    // ln 4, ln 8, ln 16 scatter by ln 2 about ln 8, as a sample or as a population
    expect(values.radiusSpreadFirst).toBeGreaterThan(Math.exp(Math.LN2 * Math.sqrt(2 / 3)) - 1e-9);
    expect(values.radiusSpreadFirst).toBeLessThan(2 + 1e-9);
    expect(values.radiusSecondNm).toBeCloseTo(5, 12);
    expect(values.radiusSpreadSecond).toBeCloseTo(1, 12);
  });

  test("says nothing of a material of which fewer than three are listed", () => {
    const values = listedValues(
      [1, 2, 3].map((r) => disc(r, "WO3")),
      ["TiO2-anatase", "WO3"],
      1,
    );
    expect(values.numberFraction).toBe(1);
    expect([values.radiusFirstNm, values.radiusSpreadFirst]).toEqual([NaN, NaN]);
    expect(listedValues([disc(3, "WO3")], ["TiO2-anatase", "WO3"], 1).numberFraction).toBeNaN();
    expect(listedValues([], ["C"], 1).numberFraction).toBeNaN();
  });
});

describe("scoreParticleLists()", () => {
  const target = { key: "x", label: "share", unit: "", scale: "linear", low: 0, high: 1 } as const;
  /** A list and a network that err by so much, and a list that is shifted besides. */
  const images = (listError: number, networkError: number, shift = 0) => {
    const rng = openRandomStream(7, "lists");
    return Array.from({ length: 400 }, () => {
      const x = rng.uniform();
      return {
        truths: { x },
        listed: { x: x + shift + listError * rng.normal() },
        answered: { x: x + networkError * rng.normal() },
      };
    });
  };

  test("a list that is shifted is mended by a straight line, and the shift is told", () => {
    const [score] = scoreParticleLists([target], images(0.02, 0.1, 0.3));
    // in standard deviations of an even prior, 1/sqrt(12)
    expect(score.bias).toBeCloseTo(0.3 * Math.sqrt(12), 1);
    expect(score.r2).toBeLessThan(0);
    // 1 - 0.02^2 12
    expect(score.correctedR2).toBeCloseTo(0.995, 2);
    expect(score.networkR2).toBeCloseTo(0.89, 1);
  });

  test("two that err independently are better together, a list of noise adds nothing", () => {
    const [good] = scoreParticleLists([target], images(0.1, 0.1));
    expect(good.gain.low).toBeGreaterThan(0.02);
    const [useless] = scoreParticleLists([target], images(5, 0.1));
    expect(Math.abs(useless.gain.value)).toBeLessThan(0.01);
    expect(useless.gain.low).toBeLessThan(0);
  });

  test("leaves out what no list tells, and too few images", () => {
    const other = { ...target, key: "fractalDimension" };
    expect(scoreParticleLists([other], images(0.1, 0.1))).toEqual([]);
    expect(scoreParticleLists([target], images(0.1, 0.1).slice(0, 9))).toEqual([]);
  });
});
