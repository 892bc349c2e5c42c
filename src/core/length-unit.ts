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

/** Symbols found in files; here the case tells units apart. */
const SYMBOLS: Readonly<Record<string, string>> = {
  "\u00b5m": "um",
  "\u03bcm": "um",
  // UTF-8 read as Latin-1
  "\u00c2\u00b5m": "um",
  "\u00ce\u00bcm": "um",
  "\u00c3\u2026": "A",
  "\u00c3\u0085": "A",
  "\u00c5": "A",
  "\u212b": "A",
  NM: "nm",
  UM: "um",
};

/** Words found in files, in lower case, as they stand for one. */
const WORDS: Readonly<Record<string, string>> = {
  micron: "um",
  micrometer: "um",
  micrometre: "um",
  nanometer: "nm",
  nanometre: "nm",
  picometer: "pm",
  picometre: "pm",
  millimeter: "mm",
  millimetre: "mm",
  centimeter: "cm",
  centimetre: "cm",
  meter: "m",
  metre: "m",
  angstrom: "A",
  "\u00e5ngstr\u00f6m": "A",
  ang: "A",
  inch: "inch",
  inche: "inch",
  in: "inch",
};

/** "1/nm", "nm^-1", "nm-1" and "nm" with superscript -1, as diffraction patterns have them. */
const RECIPROCAL = /^(?:1\s*\/\s*(.+)|(.+?)\s*(?:\^\s*\(?-1\)?|-1|\u207b\u00b9))$/;
/** A step along an axis is a length for each pixel, and some say so. */
const EACH_PIXEL = /\s*(?:\/|\bper\b)\s*(?:px|pix|pixel)s?$/i;

/** No unit is longer [characters]: the patterns take time by the square of the length. */
const LONGEST_UNIT = 100;

/**
 * One spelling for each unit: "um" for µm (both code points, escaped, or as an entity of XML), micron and micrometre, "A" for
 * angstrom; "1/nm" for the ways to write a reciprocal length.
 *
 * @param unit as a file spells it
 * @returns the normal spelling; the text as it came, trimmed, where it is no known length
 * @example
 * import { normalUnit } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(normalUnit("\u00b5m")).toBe("um");
 * expect(normalUnit("Nanometres")).toBe("nm");
 * expect(normalUnit("nm^-1")).toBe("1/nm");
 * expect(normalUnit("eV")).toBe("eV");
 */
export function normalUnit(unit: string): string {
  const spelled = unescaped(unit.replaceAll("\0", "")).trim();
  if (spelled.length > LONGEST_UNIT) return spelled;
  const trimmed = spelled.replace(EACH_PIXEL, "");
  const reciprocal = RECIPROCAL.exec(trimmed);
  if (reciprocal !== null) return `1/${lengthUnit(reciprocal[1] ?? reciprocal[2])}`;
  return lengthUnit(trimmed);
}

function lengthUnit(text: string): string {
  const word = text.toLowerCase();
  return SYMBOLS[text] ?? WORDS[word] ?? WORDS[word.replace(/s$/, "")] ?? text;
}

/** Characters behind ImageJ's "\u00B5" and XML's "&#xB5;" and "&#181;". */
function unescaped(text: string): string {
  return text
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replaceAll(/&#x([0-9a-f]{1,6});/gi, (whole, code: string) => characterOr(whole, parseInt(code, 16)))
    .replaceAll(/&#(\d{1,7});/g, (whole, code: string) => characterOr(whole, Number(code)))
    .replaceAll(/&(micro|mu);/g, "\u00b5")
    .replaceAll(/&(angst|Aring);/g, "\u00c5");
}

const characterOr = (text: string, code: number) => (code <= 0x10ffff ? String.fromCodePoint(code) : text);

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
