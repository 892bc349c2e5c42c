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
}

/** A step along an axis, if the number can be one. */
export function axisStep(pixelSize: number | null | undefined, pixelUnit: string): AxisStep | null {
  if (pixelSize === null || pixelSize === undefined) return null;
  return Number.isFinite(pixelSize) && pixelSize > 0 ? { pixelSize, pixelUnit } : null;
}

/** Text lines "key = value" under "[section]" headings, as FEI and Olympus write them. */
export function parseIni(text: string): Record<string, MetadataValue> {
  const values: Record<string, MetadataValue> = {};
  let section = "";
  for (const line of text.split(/\r\n|\r|\n/)) {
    const heading = /^\s*\[(.+)\]\s*$/.exec(line);
    const entry = /^\s*([^=;]+?)\s*=(.*)$/.exec(line);
    if (heading) section = `${heading[1]}.`;
    else if (entry) values[`${section}${entry[1]}`] = numberOrText(entry[2].trim());
  }
  return values;
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
