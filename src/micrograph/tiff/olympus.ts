import { ByteCursor } from "../byte-cursor.ts";
import { asNumber, axisStep, parseIni } from "./calibration.ts";
import type { TiffCalibration } from "./calibration.ts";
import { tagNumber, tagText } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

const SIS = 33560;
const SIS_INI = 33471;

/**
 * Olympus Soft Imaging: a binary structure (tag 33560) with the power of ten of a metre and the steps along x and y, or
 * an INI text (tag 33471).
 *
 * @returns calibration; null without the tags
 */
export function olympusCalibration(page: TiffPage): TiffCalibration | null {
  const entry = page.tags.get(SIS);
  if (entry !== undefined) {
    // the value is the structure itself, or one number: the structure's offset
    const start = entry.count === 1 ? (tagNumber(page, SIS) ?? 0) : entry.valueOffset;
    return sisStructure(page, start);
  }
  const text = tagText(page, SIS_INI);
  if (text === null) return null;
  const metadata = parseIni(text);
  const step = (axis: string) => axisStep(asNumber(metadata[`Intensity.${axis}CalibrationValue`]), "m");
  return { vendor: "Olympus", x: step("X"), y: step("Y"), metadata };
}

/** "SIS0", date, name, number of records; record 1 has 10 unknown bytes, the exponent, two steps, magnification. */
function sisStructure(page: TiffPage, offset: number): TiffCalibration | null {
  const cursor = new ByteCursor(page.source, "Olympus SIS structure", true).seek(offset);
  if (cursor.latin1(4) !== "SIS0") return null;
  const recordCount = cursor.seek(offset + 58).uint16();
  for (let i = 0; i < recordCount; i++) {
    const type = cursor.seek(offset + 60 + 8 * i).uint16();
    const at = cursor.skip(2).uint32();
    if (type !== 1) continue;
    const exponent = cursor.seek(at + 10).int16();
    const [x, y] = [cursor.float64(), cursor.float64()];
    const magnification = cursor.skip(8).float64();
    const unit = 10 ** exponent;
    const metadata = { "SIS.magnification": magnification };
    return { vendor: "Olympus", x: axisStep(x * unit, "m"), y: axisStep(y * unit, "m"), metadata };
  }
  return { vendor: "Olympus", x: null, y: null, metadata: {} };
}
