import type { ProjectedBodies } from "./project-bodies.ts";
import { addCapInto } from "./splat-cap.ts";
import { addSphereInto } from "./splat-sphere.ts";
import { pixelBox } from "./splat-target.ts";
import type { ScanShifts } from "./splat-target.ts";
import type { PixelGrid } from "./pixel-grid.ts";

/** Thickness of the first and of the second material, [heightPx, widthPx] each [nm]. */
export type ThicknessMaps = readonly [Float32Array, Float32Array];

/**
 * Maps for an image; to be kept from image to image where many are rendered, because fresh memory costs a tenth of the time.
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
 */
export function splatBodiesInto(
  maps: ThicknessMaps,
  bodies: ProjectedBodies,
  grid: PixelGrid,
  shifts: ScanShifts | null,
): ThicknessMaps {
  maps.forEach((map) => map.fill(0));
  for (let body = 0; body < bodies.bodyCount; body++) {
    for (let material = 0; material < 2; material++) {
      const weight = bodies.weights[2 * body + material];
      if (weight === 0) continue;
      const box = pixelBox(bodies, body, grid, shifts?.reachNm ?? 0);
      const target = { map: maps[material], weight, box, grid, shifts };
      if (body < bodies.sphereCount) addSphereInto(target, bodies, body);
      else addCapInto(target, bodies, body);
    }
  }
  return maps;
}
