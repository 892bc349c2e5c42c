import { normalUnit } from "../../core/index.ts";
import type { AxisName, MicrographAxis } from "../micrograph.ts";

/** Step and unit of one axis, where the file states them. */
export interface StatedStep {
  readonly pixelSize: number | null;
  readonly pixelUnit: string | null;
}

const SPECTRAL_UNITS: ReadonlySet<string | null> = new Set(["eV", "keV"]);

/** Edges that an image has at least [px]: three of them, or four, in the last place of an array are colours. */
const SMALLEST_EDGE = 16;

/** Whether the last axis of an array of these sizes is that of red, green, blue and perhaps alpha. */
export function isColourShape(shape: readonly number[]): boolean {
  const [height, width, count] = shape.slice(-3);
  return shape.length >= 3 && (count === 3 || count === 4) && Math.min(height, width) >= SMALLEST_EDGE;
}

/**
 * Names the axes of an array by their number: the last two are y and x, or y, x and colours, those before are frames; one axis alone, or
 * a last axis in units of energy, is a signal.
 */
export function axesOfShape(
  shape: readonly number[],
  steps: readonly (StatedStep | undefined)[],
): MicrographAxis[] {
  const colourCount = Number(isColourShape(shape) && (steps.at(-1)?.pixelUnit ?? null) === null);
  return shape.map((size, i) => {
    const { pixelSize = null, pixelUnit = null } = steps[i] ?? {};
    const unit = pixelUnit === null ? null : normalUnit(pixelUnit);
    return {
      name: i === shape.length - colourCount ? "channel" : nameOf(i, shape.length - colourCount, unit),
      size,
      pixelSize,
      pixelUnit: unit,
    };
  });
}

function nameOf(index: number, count: number, unit: string | null): AxisName {
  if (count === 1 || (index === count - 1 && SPECTRAL_UNITS.has(unit))) return "signal";
  if (index === count - 1) return "x";
  return index === count - 2 ? "y" : "frame";
}
