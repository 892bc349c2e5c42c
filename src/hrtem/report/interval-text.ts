import type { BootstrapInterval } from "../../core/index.ts";

/**
 * A statistic with its interval, for tables.
 *
 * @param interval value and limits
 * @returns "0.912 (0.880 to 0.941)"; a dash where there is no value, the value alone where there are no limits
 */
export function intervalText({ value, low, high }: BootstrapInterval): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.abs(value) < 10 ? 3 : 1;
  const range = Number.isFinite(low) ? ` (${low.toFixed(digits)} to ${high.toFixed(digits)})` : "";
  return `${value.toFixed(digits)}${range}`;
}
