/** A quantity the network predicts: a model parameter with its prior range, or a descriptor of the very aggregate. */
export interface Target {
  /** Key in the sample records, with its unit suffix, such as "radiusFirstNm". */
  readonly key: string;
  /** Words for axes and tables, such as "mean radius of TiO2-anatase". */
  readonly label: string;
  /** Unit as printed; empty for a plain number. */
  readonly unit: string;
  /** Scale on which the prior is flat, errors are even and the network works. */
  readonly scale: "linear" | "log";
  /** Prior range; predictions are kept inside. */
  readonly low: number;
  readonly high: number;
  /** A parameter where nothing is said; images of one powder share parameters, and each has its own descriptors. */
  readonly quantity?: "parameter" | "descriptor";
}

/**
 * A target's value as the network sees it: on the target's scale, with the prior's mean 0 and variance 1.
 *
 * The prior is flat on that scale, so its standard deviation there is the range over sqrt(12).
 *
 * @param target the quantity
 * @param value in the target's unit; above 0 for a log scale
 * @returns the standardised value, about -1.73 to 1.73 inside the prior
 * @example
 * import { encodeTarget } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * const radius = { key: "r", label: "radius", unit: "nm", scale: "linear", low: 3, high: 9 } as const;
 * expect(encodeTarget(radius, 6)).toBe(0);
 * expect(encodeTarget(radius, 9)).toBeCloseTo(Math.sqrt(3));
 */
export function encodeTarget(target: Target, value: number): number {
  const { center, deviation } = standardisation(target);
  return (toScale(target, value) - center) / deviation;
}

/**
 * The value behind a standardised one, kept inside the prior range.
 *
 * @param target the quantity
 * @param code standardised value as the network gives it
 * @returns the value in the target's unit, from `low` to `high`
 * @example
 * import { decodeTarget } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * const size = { key: "c", label: "cluster size", unit: "", scale: "log", low: 1, high: 100 } as const;
 * expect(decodeTarget(size, 0)).toBeCloseTo(10);
 * expect(decodeTarget(size, 50)).toBe(100);
 */
export function decodeTarget(target: Target, code: number): number {
  const { center, deviation } = standardisation(target);
  const value = fromScale(target, center + deviation * code);
  return Math.min(target.high, Math.max(target.low, value));
}

function standardisation(target: Target): { readonly center: number; readonly deviation: number } {
  const [low, high] = [toScale(target, target.low), toScale(target, target.high)];
  return { center: (low + high) / 2, deviation: (high - low) / Math.sqrt(12) };
}

function toScale({ scale }: Target, value: number): number {
  return scale === "log" ? Math.log(value) : value;
}

function fromScale({ scale }: Target, value: number): number {
  return scale === "log" ? Math.exp(value) : value;
}
