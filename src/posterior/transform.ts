/**
 * How a network sees a quantity that cannot take every value: what is possible becomes the whole line.
 *
 * Bounds stand on the target's scale. A margin outside them keeps a value at its very end from being infinitely far from all
 * others; what lies in the margin is the end.
 */
export type Transform =
  /** Possible from low to high: z = ln((s - low + margin) / (high - s + margin)). */
  | { readonly kind: "logit"; readonly low: number; readonly high: number; readonly margin: number }
  /** Possible from low on: z = bend ln(exp((s - low + margin) / bend) - 1), a logarithm near low and straight far above. */
  | { readonly kind: "softplus"; readonly low: number; readonly bend: number; readonly margin: number }
  /** Everything is possible: z = s. */
  | { readonly kind: "identity" };

/**
 * The place on the whole line of a value.
 *
 * @param transform what is possible
 * @param s value on the target's scale, inside the bounds
 * @returns z; NaN or infinite for a value outside the bounds and their margin
 * @example
 * import { toLine } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * expect(toLine({ kind: "logit", low: 0, high: 1, margin: 0 }, 0.5)).toBe(0);
 * expect(toLine({ kind: "softplus", low: 2, bend: 0.1, margin: 0 }, 7)).toBeCloseTo(5, 10);
 */
export function toLine(transform: Transform, s: number): number {
  switch (transform.kind) {
    case "logit": {
      const [below, above] = distancesOf(transform, s);
      return Math.log(below / above);
    }
    case "softplus":
      return softplusInverse((s - transform.low + transform.margin) / transform.bend) * transform.bend;
    case "identity":
      return s;
  }
}

/** The value behind a place on the whole line. */
export function fromLine(transform: Transform, z: number): number {
  switch (transform.kind) {
    case "logit":
      return fromLogit(transform, z);
    case "softplus":
      return transform.low + Math.max(0, softplus(z / transform.bend) * transform.bend - transform.margin);
    case "identity":
      return z;
  }
}

/**
 * How far values are spread apart on the line, as a logarithm: what a density on the line is multiplied by on the scale.
 */
export function logSlope(transform: Transform, s: number): number {
  switch (transform.kind) {
    case "logit": {
      // d/ds ln((s - a)/(b - s)) = 1/(s - a) + 1/(b - s)
      const [below, above] = distancesOf(transform, s);
      return Math.log(1 / below + 1 / above);
    }
    case "softplus":
      return -Math.log(-Math.expm1((transform.low - transform.margin - s) / transform.bend));
    case "identity":
      return 0;
  }
}

type Logit = Extract<Transform, { readonly kind: "logit" }>;

/** Distances of a value from both ends, margin and all. */
function distancesOf({ low, high, margin }: Logit, s: number): readonly [below: number, above: number] {
  return [s - low + margin, high - s + margin];
}

function fromLogit({ low, high, margin }: Logit, z: number): number {
  const s = low - margin + (high - low + 2 * margin) / (1 + Math.exp(-z));
  return Math.min(high, Math.max(low, s));
}

/** ln(exp(x) - 1) without overflow: x + ln(1 - exp(-x)). */
function softplusInverse(x: number): number {
  return x + Math.log(-Math.expm1(-x));
}

/** ln(1 + exp(z)) without overflow. */
function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}
