import { lengthInNm, normalUnit } from "../core/index.ts";
import type { MicrographAxis } from "./micrograph.ts";

/** Pixels whose sides differ by less than this share count as square. */
const SQUARE_TOLERANCE = 1e-3;

/** A density of pixels below this [1/m] is a screen's or printer's resolution (96 dpi is 3780), not a microscope's. */
export const SMALLEST_MICROSCOPE_DENSITY = 1e6;

/** What is said of a density of pixels [1/m] that is no microscope's. */
export function screenResolutionNote(density: number): string {
  return `resolution of ${Number(density.toPrecision(4))} px/m is a screen's or printer's, not taken for the pixel size`;
}

/** A pixel of more than this is no image's: microscopes that mean 1/m write m [nm]. */
const LARGEST_PIXEL_NM = 1e6;

/** Angles, which the axes of a diffraction pattern have beside reciprocal lengths. */
const ANGLES: ReadonlySet<string> = new Set(["mrad", "rad", "urad"]);

/** What the axes y and x of a micrograph say of its pixels. */
export type PixelGeometry =
  /** Nothing, or nothing that is a length. */
  | { readonly kind: "unstated" }
  | { readonly kind: "square"; readonly pixelSizeNm: number }
  | { readonly kind: "oblong"; readonly xNm: number; readonly yNm: number }
  /** Reciprocal lengths or angles. */
  | { readonly kind: "diffraction"; readonly unit: string };

/** The pixels that the axes of a micrograph state; steps that run backwards count by their length. */
export function pixelGeometry(axes: readonly MicrographAxis[]): PixelGeometry {
  const [x, y] = (["x", "y"] as const).map((name) => axes.find((axis) => axis.name === name));
  const unit = [x, y].map(diffractionUnit).find((found) => found !== null);
  if (unit !== undefined && unit !== null) return { kind: "diffraction", unit };
  const [xNm, yNm] = [stepNm(x), stepNm(y)];
  if (xNm === null || yNm === null) return { kind: "unstated" };
  if (Math.abs(xNm - yNm) <= SQUARE_TOLERANCE * xNm) return { kind: "square", pixelSizeNm: xNm };
  return { kind: "oblong", xNm, yNm };
}

function stepNm(axis: MicrographAxis | undefined): number | null {
  if (axis?.pixelSize === undefined || axis.pixelSize === null || axis.pixelUnit === null) return null;
  const step = lengthInNm(Math.abs(axis.pixelSize), axis.pixelUnit);
  return step !== null && step > 0 && Number.isFinite(step) ? step : null;
}

/** The unit of an axis that no image of the specimen has; null for others. */
function diffractionUnit(axis: MicrographAxis | undefined): string | null {
  if (axis === undefined || axis.pixelUnit === null) return null;
  const unit = normalUnit(axis.pixelUnit);
  if (unit.startsWith("1/") || ANGLES.has(unit)) return unit;
  const step = stepNm(axis);
  return unit === "m" && step !== null && step > LARGEST_PIXEL_NM ? "1/m" : null;
}

/**
 * Which of several arrays shows the specimen, when nobody says: the first over lengths, else the first without calibration,
 * else the first; diffraction patterns and spectra come last.
 *
 * @param candidates axes of each array
 */
export function likeliestImage(candidates: readonly (readonly MicrographAxis[])[]): number {
  const ranks = candidates.map((axes): number => {
    if (!axes.some(({ name }) => name === "y") || axes.at(-1)?.name === "signal") return 0;
    const { kind } = pixelGeometry(axes);
    return kind === "diffraction" ? 0 : kind === "unstated" ? 1 : 2;
  });
  const best = ranks.reduce((most, rank) => Math.max(most, rank), 0);
  return Math.max(0, ranks.indexOf(best));
}
