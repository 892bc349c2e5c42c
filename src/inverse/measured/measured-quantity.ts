/** A quantity that somebody measured, as a column names it. */
export interface MeasuredQuantity {
  /** Name of the column, in lower case. */
  readonly key: string;
  /** The name in words, without its unit. */
  readonly label: string;
  /** As printed; "" for a pure number. */
  readonly unit: string;
}

/** Units at the end of a column's name, as they are printed. */
const UNITS: Readonly<Record<string, string>> = {
  pm: "pm",
  nm: "nm",
  um: "µm",
  mm: "mm",
  nm2: "nm²",
  nm3: "nm³",
  um2: "µm²",
  px: "px",
  deg: "°",
  mrad: "mrad",
  percent: "%",
  ev: "eV",
  kev: "keV",
  mpa: "MPa",
  gpa: "GPa",
  celsius: "°C",
};

/**
 * The quantity of a column: its name in words and its unit, from brackets behind the name or from the name's last word.
 *
 * @param key name of the column, in lower case, without brackets
 * @param bracketed what stands in brackets behind it; null where nothing does
 * @example
 * import { quantityOfColumn } from "../src/inverse/measured/measured-quantity.ts";
 * import { expect } from "vitest";
 * expect(quantityOfColumn("mean_radius_nm", null)).toEqual({ key: "mean_radius_nm", label: "mean radius", unit: "nm" });
 * expect(quantityOfColumn("void fraction", null).unit).toBe("");
 */
export function quantityOfColumn(key: string, bracketed: string | null): MeasuredQuantity {
  const words = key.split("_");
  const unit = words.length > 1 ? UNITS[words[words.length - 1]] : undefined;
  if (bracketed !== null) return { key, label: words.join(" "), unit: bracketed };
  if (unit === undefined) return { key, label: words.join(" "), unit: "" };
  return { key, label: words.slice(0, -1).join(" "), unit };
}
