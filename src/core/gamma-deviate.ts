import type { RandomStream } from "./random-stream.ts";

/**
 * A deviate of the gamma distribution of rate 1, density x^(k - 1) e^-x / Gamma(k).
 *
 * Squeeze-free rejection of Marsaglia and Tsang [marsaglia2000gamma]: d (1 + x / sqrt(9 d))^3 with d = k - 1/3 and x normal; shapes
 * below 1 by that of k + 1 times u^(1 / k).
 *
 * @param rng stream that is drawn from
 * @param shape k, above 0
 * @returns deviate of mean k and variance k
 * @example
 * import { gammaDeviate, openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const rng = openRandomStream(1);
 * const values = Array.from({ length: 4000 }, () => gammaDeviate(rng, 9));
 * // five standard errors, 5 * 3 / sqrt(4000)
 * expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / 4000 - 9)).toBeLessThan(0.24);
 */
export function gammaDeviate(rng: RandomStream, shape: number): number {
  if (shape < 1) return gammaDeviate(rng, shape + 1) * (1 - rng.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = rng.normal();
    const cube = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (cube <= 0) continue;
    if (Math.log(1 - rng.uniform()) < x ** 2 / 2 + d - d * cube + d * Math.log(cube)) return d * cube;
  }
}
