/**
 * How a network sees a quantity that cannot take every value: what is possible becomes the whole line.
 *
 * Bounds stand on the target's scale. They lie a little outside the values that occur, by half a step of what is counted,
 * so that a value at its very end is not infinitely far from all others.
 */
export type Transform =
  /** Possible from low to high: z = ln((s - low) / (high - s)). */
  | { readonly kind: "logit"; readonly low: number; readonly high: number }
  /** Possible above low: z = bend ln(exp((s - low) / bend) - 1), a logarithm near low and a straight line far above. */
  | { readonly kind: "softplus"; readonly low: number; readonly bend: number }
  /** Everything is possible: z = s. */
  | { readonly kind: "identity" };

/**
 * The place on the whole line of a value.
 *
 * @param transform what is possible
 * @param s value on the target's scale, inside the bounds
 * @returns z; NaN or infinite for a value outside the bounds
 * @example
 * import { toLine } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * expect(toLine({ kind: "logit", low: 0, high: 1 }, 0.5)).toBe(0);
 * expect(toLine({ kind: "softplus", low: 2, bend: 0.1 }, 7)).toBeCloseTo(5, 10);
 */
export function toLine(transform: Transform, s: number): number {
  switch (transform.kind) {
    case "logit":
      return Math.log((s - transform.low) / (transform.high - s));
    case "softplus":
      return softplusInverse((s - transform.low) / transform.bend) * transform.bend;
    case "identity":
      return s;
  }
}

/**
 * The value behind a place on the whole line.
 *
 * @param transform what is possible
 * @param z any number
 * @returns s on the target's scale, inside the bounds
 */
export function fromLine(transform: Transform, z: number): number {
  switch (transform.kind) {
    case "logit":
      return transform.low + (transform.high - transform.low) / (1 + Math.exp(-z));
    case "softplus":
      return transform.low + softplus(z / transform.bend) * transform.bend;
    case "identity":
      return z;
  }
}

/**
 * How far values are spread apart on the line, as a logarithm: what a density on the line is multiplied by on the scale.
 *
 * @param transform what is possible
 * @param s value on the target's scale, inside the bounds
 * @returns ln(dz / ds)
 */
export function logSlope(transform: Transform, s: number): number {
  switch (transform.kind) {
    case "logit":
      // d/ds ln((s - a)/(b - s)) = (b - a) / ((s - a)(b - s))
      return Math.log((transform.high - transform.low) / ((s - transform.low) * (transform.high - s)));
    case "softplus":
      return -Math.log(-Math.expm1((transform.low - s) / transform.bend));
    case "identity":
      return 0;
  }
}

/** ln(exp(x) - 1) without overflow: x + ln(1 - exp(-x)). */
function softplusInverse(x: number): number {
  return x + Math.log(-Math.expm1(-x));
}

/** ln(1 + exp(z)) without overflow. */
function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}
