import { describe, expect, test } from "vitest";
import { drawFromPrior, priorRange, priorSchema, type Prior } from "../../src/core/prior.ts";
import { openRandomStream } from "../../src/core/random-stream.ts";
import { mean } from "../../src/core/statistics.ts";

const COUNT = 20_000;
const draws = (prior: Prior, scale: (value: number) => number = (value) => value) =>
  Array.from({ length: COUNT }, (_, i) => scale(drawFromPrior(openRandomStream(7, "draw", i), prior)));

/** Largest distance of the empirical distribution of values from 0 to 1 from the uniform one. */
function distanceFromUniform(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((value, i) => Math.abs(value - (i + 0.5) / sorted.length)));
}

/** One in ten thousand samples of this size is farther off [massey1951]: 2.2 / sqrt(n). */
const KOLMOGOROV = 2.2 / Math.sqrt(COUNT);

describe("drawFromPrior()", () => {
  test("of a uniform prior is uniform between its ends", () => {
    const values = draws({ uniform: [3, 12] }, (value) => (value - 3) / 9);
    expect(distanceFromUniform(values)).toBeLessThan(KOLMOGOROV);
  });

  test("of a logUniform prior has a uniform logarithm: the median is the geometric mean of the ends", () => {
    const values = draws({ logUniform: [1, 50] }, (value) => Math.log(value) / Math.log(50));
    expect(distanceFromUniform(values)).toBeLessThan(KOLMOGOROV);
    // standard deviation of a uniform number is 1/sqrt(12); four standard errors
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(4 / Math.sqrt(12 * COUNT));
  });

  test("of a fixed value draws nothing from the stream", () => {
    const [one, other] = [openRandomStream(1), openRandomStream(1)];
    expect(drawFromPrior(one, 5)).toBe(5);
    expect(one.uniform()).toBe(other.uniform());
  });
});

describe("priorSchema()", () => {
  const schema = priorSchema({ min: 1, max: 60, unit: "nm" }, "mean radius");

  test.each([5, 1, 60, { uniform: [1, 60] }, { logUniform: [2, 3] }])("takes %j", (value) => {
    const prior = schema.parse(value);
    const [low, high] = priorRange(prior);
    expect(low).toBeLessThanOrEqual(high);
  });

  test.each([
    0,
    61,
    NaN,
    "5",
    { uniform: [3, 2] },
    { uniform: [2, 2] },
    { uniform: [0, 5] },
    { logUniform: [1] },
    { uniform: [1, 2], logUniform: [1, 2] },
  ])("refuses %j", (value) => expect(schema.safeParse(value).success).toBe(false));

  test("a logUniform prior needs ends above zero, whatever the range admits", () => {
    const wide = priorSchema({ min: -5, max: 5 }, "offset");
    expect(wide.safeParse({ uniform: [-1, 1] }).success).toBe(true);
    expect(wide.safeParse({ logUniform: [-1, 1] }).success).toBe(false);
  });
});
