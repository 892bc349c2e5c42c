/** Nanometres in each unit of length that microscope files use. */
const NM_PER_UNIT: Readonly<Record<string, number>> = {
  m: 1e9,
  cm: 1e7,
  mm: 1e6,
  um: 1e3,
  nm: 1,
  A: 0.1,
  pm: 1e-3,
  inch: 2.54e7,
};

/** Spellings found in files, lower case except where the case tells units apart. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "\u00b5m": "um",
  "\u03bcm": "um",
  "\\u00b5m": "um",
  "\\u00B5m": "um",
  "\u00c2\u00b5m": "um",
  micron: "um",
  microns: "um",
  micrometer: "um",
  micrometers: "um",
  micrometre: "um",
  nanometer: "nm",
  nanometers: "nm",
  nanometre: "nm",
  picometer: "pm",
  millimeter: "mm",
  centimeter: "cm",
  meter: "m",
  metre: "m",
  angstrom: "A",
  Angstrom: "A",
  "\u00c5": "A",
  "\u212b": "A",
  in: "inch",
};

/**
 * One spelling for each unit: "um" for µm (both code points) and micron, "A" for angstrom.
 *
 * @param unit as a file spells it
 * @returns the normal spelling; the text as it came, trimmed, where it is no known length
 * @example
 * import { normalUnit } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(normalUnit("\u00b5m")).toBe("um");
 * expect(normalUnit("eV")).toBe("eV");
 */
export function normalUnit(unit: string): string {
  const trimmed = unit.replaceAll("\0", "").trim();
  return SPELLINGS[trimmed] ?? trimmed;
}

/**
 * A length in nanometres.
 *
 * @param value the length, in `unit`
 * @param unit as a file spells it
 * @returns the length [nm]; null where the unit is none of these (1/nm, eV, none)
 * @example
 * import { lengthInNm } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(lengthInNm(2.5, "um")).toBe(2500);
 * expect(lengthInNm(2, "1/nm")).toBeNull();
 */
export function lengthInNm(value: number, unit: string): number | null {
  const nmPerUnit = NM_PER_UNIT[normalUnit(unit)];
  return nmPerUnit === undefined ? null : value * nmPerUnit;
}
