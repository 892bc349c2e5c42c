import { describe, expect, test } from "vitest";
import { bootstrapInterval, groupedBy, mean, openRandomStream } from "../../src/core/index.ts";

const alone = (values: readonly number[]) => values.map((value) => [value]);

describe("bootstrapInterval()", () => {
  test("covers the mean of a normal distribution in about 95 of 100 samples", () => {
    const rng = openRandomStream(2);
    let covered = 0;
    for (let sample = 0; sample < 200; sample++) {
      const groups = alone(Array.from({ length: 40 }, () => rng.normal()));
      const { low, high } = bootstrapInterval(rng.fork("draws", sample), groups, mean, { draws: 400 });
      if (low <= 0 && high >= 0) covered++;
    }
    // the percentile interval of 40 covers 94 %; three binomial standard errors of 200 are 5 %
    expect(Math.abs(covered / 200 - 0.94)).toBeLessThan(0.05);
  });

  test("of a mean is as wide as its standard error says", () => {
    const rng = openRandomStream(3);
    const values = Array.from({ length: 400 }, () => rng.normal());
    const { value, low, high } = bootstrapInterval(rng, alone(values), mean);
    expect(value).toBeCloseTo(mean(values), 12);
    // 2 x 1.96 / sqrt(400); the sample's deviation and chance in 1000 draws are good for a tenth
    expect(Math.abs((high - low) / ((2 * 1.96) / 20) - 1)).toBeLessThan(0.1);
  });

  test("of a constant has no width, and of one group there is none", () => {
    const rng = openRandomStream(1);
    expect(bootstrapInterval(rng, alone([3, 3, 3]), mean)).toEqual({ value: 3, low: 3, high: 3 });
    expect(bootstrapInterval(rng, [[1, 2, 6]], mean)).toEqual({ value: 3, low: NaN, high: NaN });
  });

  test("is the same from the same seed, and nearly so from another", () => {
    const values = alone(Array.from({ length: 60 }, (_, i) => (i * 37) % 61));
    const of = (seed: number) => bootstrapInterval(openRandomStream(seed), values, mean);
    expect(of(7)).toEqual(of(7));
    const [one, other] = [of(7), of(8)];
    expect(other.low).not.toBe(one.low);
    // five standard errors of the difference of two limits, 2.2 % of the width each
    expect(Math.abs(other.low - one.low)).toBeLessThan(5 * Math.SQRT2 * 0.022 * (one.high - one.low));
  });

  test("is wider by groups than by samples where samples of a group resemble each other", () => {
    const rng = openRandomStream(1);
    const items = Array.from({ length: 40 }, (_, i) => ({ value: (i % 8) / 8, group: i % 8 }));
    const meanOf = (list: readonly { readonly value: number }[]) => mean(list.map(({ value }) => value));
    const byGroup = bootstrapInterval(
      rng,
      groupedBy(items, ({ group }) => group),
      meanOf,
    );
    const byItem = bootstrapInterval(
      rng,
      items.map((item) => [item]),
      meanOf,
    );
    // five alike samples a group: the standard error is sqrt(5) times as large
    expect((byGroup.high - byGroup.low) / (byItem.high - byItem.low)).toBeGreaterThan(1.8);
  });

  test("leaves draws out in which the statistic is not defined", () => {
    const groups = [[], [], [1], [2]] as number[][];
    const { value, low, high } = bootstrapInterval(openRandomStream(1), groups, mean);
    // one draw in sixteen has the empty groups alone
    expect([value, low, high]).toEqual([1.5, 1, 2]);
  });

  test("wants a whole number of draws", () => {
    expect(() => bootstrapInterval(openRandomStream(1), alone([1, 2]), mean, { draws: 0 })).toThrow(
      "Cannot bootstrap: draws must be a whole number of at least 1, got 0",
    );
  });
});
