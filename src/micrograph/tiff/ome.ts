import { normalUnit } from "../../core/index.ts";
import type { IntensityUnit } from "../../core/index.ts";
import type { IntensityScale } from "../micrograph.ts";
import { axisStep } from "./calibration.ts";
import type { TiffCalibration } from "./calibration.ts";
import { tagText } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

const UNITS: readonly IntensityUnit[] = ["fraction of the incident beam", "electrons per pixel", "arbitrary"];

/**
 * OME-TIFF: XML in the description with physical sizes (micrometres where no unit is given) and the order of the stack.
 *
 * @returns calibration; null for other descriptions
 */
export function omeCalibration(page: TiffPage): TiffCalibration | null {
  const xml = tagText(page, 270);
  const pixels = xml === null ? undefined : pixelsElement(xml);
  if (xml === null || pixels === undefined || !/<(?:\w+:)?OME[\s>]/.test(xml)) return null;
  const attribute = (name: string) => new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(pixels)?.[1];
  const step = (axis: string) => {
    const size = attribute(`PhysicalSize${axis}`);
    const unit = normalUnit(attribute(`PhysicalSize${axis}Unit`) ?? "um");
    return size === undefined ? null : axisStep(Number(size), unit);
  };
  const order = attribute("DimensionOrder") ?? "XYZCT";
  // the order names the fastest axis first
  const sizes = order
    .slice(2)
    .split("")
    .toReversed()
    .map((axis) => Number(attribute(`Size${axis}`) ?? 1));
  const z = step("Z");
  const intensity = intensityOf(xml);
  return {
    vendor: "OME",
    x: step("X"),
    y: step("Y"),
    ...(z === null ? {} : { frame: z }),
    ...(intensity === null ? {} : { intensity }),
    frameSizes: sizes.filter((size) => size > 1),
    metadata: { "OME.DimensionOrder": order, "OME.Type": attribute("Type") ?? "" },
  };
}

/** What stands in <Pixels ...>, up to its end: looked for once, not anew at every "<Pixels" of a hostile text. */
function pixelsElement(xml: string): string | undefined {
  const start = /<(?:\w+:)?Pixels\s/.exec(xml);
  if (start === null) return undefined;
  const from = start.index + start[0].length;
  const end = xml.indexOf(">", from);
  return end < 0 ? undefined : xml.slice(from, end);
}

/** The suite's own map annotation. */
function intensityOf(xml: string): IntensityScale | null {
  const entry = (key: string) => new RegExp(`<M K="heterostem:${key}">([^<]*)</M>`).exec(xml)?.[1];
  const unit = UNITS.find((name) => name === entry("intensityUnit"));
  const [offset, scale] = [Number(entry("intensityOffset")), Number(entry("intensityScale"))];
  return unit !== undefined && Number.isFinite(offset) && Number.isFinite(scale)
    ? { unit, offset, scale }
    : null;
}
