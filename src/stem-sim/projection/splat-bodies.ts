import { PROFILE_SAMPLES } from "./blurred-sphere.ts";
import { CAP_NODE_COUNT } from "./cap-quadrature.ts";
import { capShape, capThicknessInto } from "./cap-thickness.ts";
import type { ProjectedBodies } from "./project-bodies.ts";
import type { PixelGrid } from "./thickness-maps.ts";

/** Where the probe really was at each pixel: its distance from the pixel's place on the grid [nm]; null for a perfect scan. */
export interface ScanShifts {
  /** [heightPx, widthPx] */
  readonly xNm: Float32Array;
  readonly yNm: Float32Array;
  /** The largest shift of any pixel along x or y [nm]. */
  readonly reachNm: number;
}

/** Thickness of the first and of the second material, [heightPx, widthPx] each [nm]. */
export type ThicknessMaps = readonly [Float32Array, Float32Array];

/**
 * Maps for an image; to be kept from image to image where many are rendered, because fresh memory costs a tenth of the time.
 *
 * @param pixelCount pixels of the image
 * @returns two maps
 */
export function thicknessMaps(pixelCount: number): ThicknessMaps {
  return [new Float32Array(pixelCount), new Float32Array(pixelCount)];
}

/**
 * Adds up the bodies over the pixels they cover, one after the other: work grows with the covered area, not with
 * pixels times particles.
 *
 * Where caps take all of a sphere's rim away, two quadratures differ by a hair, and a thickness can fall below zero by as much.
 *
 * @param maps receive the thickness of the two materials, [heightPx, widthPx] [nm]
 * @param bodies spheres and caps
 * @param grid pixels
 * @param shifts where the probe was, or null
 * @returns `maps`
 */
export function splatBodiesInto(
  maps: ThicknessMaps,
  bodies: ProjectedBodies,
  grid: PixelGrid,
  shifts: ScanShifts | null,
): ThicknessMaps {
  maps.forEach((map) => map.fill(0));
  const scratch = {
    xNm: new Float64Array(grid.widthPx),
    yNm: new Float64Array(grid.widthPx),
    thicknessNm: new Float64Array(grid.widthPx),
    nodesNm: new Float64Array(2 * CAP_NODE_COUNT),
  };
  for (let body = 0; body < bodies.bodyCount; body++) {
    for (let material = 0; material < 2; material++) {
      const weight = bodies.weights[2 * body + material];
      if (weight === 0) continue;
      const box = pixelBox(bodies, body, grid, shifts?.reachNm ?? 0);
      const target = { map: maps[material], weight, box, grid, shifts };
      if (body < bodies.sphereCount) addSphereInto(target, bodies, body);
      else addCapInto(target, bodies, body, scratch);
    }
  }
  return maps;
}

/** First and last column and row that a body can reach. */
export interface PixelBox {
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly firstRow: number;
  readonly lastRow: number;
}

/**
 * The pixels a body reaches; empty (first above last) outside the field.
 *
 * @param bodies spheres and caps
 * @param body index
 * @param grid pixels
 * @param marginNm how far the probe may be off its place
 * @returns the box, cut to the field
 */
export function pixelBox(
  { boxesNm }: ProjectedBodies,
  body: number,
  { widthPx, heightPx, pixelSizeNm }: PixelGrid,
  marginNm: number,
): PixelBox {
  const middleColumn = (widthPx - 1) / 2;
  const middleRow = (heightPx - 1) / 2;
  const columnOf = 4 * body;
  const rowOf = 4 * body + 2;
  return {
    firstColumn: Math.max(0, Math.ceil((boxesNm[columnOf] - marginNm) / pixelSizeNm + middleColumn)),
    lastColumn: Math.min(
      widthPx - 1,
      Math.floor((boxesNm[columnOf + 1] + marginNm) / pixelSizeNm + middleColumn),
    ),
    firstRow: Math.max(0, Math.ceil(middleRow - (boxesNm[rowOf + 1] + marginNm) / pixelSizeNm)),
    lastRow: Math.min(heightPx - 1, Math.floor(middleRow - (boxesNm[rowOf] - marginNm) / pixelSizeNm)),
  };
}

