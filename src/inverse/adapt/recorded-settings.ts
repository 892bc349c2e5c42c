import type { Prior } from "../../core/index.ts";
import type { MicroscopeSettings } from "../../stem-sim/index.ts";

/** A setting of the recording that images tell something of. */
export interface RecordedSetting {
  readonly label: string;
  readonly unit: string;
  /** Section of the microscope's recipe, null for its top; and the key there. */
  readonly section: "film" | "scan" | "electronics" | null;
  readonly key: string;
  /** Its value in the settings of an image. */
  readonly read: (settings: MicroscopeSettings) => number;
  /** What it may be at the most, for pixels of so many nanometres. */
  readonly widest: (pixelSizeNm: number) => Prior;
}

const uniform = (low: number, high: number): Prior => ({ uniform: [low, high] });
const logUniform = (low: number, high: number): Prior => ({ logUniform: [low, high] });

/**
 * What ordinary microscopes do to images, at the widest. Dose, blur, displaced rows, drift, film and detector: the ranges of the networks that ship
 * (docs/decisions/everyday-microscopes.md), half as much again, and doses from a tenth to five times theirs.
 */
export const RECORDED_SETTINGS: readonly RecordedSetting[] = [
  {
    label: "electrons per pixel",
    unit: "",
    section: null,
    key: "electronsPerPixel",
    read: (settings) => settings.electronsPerPixel,
    widest: () => logUniform(150, 1e6),
  },
  {
    label: "probe, full width at half maximum",
    unit: "nm",
    section: null,
    key: "probeFwhmNm",
    read: (settings) => settings.probeFwhmNm,
    widest: (pixel) => uniform(0.2 * pixel, 3 * pixel),
  },
  {
    label: "rows out of place",
    unit: "nm",
    section: "scan",
    key: "rowJitterNm",
    read: (settings) => settings.rowJitterNm,
    widest: (pixel) => uniform(0, 1.5 * pixel),
  },
  {
    label: "drift during a frame",
    unit: "nm",
    section: "scan",
    key: "driftNm",
    read: ({ driftXNm, driftYNm }) => Math.hypot(driftXNm, driftYNm),
    widest: (pixel) => uniform(0, 15 * pixel),
  },
  {
    label: "thickness of the film",
    unit: "nm",
    section: "film",
    key: "thicknessNm",
    read: (settings) => settings.filmThicknessNm,
    widest: () => uniform(2, 60),
  },
  {
    label: "slope of the film over the field",
    unit: "",
    section: "film",
    key: "slope",
    read: (settings) => settings.filmSlope,
    widest: () => uniform(0, 1.5),
  },
  {
    label: "texture of the film",
    unit: "",
    section: "film",
    key: "speckle",
    read: (settings) => settings.filmSpeckle,
    widest: () => uniform(0, 0.5),
  },
  {
    label: "size of that texture",
    unit: "nm",
    section: "film",
    key: "speckleNm",
    read: (settings) => settings.filmSpeckleNm,
    widest: (pixel) => logUniform(pixel, 8 * pixel),
  },
  {
    label: "contamination",
    unit: "nm",
    section: null,
    key: "contaminationNm",
    read: (settings) => settings.contaminationNm,
    widest: () => uniform(0, 4),
  },
  {
    label: "afterglow",
    unit: "dwell times",
    section: "electronics",
    key: "afterglow",
    read: (settings) => settings.afterglow,
    widest: () => uniform(0, 0.9),
  },
  {
    label: "excess noise of the detector",
    unit: "",
    section: "electronics",
    key: "gainExcess",
    read: (settings) => settings.gainExcess,
    widest: () => uniform(1, 1.5),
  },
];
