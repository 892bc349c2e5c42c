import { lengthInNm, normalUnit } from "../../core/index.ts";
import type { IntensityUnit } from "../../core/index.ts";
import type { IntensityScale, MetadataValue } from "../micrograph.ts";
import { screenResolutionNote, SMALLEST_MICROSCOPE_DENSITY } from "../pixel-geometry.ts";
import { asNumber, axisStep, parseIni } from "./calibration.ts";
import type { AxisStep, TiffCalibration } from "./calibration.ts";
import { tagNumber, tagText } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

const [DESCRIPTION, X_RESOLUTION, Y_RESOLUTION] = [270, 282, 283];
const UNITS: readonly IntensityUnit[] = ["fraction of the incident beam", "electrons per pixel", "arbitrary"];

/**
 * ImageJ and Fiji: the description says the unit of each axis, the resolution tags the pixels in it; stacks by frames, slices and
 * channels; a straight-line calibration of the values (cf=0).
 *
 * @returns calibration; null for other descriptions
 */
export function imageJCalibration(page: TiffPage): TiffCalibration | null {
  const text = tagText(page, DESCRIPTION);
  if (text === null || !text.startsWith("ImageJ=")) return null;
  const metadata = parseIni(text);
  const unitOf = (key: string) => normalUnit(String(metadata[key] ?? metadata["unit"] ?? ""));
  const step = (tag: number, unit: string): AxisStep | null => {
    const perUnit = tagNumber(page, tag);
    if (!perUnit || unit === "" || /^pixels?$/i.test(unit)) return null;
    return printedDensity(unit, perUnit) === null ? axisStep(1 / perUnit, unit) : null;
  };
  const depthUnit = unitOf("zunit");
  const spacing = axisStep(asNumber(metadata["spacing"]), depthUnit);
  const intensity = intensityOf(metadata);
  const printed = printedDensity(unitOf("unit"), tagNumber(page, X_RESOLUTION));
  return {
    vendor: "ImageJ",
    x: step(X_RESOLUTION, unitOf("unit")),
    y: step(Y_RESOLUTION, unitOf("yunit")),
    ...(spacing === null || depthUnit === "" ? {} : { frame: spacing }),
    ...(intensity === null ? {} : { intensity }),
    frameSizes: stackSizes(metadata),
    metadata,
    ...(printed === null ? {} : { warnings: [screenResolutionNote(printed)] }),
  };
}

/**
 * ImageJ takes the resolution of a screen or printer over as its calibration: 72 px an inch, say.
 *
 * @returns that resolution [px/m]; null for a microscope's
 */
function printedDensity(unit: string, perUnit: number | null): number | null {
  const nmPerUnit = unit === "inch" || unit === "cm" ? lengthInNm(1, unit) : null;
  if (nmPerUnit === null || perUnit === null) return null;
  const density = (perUnit / nmPerUnit) * 1e9;
  return density > 0 && density < SMALLEST_MICROSCOPE_DENSITY ? density : null;
}

/** Frames, slices and channels, slowest first, where their product is the number of images. */
function stackSizes(metadata: Readonly<Record<string, MetadataValue>>): number[] {
  const imageCount = asNumber(metadata["images"]) ?? 1;
  const sizes = ["frames", "slices", "channels"].map((key) => asNumber(metadata[key]) ?? 1);
  const product = sizes.reduce((sum, size) => sum * size, 1);
  return product === imageCount ? sizes.filter((size) => size > 1) : [imageCount];
}

function intensityOf(metadata: Readonly<Record<string, MetadataValue>>): IntensityScale | null {
  const isStraight = metadata["cf"] === 0;
  const [offset, scale] = [asNumber(metadata["c0"]), asNumber(metadata["c1"])];
  const unit = UNITS.find((name) => name === metadata["vunit"]);
  if (unit === undefined && !isStraight) return null;
  if (!isStraight || offset === null || scale === null)
    return { unit: unit ?? "arbitrary", offset: 0, scale: 1 };
  return { unit: unit ?? "arbitrary", offset, scale };
}
