import { cutChordNm, neckPlanes } from "../../src/stem-sim/projection/neck-planes.ts";
import type { NeckPlanes } from "../../src/stem-sim/projection/neck-planes.ts";
import type { PixelGrid } from "../../src/stem-sim/projection/pixel-grid.ts";
import type { Aggregate } from "../../src/stochastic/index.ts";

/** Rays per pixel edge; their mean is the pixel's thickness and softens the edges of the particles. */
const RAYS_PER_EDGE = 3;

/**
 * Thickness of each material under each pixel, ray by ray: the union of the chords of its spheres along z. The program
 * projects by another way; this is what it must come out at.
 *
 * Lenses of overlapping spheres count once; the radical plane decides whose they are.
 *
 * @param aggregate spheres of two materials [nm]
 * @returns two maps, [heightPx, widthPx], row-major, mean thickness over the pixel [nm]
 */
export function thicknessMapsNm(
  aggregate: Aggregate,
  grid: PixelGrid,
): readonly [Float32Array, Float32Array] {
  const pixelCount = grid.widthPx * grid.heightPx;
  const maps = [new Float32Array(pixelCount), new Float32Array(pixelCount)] as const;
  const planes = neckPlanes(aggregate);
  for (let particle = 0; particle < aggregate.particleCount; particle++) {
    addSphereInto(maps[aggregate.materialIndices[particle]], aggregate, planes, particle, grid);
  }
  return maps;
}

/** Adds one sphere over its bounding box, so that the work grows with the covered area only. */
function addSphereInto(
  map: Float32Array,
  aggregate: Aggregate,
  planes: NeckPlanes,
  particle: number,
  { widthPx, heightPx, pixelSizeNm }: PixelGrid,
): void {
  const radius = aggregate.radiiNm[particle];
  const centerColumn = aggregate.centersNm[3 * particle] / pixelSizeNm + (widthPx - 1) / 2;
  const centerRow = (heightPx - 1) / 2 - aggregate.centersNm[3 * particle + 1] / pixelSizeNm;
  const reachPx = radius / pixelSizeNm + 0.5;
  const lastColumn = Math.min(widthPx - 1, Math.floor(centerColumn + reachPx));
  const lastRow = Math.min(heightPx - 1, Math.floor(centerRow + reachPx));
  const weight = 1 / RAYS_PER_EDGE ** 2;
  for (let row = Math.max(0, Math.ceil(centerRow - reachPx)); row <= lastRow; row++) {
    for (let column = Math.max(0, Math.ceil(centerColumn - reachPx)); column <= lastColumn; column++) {
      let sum = 0;
      for (let ray = 0; ray < RAYS_PER_EDGE ** 2; ray++) {
        const shiftX = ((ray % RAYS_PER_EDGE) + 0.5) / RAYS_PER_EDGE - 0.5;
        const shiftY = (Math.floor(ray / RAYS_PER_EDGE) + 0.5) / RAYS_PER_EDGE - 0.5;
        const xNm = (column + shiftX - centerColumn) * pixelSizeNm;
        const yNm = (centerRow - row - shiftY) * pixelSizeNm;
        sum += cutChordNm(planes, particle, radius, xNm, yNm);
      }
      map[row * widthPx + column] += sum * weight;
    }
  }
}
