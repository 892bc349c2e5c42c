import { PROFILE_SAMPLES } from "./blurred-sphere.ts";
import type { ProjectedBodies } from "./project-bodies.ts";
import type { SplatTarget } from "./splat-target.ts";

/** Adds a blurred sphere: one look-up in its radial profile per pixel. */
export function addSphereInto(target: SplatTarget, bodies: ProjectedBodies, body: number): void {
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
  const shiftsX = shifts?.xNm;
  const shiftsY = shifts?.yNm;
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
      if (shiftsX !== undefined && shiftsY !== undefined) {
        x += shiftsX[pixel];
        y += shiftsY[pixel];
      }
      const at = (x * x + y * y) * scale;
      if (at >= PROFILE_SAMPLES - 1) continue;
      const below = at | 0;
      const square = profiles[start + below];
      map[pixel] += weight * Math.sqrt(square + (at - below) * (profiles[start + below + 1] - square));
    }
  }
}
