import { ByteCursor } from "../byte-cursor.ts";
import { axisStep } from "./calibration.ts";
import type { TiffCalibration } from "./calibration.ts";
import { tagNumber } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

const TVIPS = 37706;
const HEADER_1_BYTES = 244;
const HEADER_2_BYTES = 6068;
const MAGIC_2 = 0xaaaaaaaa;

/**
 * TVIPS cameras (EM-MENU, tag 37706): version 2 states the pixel size in nanometres, version 1 leaves it to the
 * resolution tags, which here do count pixels a centimetre of specimen.
 *
 * @returns calibration; null without the tag
 */
export function tvipsCalibration(page: TiffPage): TiffCalibration | null {
  const entry = page.tags.get(TVIPS);
  if (entry === undefined) return null;
  // the value is the header itself, or one number: the header's offset
  const start = entry.count === 1 ? (tagNumber(page, TVIPS) ?? 0) : entry.valueOffset;
  const cursor = new ByteCursor(page.source, "TVIPS header", page.isLittleEndian).seek(start);
  const version = cursor.int32();
  const highTension = cursor.skip(80).int32();
  const magnification = cursor.skip(8).int32();
  const metadata = {
    "TVIPS.version": version,
    "TVIPS.highTension": highTension,
    "TVIPS.magnification": magnification,
  };
  const exact = version === 2 ? pixelSizeNm(cursor, start) : null;
  if (exact !== null) {
    return { vendor: "TVIPS", x: axisStep(exact.x, "nm"), y: axisStep(exact.y, "nm"), metadata };
  }
  const [x, y] = [tagNumber(page, 282), tagNumber(page, 283)].map((perCm) => (perCm ? 1e-2 / perCm : null));
  return { vendor: "TVIPS", x: axisStep(x, "m"), y: axisStep(y, "m"), metadata };
}

function pixelSizeNm(cursor: ByteCursor, start: number): { x: number; y: number } | null {
  const magic = cursor.seek(start + HEADER_1_BYTES + HEADER_2_BYTES - 4).uint32();
  if (magic !== MAGIC_2) return null;
  // behind two names, seven integers, comment, history, scaling (16 floats), statistics (16 complex) and two types
  cursor.seek(start + HEADER_1_BYTES + 2724);
  return { x: cursor.float32(), y: cursor.float32() };
}
