/** Where a checked value came from and what it was needed for, for the text of the error. */
export interface CheckContext {
  /** The action that cannot go on, such as "simulate HAADF image". */
  readonly action: string;
  /** File, config key or argument the value came from; omitted where the name says it all. */
  readonly where?: string;
}

/** Limits of an admissible number; both ends belong to the range. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
  /** Unit of the number as it is printed, such as "nm" or "mrad". */
  readonly unit?: string;
}

/**
 * Composes an error text in the house's order: action, wanted, got, where.
 *
 * @param context action that failed and where the value came from
 * @param wanted what would have been accepted, beginning with the name of the value
 * @param got the value that came, already as text
 * @returns one sentence without a final stop
 * @example
 * import { failureText } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const text = failureText({ action: "read mask", where: "a.png" }, "width must be 128", "64");
 * expect(text).toBe("Cannot read mask: width must be 128, got 64 (a.png)");
 */
export function failureText(context: CheckContext, wanted: string, got: string): string {
  const where = context.where === undefined ? "" : ` (${context.where})`;
  return `Cannot ${context.action}: ${wanted}, got ${got}${where}`;
}

/**
 * The error of a value that cannot be used, to be thrown: a RangeError with failureText as its message.
 *
 * @param context action that failed and where the value came from
 * @param wanted what would have been accepted, beginning with the name of the value
 * @param got the value that came, already as text
 * @param options the cause, where there is one
 * @returns the error
 */
export function rangeError(
  context: CheckContext,
  wanted: string,
  got: string,
  options?: ErrorOptions,
): RangeError {
  return new RangeError(failureText(context, wanted, got), options);
}

/**
 * Returns a number that lies in a range, or throws.
 *
 * @param name the value's name with its unit suffix, such as "pixelSizeNm"
 * @param value the number to check; NaN and infinities are never accepted
 * @param options range, unit and the context for the error text
 * @returns the same number
 * @throws RangeError saying action, wanted, got and where
 * @example
 * import { checkNumber } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const check = () => checkNumber("pixelSizeNm", 0, { min: 0.01, max: 100, unit: "nm", action: "render image" });
 * expect(check).toThrow("Cannot render image: pixelSizeNm must be a number from 0.01 to 100 nm, got 0");
 */
export function checkNumber(name: string, value: number, options: NumberRange & CheckContext): number {
  const { min = -Infinity, max = Infinity, integer = false, unit } = options;
  const fits =
    Number.isFinite(value) && value >= min && value <= max && (!integer || Number.isInteger(value));
  if (fits) return value;
  const kind = integer ? "a whole number" : "a number";
  throw rangeError(options, `${name} must be ${kind}${rangeText(min, max, unit)}`, String(value));
}

function rangeText(min: number, max: number, unit: string | undefined): string {
  const suffix = unit === undefined ? "" : ` ${unit}`;
  if (min === -Infinity && max === Infinity) return suffix === "" ? "" : ` in${suffix}`;
  if (max === Infinity) return ` of at least ${min}${suffix}`;
  if (min === -Infinity) return ` of at most ${max}${suffix}`;
  return ` from ${min} to ${max}${suffix}`;
}
