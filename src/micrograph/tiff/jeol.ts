import type { MetadataValue } from "../micrograph.ts";
import { axisStep, xmlText } from "./calibration.ts";
import type { AxisStep, TiffCalibration } from "./calibration.ts";
import { tagNumber, tagText } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";

const [MAKE, DESCRIPTION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT] = [271, 270, 282, 283, 296];

/** Planck constant [J s], electron mass [kg], charge [C], speed of light [m/s] [codata2018]. */
const [H, M, E, C] = [6.62607015e-34, 9.1093837015e-31, 1.602176634e-19, 299792458];

/**
 * JEOL SightX (Make "JEOL Ltd."): XML in the description, and resolution tags that count pixels of the camera plane.
 *
 * In TEM imaging the camera's pixel divided by the magnification is the specimen's. In diffraction it is an angle:
 * camera pixel / (camera length x wavelength), in 1/nm.
 *
 * @returns calibration; null for other makes
 */
export function jeolCalibration(page: TiffPage): TiffCalibration | null {
  if (tagText(page, MAKE)?.startsWith("JEOL") !== true) return null;
  const xml = tagText(page, DESCRIPTION) ?? "";
  const field = (name: string) => xmlText(xml, name);
  const [eos, mode] = [field("EosMode"), field("ModeString")];
  const value = Number(field("SelectorValue"));
  const metersPerUnit = tagNumber(page, RESOLUTION_UNIT) === 3 ? 0.01 : 0.0254;
  const steps = [X_RESOLUTION, Y_RESOLUTION].map((tag): AxisStep | null => {
    const perUnit = tagNumber(page, tag);
    if (perUnit === null || eos !== "eosTEM") return null;
    const cameraPixelM = metersPerUnit / perUnit;
    if (mode === "MAG") return axisStep((cameraPixelM / value) * 1e9, "nm");
    if (mode !== "DIFF") return null;
    const cameraLengthM = value * (METERS[field("SelectorUnitString")] ?? 1);
    const waveLengthM = electronWaveLengthM(Number(field("AccelerationVoltage")));
    return axisStep(cameraPixelM / (cameraLengthM * waveLengthM * 1e9), "1/nm");
  });
  const names = [
    "EosMode",
    "ModeString",
    "SelectorString",
    "SelectorValue",
    "AccelerationVoltage",
    "Instruments",
  ];
  const entries = names.map((name): [string, MetadataValue] => [`JEOL.${name}`, field(name)]);
  return { vendor: "JEOL", x: steps[0], y: steps[1], metadata: Object.fromEntries(entries) };
}

const METERS: Readonly<Record<string, number>> = { mm: 1e-3, cm: 1e-2, m: 1 };

/** Relativistic: h / sqrt(2 m e V (1 + e V / (2 m c^2))) [kirkland2010] eq. 2.5. */
function electronWaveLengthM(volts: number): number {
  return H / Math.sqrt(2 * M * E * volts * (1 + (E * volts) / (2 * M * C * C)));
}
