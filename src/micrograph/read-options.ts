import { unreadable } from "./unreadable.ts";

/** What can be chosen when a file is read. */
export interface ReadOptions {
  /** Which array of a file that holds several, 0 first; default the first image. */
  readonly series?: number;
  /** Images with a palette: their colours (default), or the indices with the palette beside them, as masks need. */
  readonly palette?: "colors" | "indices";
}

/**
 * The series that was asked for, or the default.
 *
 * @throws RangeError listing the series
 */
export function chosenSeries(
  format: string,
  names: readonly string[],
  options: ReadOptions,
  fallback = 0,
): number {
  const series = options.series ?? fallback;
  if (Number.isInteger(series) && series >= 0 && series < names.length) return series;
  throw unreadable(`${format} series must be from 0 to ${names.length - 1} (${names.join("; ")})`, series);
}
