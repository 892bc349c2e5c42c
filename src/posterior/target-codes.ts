import { fromLine, logSlope, toLine, type Transform } from "./transform.ts";

/** A quantity the network predicts: a model parameter with its prior range, or a descriptor of the very aggregate. */
export interface Target {
  /** Key in the sample records, with its unit suffix, such as "radiusFirstNm". */
  readonly key: string;
  /** Words for axes and tables, such as "mean radius of TiO2-anatase". */
  readonly label: string;
  /** Unit as printed; empty for a plain number. */
  readonly unit: string;
  /** Scale on which the prior is flat and errors are stated. */
  readonly scale: "linear" | "log";
  /** Smallest and largest value: of the prior, or of a descriptor among the training samples. */
  readonly low: number;
  readonly high: number;
  /** Where the network works: the whole line, standardised. Without one it works on the scale itself, as point heads do. */
  readonly transform?: StandardTransform | undefined;
  /** A parameter where nothing is said; images of one powder share parameters, and each has its own descriptors. */
  readonly quantity?: "parameter" | "descriptor";
}

/** A transform, and mean and deviation of transformed values among the training samples or under the prior. */
export type StandardTransform = Transform & { readonly center: number; readonly deviation: number };

/**
 * A target's value as the network sees it, with the prior's mean 0 and variance 1: transformed where the target says how,
 * else on its scale.
 *
 * @param target the quantity
 * @param value in the target's unit; above 0 for a log scale
 * @returns the standardised value, about -1.73 to 1.73 inside the prior
 * @example
 * import { encodeTarget } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const radius = { key: "r", label: "radius", unit: "nm", scale: "linear", low: 3, high: 9 } as const;
 * expect(encodeTarget(radius, 6)).toBe(0);
 * expect(encodeTarget(radius, 9)).toBeCloseTo(Math.sqrt(3));
 */
export function encodeTarget(target: Target, value: number): number {
  const { transform } = target;
  if (transform === undefined) return toScaleCode(target, value);
  return (toLine(transform, toScale(target, value)) - transform.center) / transform.deviation;
}

/**
 * The value behind a standardised one.
 *
 * Without a transform, codes outside the range are moved to its ends.
 *
 * @param target the quantity
 * @param code standardised value as the network gives it
 * @returns the value in the target's unit, inside its bounds
 * @example
 * import { decodeTarget } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const size = { key: "c", label: "cluster size", unit: "", scale: "log", low: 1, high: 100 } as const;
 * expect(decodeTarget(size, 0)).toBeCloseTo(10);
 * expect(decodeTarget(size, 50)).toBe(100);
 */
export function decodeTarget(target: Target, code: number): number {
  const { transform } = target;
  if (transform === undefined)
    return Math.min(target.high, Math.max(target.low, fromScaleCode(target, code)));
  return fromScale(target, fromLine(transform, transform.center + transform.deviation * code));
}

/**
 * A target's value on its own scale, with mean 0 and variance 1 if it were evenly spread over its range: where errors are
 * stated, whatever the network works on.
 *
 * An even spread has the standard deviation range over sqrt(12).
 *
 * @param target the quantity
 * @param value in the target's unit; above 0 for a log scale
 * @returns the standardised value, -1.73 to 1.73 inside the range
 * @example
 * import { toScaleCode } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const share = { key: "x", label: "share", unit: "", scale: "linear", low: 0, high: 1 } as const;
 * expect(toScaleCode(share, 0.5)).toBe(0);
 * expect(toScaleCode(share, 1)).toBeCloseTo(Math.sqrt(3));
 */
export function toScaleCode(target: Target, value: number): number {
  const { center, deviation } = standardisation(target);
  return (toScale(target, value) - center) / deviation;
}

/**
 * The value behind one on the target's own scale.
 *
 * @param target the quantity
 * @param code as toScaleCode gives it
 * @returns the value in the target's unit
 */
export function fromScaleCode(target: Target, code: number): number {
  const { center, deviation } = standardisation(target);
  return fromScale(target, center + deviation * code);
}

/** What a density of codes is multiplied by to be one on the target's own scale, as a logarithm. */
export function logDensityFactor(target: Target, value: number): number {
  const { transform } = target;
  if (transform === undefined) return 0;
  const { deviation } = standardisation(target);
  return logSlope(transform, toScale(target, value)) + Math.log(deviation / transform.deviation);
}

function standardisation(target: Target): { readonly center: number; readonly deviation: number } {
  const [low, high] = [toScale(target, target.low), toScale(target, target.high)];
  return { center: (low + high) / 2, deviation: (high - low) / Math.sqrt(12) };
}

/**
 * A value on the scale of its target.
 *
 * @param target its scale
 * @param value in the target's unit; above 0 for a log scale
 * @returns the value itself or its natural logarithm
 */
export function toScale({ scale }: Pick<Target, "scale">, value: number): number {
  return scale === "log" ? Math.log(value) : value;
}

function fromScale({ scale }: Target, value: number): number {
  return scale === "log" ? Math.exp(value) : value;
}
