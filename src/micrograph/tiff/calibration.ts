import type { IntensityScale, MetadataValue } from "../micrograph.ts";

/** Step of one axis as a file states it. */
export interface AxisStep {
  readonly pixelSize: number;
  readonly pixelUnit: string;
}

/** What a vendor's tags say about a page. */
export interface TiffCalibration {
  /** Whose tags: the name that is printed. */
  readonly vendor: string;
  /** Steps along x and y; null where the tags do not say. */
  readonly x: AxisStep | null;
  readonly y: AxisStep | null;
  /** Step between frames, where stated. */
  readonly frame?: AxisStep;
  /** Sizes of the stack's axes, slowest first, where stated. */
  readonly frameSizes?: readonly number[];
  readonly intensity?: IntensityScale;
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  /** What is to be said where no step was taken, a sentence each. */
  readonly warnings?: readonly string[];
}

/** A step along an axis, if the number can be one. */
export function axisStep(pixelSize: number | null | undefined, pixelUnit: string): AxisStep | null {
  if (pixelSize === null || pixelSize === undefined) return null;
  return Number.isFinite(pixelSize) && pixelSize > 0 ? { pixelSize, pixelUnit } : null;
}

/** Text lines "key = value" under "[section]" headings, as FEI and Olympus write them; in time that grows with the text alone. */
export function parseIni(text: string): Record<string, MetadataValue> {
  const values: Record<string, MetadataValue> = {};
  let section = "";
  for (const line of text.split(/\r\n|\r|\n/)) {
    const trimmed = line.trim();
    const equals = trimmed.indexOf("=");
    const key = trimmed.slice(0, Math.max(0, equals)).trim();
    if (trimmed.length > 2 && trimmed.startsWith("[") && trimmed.endsWith("]")) {
      section = `${trimmed.slice(1, -1)}.`;
    } else if (key !== "" && !key.includes(";")) {
      values[`${section}${key}`] = numberOrText(trimmed.slice(equals + 1).trim());
    }
  }
  return values;
}

/**
 * The text of the first XML element of a name, such as <Mode>MAG</Mode>, without elements inside; "" without one.
 *
 * Searched for by its ends: a regular expression would begin anew at every "<Mode" of a hostile text.
 */
export function xmlText(xml: string, name: string): string {
  const start = xml.indexOf(`<${name}`);
  const open = start < 0 ? -1 : xml.indexOf(">", start);
  const end = open < 0 ? -1 : xml.indexOf("<", open);
  return end < 0 ? "" : xml.slice(open + 1, end).trim();
}

/** A number where the text is one, else the text. */
export function numberOrText(text: string): MetadataValue {
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/**
 * A metadata value as a number.
 *
 * @returns the number; null where it is none
 */
export function asNumber(value: MetadataValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}
