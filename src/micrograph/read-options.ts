import { unreadable } from "./unreadable.ts";

/** What can be chosen when a file is read. */
export interface ReadOptions {
  /** Which array of a file that holds several: its place, 0 first, or its name; default the one that shows the specimen. */
  readonly series?: number | string;
  /** Images with a palette: their colours (default), or the indices with the palette beside them, as masks need. */
  readonly palette?: "colors" | "indices";
}

/**
 * The series that was asked for, or the default.
 *
 * A name stands for the series that has it, or for the only one whose name contains it; case does not matter.
 *
 * @throws RangeError listing the series
 */
export function chosenSeries(
  format: string,
  names: readonly string[],
  { series }: ReadOptions,
  fallback = 0,
): number {
  if (series === undefined) return fallback;
  const found = typeof series === "number" ? series : placeOf(names, series);
  if (Number.isInteger(found) && found >= 0 && found < names.length) return found;
  const list = names.map((name, i) => `${i}: ${name}`).join("; ");
  const isMany = typeof series === "string" && found === SEVERAL;
  const got = isMany ? `${series}, which fits several` : series;
  throw unreadable(`${format} series must be from 0 to ${names.length - 1} or a name (${list})`, got);
}

const [NONE, SEVERAL] = [-1, -2];

function placeOf(names: readonly string[], wanted: string): number {
  const lower = names.map((name) => name.toLowerCase());
  const whole = lower.indexOf(wanted.toLowerCase());
  if (whole >= 0) return whole;
  const fits = lower.flatMap((name, i) => (name.includes(wanted.toLowerCase()) ? [i] : []));
  return fits.length === 1 ? fits[0] : fits.length === 0 ? NONE : SEVERAL;
}
