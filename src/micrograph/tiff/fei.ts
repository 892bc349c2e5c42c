import { asNumber, axisStep, parseIni } from "./calibration.ts";
import type { TiffCalibration } from "./calibration.ts";
import { tagText } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

/** S-FEG and Helios instruments write the same INI text into different tags. */
const FEI_TAGS = [34682, 34680] as const;

/**
 * FEI and Thermo Fisher SEM: [Scan] PixelWidth and PixelHeight in metres; pictures of the chamber or navigation camera
 * have no scan, and infrared ones state their field instead.
 *
 * @returns calibration; null without the tags
 */
export function feiCalibration(page: TiffPage): TiffCalibration | null {
  const tag = FEI_TAGS.find((number) => page.tags.has(number));
  const text = tag === undefined ? null : tagText(page, tag);
  if (text === null) return null;
  const metadata = parseIni(text);
  const fromField = (field: string, pixels: string) => {
    const [length, count] = [asNumber(metadata[field]), asNumber(metadata[pixels])];
    return length === null || count === null ? null : length / count;
  };
  const x = asNumber(metadata["Scan.PixelWidth"]) ?? fromField("IRBeam.HFW", "Image.ResolutionX");
  const y = asNumber(metadata["Scan.PixelHeight"]) ?? fromField("IRBeam.VFW", "Image.ResolutionY");
  return { vendor: "FEI", x: axisStep(x, "m"), y: axisStep(y, "m"), metadata };
}
