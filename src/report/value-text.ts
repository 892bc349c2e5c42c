import type { BootstrapInterval } from "../core/index.ts";

/** What stands where there is no number. */
export const MISSING = "–";

/**
 * A whole number in full, any other with three significant digits, and no exponent for everyday sizes.
 *
 * @param value any number
 * @returns such as "0.0123", "5.80", "12346"; a dash where there is no finite number
 * @example
 * import { shortNumber } from "../src/report/index.ts";
 * import { expect } from "vitest";
 * expect([0.01234, 5.8, 12345.6, 2.5e-7].map(shortNumber)).toEqual(["0.0123", "5.80", "12346", "2.50e-7"]);
 */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  // 999.7 is a number of four digits when it is rounded to three
  const size = Math.abs(Number(value.toPrecision(3)));
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return Number.isInteger(value)
    ? String(value)
    : value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(size))));
}

/**
 * Writes numbers with so many digits behind the point.
 *
 * @param digits 0 and more
 * @returns what writes a number; a dash where there is no finite one
 * @example
 * import { fixed } from "../src/report/index.ts";
 * import { expect } from "vitest";
 * expect([0.91234, NaN].map(fixed(3))).toEqual(["0.912", "–"]);
 */
export function fixed(digits: number): (value: number) => string {
  return (value) => (Number.isFinite(value) ? value.toFixed(digits) : MISSING);
}

/**
 * Writes a share in percent, below ten percent with one digit behind the point.
 *
 * @param share 1 for all
 * @returns such as "3.4 %", "34 %"; a dash where there is no finite number
 */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %` : MISSING;
}

/**
 * An estimate with its interval: as many digits as give the width of the interval two that count.
 *
 * @param interval value and limits
 * @param show how the value is written where it has no limits
 * @returns such as "0.912 (0.887 to 0.934)"; a dash where there is no value, the value alone where there are no limits
 * @example
 * import { intervalText } from "../src/report/index.ts";
 * import { expect } from "vitest";
 * expect(intervalText({ value: 0.9123, low: 0.8871, high: 0.9342 })).toBe("0.912 (0.887 to 0.934)");
 * expect(intervalText({ value: 12.34, low: 11.02, high: 13.9 })).toBe("12.3 (11.0 to 13.9)");
 */
export function intervalText(
  { value, low, high }: BootstrapInterval,
  show: (value: number) => string = shortNumber,
): string {
  const width = high - low;
  if (!Number.isFinite(width)) return show(value);
  // limits that differ by rounding alone would ask for fifteen digits
  const isPoint = width <= 1e-9 * Math.abs(value);
  const write = isPoint ? show : fixed(Math.max(0, 1 - Math.floor(Math.log10(width))));
  return `${write(value)} (${write(low)} to ${write(high)})`;
}

/**
 * A quantity's name with its unit, as headings and axes have it.
 *
 * @param name such as "radius"
 * @param unit such as "nm"; "" or null for a pure number
 * @returns such as "radius [nm]"; the name alone for a pure number
 */
export function nameWithUnit(name: string, unit: string | null): string {
  return unit === null || unit === "" ? name : `${name} [${unit}]`;
}

/**
 * A unit as it follows a number.
 *
 * @param unit such as "nm"; "" or null for a pure number
 * @returns such as " nm"; nothing for a pure number
 */
export function unitText(unit: string | null): string {
  return unit === null || unit === "" ? "" : ` ${unit}`;
}
