import { describe, expect, test } from "vitest";
import { mean, openRandomStream } from "../../src/core/index.ts";
import { effectiveCount, scoreStructures, tiltedWeights } from "../../src/posterior/index.ts";

const draw = (purpose: string, count: number, center: number, spread: number) => {
  const rng = openRandomStream(3, purpose);
  return Array.from({ length: count }, () => [center + spread * rng.normal(), rng.normal()]);
};
const weighted = (weights: ArrayLike<number>, values: readonly number[]) =>
  values.reduce((sum, value, k) => sum + weights[k] * value, 0);

describe("tiltedWeights()", () => {
  const grown = draw("grown", 400, 0, 1);
  const wanted = draw("wanted", 2000, 0.8, 0.5);
  const weights = tiltedWeights({ grown, wanted });
  const values = grown.map(([value]) => value);

  test("gives the structures the mean and the spread of the posterior", () => {
    const center = weighted(weights, values);
    const spread = Math.sqrt(
      weighted(
        weights,
        values.map((value) => (value - center) ** 2),
      ),
    );
    // the ridge of 0.02 holds back 0.02 lambda, with lambda 2 to 3 spreads
    expect(Math.abs(center - mean(wanted.map(([value]) => value)))).toBeLessThan(0.05);
    expect(Math.abs(spread - 0.5)).toBeLessThan(0.05);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  test("leaves what is right already: weights are even where nothing is asked for", () => {
    const same = tiltedWeights({ grown, wanted: grown });
    expect(effectiveCount(same)).toBeGreaterThan(395);
    expect([...tiltedWeights({ grown: [[], []], wanted: [[]] })]).toEqual([0.5, 0.5]);
    expect(tiltedWeights({ grown: [], wanted }).length).toBe(0);
  });

  test("stays finite where no mixture of structures has what the posterior wants", () => {
    const far = tiltedWeights({ grown: [[0], [1], [2]], wanted: [[9.9], [10.1]] });
    expect(far.every(Number.isFinite)).toBe(true);
    expect(far[2]).toBeGreaterThan(0.9);
  });
});

describe("scoreStructures()", () => {
  const definitions = [{ key: "h", label: "h", unit: "" }];
  const set = (truth: number, weights: readonly number[]) => ({
    truth: { h: truth },
    structures: [1, 2, 3].map((h) => ({ h })),
    weights,
  });

  test("compares weighted and even means with the imaged aggregate, and counts what cannot be grown", () => {
    const sets = [
      set(1, [1, 0, 0]),
      set(3, [0, 0, 1]),
      set(2, [0, 1, 0]),
      { truth: { h: 9 }, structures: [], weights: [] },
    ];
    const {
      descriptors,
      imageCount,
      unrealisableCount,
      effectiveCount: count,
    } = scoreStructures(sets, definitions);
    expect([imageCount, unrealisableCount, count]).toEqual([3, 1, 1]);
    // even weights always answer 2, the mean of the truths
    expect(descriptors[0]).toMatchObject({ r2: 1, r2ByParameters: 0, medianRelativeError: 0, covered: 1 });
    expect(descriptors[0].medianRelativeErrorByParameters).toBeCloseTo(1 / 3, 12);
  });

  test("a truth beyond all structures is not covered", () => {
    expect(scoreStructures([set(3.5, [0.2, 0.3, 0.5])], definitions).descriptors[0].covered).toBe(0);
  });
});
