import { z } from "zod";
import type { NumberRange } from "./checks.ts";
import type { RandomStream } from "./random-stream.ts";

/** What is known of a quantity before an image is seen: a fixed value, or a distribution over a range. */
export type Prior =
  | number
  | { readonly uniform: readonly [number, number] }
  | { readonly logUniform: readonly [number, number] };

/**
 * Draws one value from a prior.
 *
 * @param rng stream the draw comes from; a fixed value draws nothing
 * @param prior distribution of the value
 * @returns a value in the prior's range, in the prior's unit
 * @example
 * import { drawFromPrior, openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(drawFromPrior(openRandomStream(1), 5)).toBe(5);
 * expect(drawFromPrior(openRandomStream(1), { uniform: [2, 3] })).toBeGreaterThanOrEqual(2);
 */
export function drawFromPrior(rng: RandomStream, prior: Prior): number {
  if (typeof prior === "number") return prior;
  if ("uniform" in prior) {
    const [low, high] = prior.uniform;
    return low + (high - low) * rng.uniform();
  }
  const [low, high] = prior.logUniform;
  return low * (high / low) ** rng.uniform();
}

/**
 * The smallest and the largest value a prior can give.
 *
 * @param prior distribution of the value
 * @returns [low, high] in the prior's unit; equal for a fixed value
 * @example
 * import { priorRange } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(priorRange({ logUniform: [1, 50] })).toEqual([1, 50]);
 */
export function priorRange(prior: Prior): readonly [number, number] {
  if (typeof prior === "number") return [prior, prior];
  return "uniform" in prior ? prior.uniform : prior.logUniform;
}

/**
 * A prior of a quantity that is so many times as large.
 *
 * @param prior distribution of the quantity
 * @param factor above 0
 * @returns the same law over the range times the factor
 * @example
 * import { scaledPrior } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(scaledPrior({ uniform: [3, 12] }, 2)).toEqual({ uniform: [6, 24] });
 */
export function scaledPrior(prior: Prior, factor: number): Prior {
  if (typeof prior === "number") return prior * factor;
  if ("uniform" in prior) return { uniform: [prior.uniform[0] * factor, prior.uniform[1] * factor] };
  return { logUniform: [prior.logUniform[0] * factor, prior.logUniform[1] * factor] };
}

/**
 * The configuration schema of a prior whose values must lie in a range.
 *
 * @param range admissible values and their unit; a logUniform distribution also needs them above zero
 * @param description help text for editors: what the quantity means
 * @returns a schema that accepts a number, {uniform: [low, high]} or {logUniform: [low, high]}
 * @example
 * import { priorSchema } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const schema = priorSchema({ min: 1, max: 3 }, "fractal dimension");
 * expect(schema.safeParse({ uniform: [1.5, 2.3] }).success).toBe(true);
 * expect(schema.safeParse(3.4).success).toBe(false);
 */
export function priorSchema(range: NumberRange, description: string): z.ZodType<Prior> {
  const { min = -Infinity, max = Infinity, unit } = range;
  const value = z.number().min(min).max(max);
  const pair = z
    .tuple([value, value])
    .refine(([low, high]) => low < high, { error: "wanted [low, high] with low below high" });
  const positivePair = pair.refine(([low]) => low > 0, {
    error: "a logUniform distribution needs low above 0",
  });
  const text = unit === undefined ? description : `${description} [${unit}]`;
  return z
    .union([value, z.strictObject({ uniform: pair }), z.strictObject({ logUniform: positivePair })], {
      error: "wanted a number, {uniform: [low, high]} or {logUniform: [low, high]}",
    })
    .describe(text);
}
