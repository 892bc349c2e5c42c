import { normalUnit } from "../../core/index.ts";
import { axisStep } from "./calibration.ts";
import type { TiffCalibration } from "./calibration.ts";
import { tagNumber, tagText } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

/** Private tags of DigitalMicrograph's own TIFF export: units and scales of x, y and z, and of the intensity. */
const TAG = {
  xUnit: 65003,
  yUnit: 65004,
  zUnit: 65005,
  xScale: 65009,
  yScale: 65010,
  zScale: 65011,
} as const;
const INTENSITY = { unit: 65022, offset: 65024, scale: 65025 } as const;

/**
 * DigitalMicrograph's TIFF export (tags from 65003).
 *
 * @returns calibration; null without the tags
 */
export function digitalMicrographCalibration(page: TiffPage): TiffCalibration | null {
  if (!page.tags.has(TAG.xScale) && !page.tags.has(TAG.xUnit)) return null;
  const step = (scale: number, unit: number) =>
    axisStep(tagNumber(page, scale), normalUnit(tagText(page, unit) ?? ""));
  const z = step(TAG.zScale, TAG.zUnit);
  return {
    vendor: "DigitalMicrograph",
    x: step(TAG.xScale, TAG.xUnit),
    y: step(TAG.yScale, TAG.yUnit),
    ...(z === null ? {} : { frame: z }),
    metadata: {
      "DM.intensityUnit": tagText(page, INTENSITY.unit) ?? "",
      "DM.intensityOffset": tagNumber(page, INTENSITY.offset) ?? 0,
      "DM.intensityScale": tagNumber(page, INTENSITY.scale) ?? 1,
    },
  };
}
