import { normalUnit } from "../../core/index.ts";
import type { MetadataValue } from "../micrograph.ts";
import { axisStep, numberOrText } from "./calibration.ts";
import type { TiffCalibration } from "./calibration.ts";
import { tagText } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

const CZ_SEM = 34118;

/** Zeiss states display pixels for a picture of 1024 columns. */
const DISPLAY_COLUMNS = 1024;

/**
 * Zeiss SEM (tag 34118): unnamed numbers in SI units, then pairs of lines "AP_NAME" and "Label = value unit".
 *
 * AP_IMAGE_PIXEL_SIZE is the pixel of the image. AP_PIXEL_SIZE and the fourth unnamed number are the pixel of a display
 * of 1024 columns and are scaled to the width of the image; old files have nothing else.
 *
 * @returns calibration; null without the tag
 */
export function zeissCalibration(page: TiffPage, width: number): TiffCalibration | null {
  const text = tagText(page, CZ_SEM);
  if (text === null) return null;
  const { unnamed, metadata, units } = parseCzSem(text);
  const imagePixel = metadata["AP_IMAGE_PIXEL_SIZE"];
  const displayPixel = metadata["AP_PIXEL_SIZE"];
  const toImage = DISPLAY_COLUMNS / width;
  const step =
    numberStep(imagePixel, units["AP_IMAGE_PIXEL_SIZE"], 1) ??
    axisStep(unnamed[3] === undefined ? null : unnamed[3] * toImage, "m") ??
    numberStep(displayPixel, units["AP_PIXEL_SIZE"], toImage);
  return { vendor: "Zeiss", x: step, y: step, metadata };
}

function numberStep(value: MetadataValue | undefined, unit: string | undefined, factor: number) {
  return typeof value === "number" && unit !== undefined ? axisStep(value * factor, normalUnit(unit)) : null;
}

function parseCzSem(text: string) {
  const unnamed: number[] = [];
  const metadata: Record<string, MetadataValue> = {};
  const units: Record<string, string> = {};
  let key: string | null = null;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (/^[A-Z][A-Z0-9]*_[A-Z0-9_]+\s*$/.test(line)) key = line.trim();
    else if (key === null) unnamed.push(Number(line));
    else {
      const value = line.slice(line.search(/[=:]/) + 1).trim();
      const quantity = /^([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s+(\S+)$/.exec(value);
      metadata[key] = quantity ? Number(quantity[1]) : numberOrText(value);
      if (quantity) units[key] = quantity[2];
      key = null;
    }
  }
  return { unnamed, metadata, units };
}
