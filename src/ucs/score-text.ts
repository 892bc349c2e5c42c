import type { BootstrapInterval } from "../core/index.ts";

/**
 * A score with its interval as text.
 *
 * @param interval value and ends
 * @param digits behind the point
 * @returns such as "0.85 (0.82 to 0.88)"; the value alone where there is no interval
 */
export function intervalText({ value, low, high }: BootstrapInterval, digits: number): string {
  if (Number.isNaN(low)) return value.toFixed(digits);
  return `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** A score with its interval for a table of a page: a line breaks before the interval, not within. */
export function intervalCell(interval: BootstrapInterval, digits: number): string {
  const [value, ...rest] = intervalText(interval, digits).split(" ");
  return rest.length === 0 ? value : `${value} ${rest.join("\u00a0")}`;
}
