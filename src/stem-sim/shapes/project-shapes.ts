import type { Aggregate } from "../../stochastic/index.ts";
import type { PixelGrid } from "../projection/pixel-grid.ts";
import type { ScanShifts } from "../projection/splat-target.ts";
import { addChord, openChords, unionOfChords } from "../projection/union-of-chords.ts";
import { rayInto } from "./particle-shape.ts";
import type { ParticleShape } from "./particle-shape.ts";

/** What lies under the beam: particles in the frame of the microscope, each with its shape. */
export interface ShapedAggregate extends Pick<Aggregate, "centersNm" | "radiiNm" | "materialIndices"> {
  /** [particleCount], in units of each radius. */
  readonly shapes: readonly ParticleShape[];
  /** [particleCount] factor on each particle's scattering; all 1 where it is omitted. */
  readonly strengths?: Float64Array;
}

/**
 * Thickness of two materials under each pixel: the union of the rays through all particles, sharp, one ray a pixel.
 *
 * Where particles overlap along the beam the lower one keeps the overlap.
 *
 * @param maps receive the thickness of the two materials, [heightPx, widthPx] [nm]
 * @param particles in the frame of the microscope
 * @param grid of the image
 * @param shifts where the probe really was; null for a perfect scan
 */
export function projectShapesInto(
  maps: readonly [Float32Array, Float32Array],
  particles: ShapedAggregate,
  grid: PixelGrid,
  shifts: ScanShifts | null,
): void {
  const { materialIndices, strengths } = particles;
  const chords = openChords(grid.widthPx * grid.heightPx);
  for (let i = 0; i < materialIndices.length; i++) addParticle(chords, particles, i, grid, shifts);
  maps.forEach((map) => map.fill(0));
  unionOfChords(chords, (pixel, particle, lengthNm) => {
    maps[materialIndices[particle]][pixel] += lengthNm * (strengths?.[particle] ?? 1);
  });
}

function addParticle(
  chords: ReturnType<typeof openChords>,
  { centersNm, radiiNm, shapes }: ShapedAggregate,
  particle: number,
  { widthPx, heightPx, pixelSizeNm }: PixelGrid,
  shifts: ScanShifts | null,
): void {
  const shape = shapes[particle];
  const radiusNm = radiiNm[particle];
  const [x, y, z] = centersNm.subarray(3 * particle, 3 * particle + 3);
  const reachPx = (shape.reach * radiusNm + (shifts?.reachNm ?? 0)) / pixelSizeNm;
  // pixel (row, column) lies at x = (column - middle) p, y = (middle - row) p
  const [column, row] = [x / pixelSizeNm + (widthPx - 1) / 2, (heightPx - 1) / 2 - y / pixelSizeNm];
  const [left, right] = [Math.max(0, Math.ceil(column - reachPx)), Math.min(widthPx - 1, column + reachPx)];
  const [top, bottom] = [Math.max(0, Math.ceil(row - reachPx)), Math.min(heightPx - 1, row + reachPx)];
  const interval = new Float64Array(2);
  for (let r = top; r <= bottom; r++) {
    for (let c = left; c <= right; c++) {
      const pixel = r * widthPx + c;
      const [alongX, alongY] = shifts === null ? [0, 0] : [shifts.xNm[pixel], shifts.yNm[pixel]];
      const dx = (c - column) * pixelSizeNm + alongX;
      const dy = (row - r) * pixelSizeNm + alongY;
      if (!rayInto(interval, shape, dx / radiusNm, dy / radiusNm)) continue;
      addChord(chords, pixel, z + radiusNm * interval[0], z + radiusNm * interval[1], particle);
    }
  }
}