interface SplatTarget {
  readonly map: Float32Array;
  readonly weight: number;
  readonly box: PixelBox;
  readonly grid: PixelGrid;
  readonly shifts: ScanShifts | null;
}

/** Arrays that one image's bodies take turns with. */
interface Scratch {
  /** [widthPx] points of a row relative to a body's centre [nm]. */
  readonly xNm: Float64Array;
  readonly yNm: Float64Array;
  readonly thicknessNm: Float64Array;
  readonly nodesNm: Float64Array;
}

/** Adds a sphere: one look-up in its radial profile per pixel. */
function addSphereInto(target: SplatTarget, bodies: ProjectedBodies, body: number): void {
  const { map, box, shifts } = target;
  const { widthPx, heightPx, pixelSizeNm } = target.grid;
  const { profiles } = bodies;
  const weight = target.weight * bodies.profileThicknessNm[body];
  const scale = bodies.inverseSquareReach[body] * (PROFILE_SAMPLES - 1);
  const start = bodies.profileStarts[body];
  const x0 = -((widthPx - 1) / 2) * pixelSizeNm - bodies.centersNm[2 * body];
  const y0 = ((heightPx - 1) / 2) * pixelSizeNm - bodies.centersNm[2 * body + 1];
  const reachNm = 1 / Math.sqrt(bodies.inverseSquareReach[body]);
  const marginNm = shifts?.reachNm ?? 0;
  for (let row = box.firstRow; row <= box.lastRow; row++) {
    // the chord of the row in the disc that the sphere covers; the scan may stray by the margin
    const yRow = Math.max(0, Math.abs(y0 - row * pixelSizeNm) - marginNm);
    const halfNm = Math.sqrt(Math.max(0, reachNm * reachNm - yRow * yRow)) + marginNm;
    const first = Math.max(box.firstColumn, Math.ceil((-halfNm - x0) / pixelSizeNm));
    const last = Math.min(box.lastColumn, Math.floor((halfNm - x0) / pixelSizeNm));
    for (let column = first; column <= last; column++) {
      const pixel = row * widthPx + column;
      let x = x0 + column * pixelSizeNm;
      let y = y0 - row * pixelSizeNm;
      if (shifts !== null) {
        x += shifts.xNm[pixel];
        y += shifts.yNm[pixel];
      }
      const at = (x * x + y * y) * scale;
      if (at >= PROFILE_SAMPLES - 1) continue;
      const below = at | 0;
      const square = profiles[start + below];
      map[pixel] += weight * Math.sqrt(square + (at - below) * (profiles[start + below + 1] - square));
    }
  }
}

/** Adds a cap: the mean of its sharp chords over the blur. */
function addCapInto(target: SplatTarget, bodies: ProjectedBodies, body: number, scratch: Scratch): void {
  const { map, weight, box, shifts } = target;
  const { widthPx, heightPx, pixelSizeNm } = target.grid;
  const { xNm, yNm, thicknessNm } = scratch;
  const shape = capShape(bodies, body - bodies.sphereCount, scratch.nodesNm);
  const x0 = -((widthPx - 1) / 2) * pixelSizeNm - bodies.centersNm[2 * body];
  const y0 = ((heightPx - 1) / 2) * pixelSizeNm - bodies.centersNm[2 * body + 1];
  const count = box.lastColumn - box.firstColumn + 1;
  for (let row = box.firstRow; row <= box.lastRow; row++) {
    const start = row * widthPx + box.firstColumn;
    for (let i = 0; i < count; i++) {
      xNm[i] = x0 + (box.firstColumn + i) * pixelSizeNm + (shifts === null ? 0 : shifts.xNm[start + i]);
      yNm[i] = y0 - row * pixelSizeNm + (shifts === null ? 0 : shifts.yNm[start + i]);
    }
    capThicknessInto(thicknessNm, shape, { xNm, yNm, count });
    for (let i = 0; i < count; i++) map[start + i] += weight * thicknessNm[i];
  }
}
