const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / SQRT_TWO_PI;
}

/** From here the continued fraction for the tail converges faster than the series about 0. */
const TAIL_START = 3;

/**
 * Distribution function of the standard normal distribution, to about 1e-14.
 *
 * @example
 * import { normalCdf } from "../src/posterior/normal-distribution.ts";
 * import { expect } from "vitest";
 * // tabulated: 97.5 % of it lies below 1.959963984540054
 * expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 12);
 */
export function normalCdf(x: number): number {
  if (x > TAIL_START) return 1 - upperTail(x);
  if (x < -TAIL_START) return upperTail(-x);
  // Phi(x) = 1/2 + phi(x) (x + x^3/3 + x^5/(3 5) + ...) [abramowitz1964] 26.2.11
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + normalDensity(x) * sum;
}

/** phi(x) / (x + 1/(x + 2/(x + 3/(x + ...)))) for large x [abramowitz1964] 26.2.14. */
function upperTail(x: number): number {
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / fraction;
  return normalDensity(x) / fraction;
}
