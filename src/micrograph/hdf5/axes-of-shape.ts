import { normalUnit } from "../../core/index.ts";
import type { AxisName, MicrographAxis } from "../micrograph.ts";

/** Step and unit of one axis, where the file states them. */
export interface StatedStep {
  readonly pixelSize: number | null;
  readonly pixelUnit: string | null;
}

const SPECTRAL_UNITS: ReadonlySet<string | null> = new Set(["eV", "keV"]);

/**
 * Names the axes of an array by their number: the last two are y and x, those before are frames; one axis alone, or a
 * last axis in units of energy, is a signal.
 */
export function axesOfShape(
  shape: readonly number[],
  steps: readonly (StatedStep | undefined)[],
): MicrographAxis[] {
  return shape.map((size, i) => {
    const { pixelSize = null, pixelUnit = null } = steps[i] ?? {};
    const unit = pixelUnit === null ? null : normalUnit(pixelUnit);
    return { name: nameOf(i, shape.length, unit), size, pixelSize, pixelUnit: unit };
  });
}

function nameOf(index: number, count: number, unit: string | null): AxisName {
  if (count === 1 || (index === count - 1 && SPECTRAL_UNITS.has(unit))) return "signal";
  if (index === count - 1) return "x";
  return index === count - 2 ? "y" : "frame";
}
