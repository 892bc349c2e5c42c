import type { Aggregate } from "../../stochastic/index.ts";
import type { BlurredSphereTable } from "./blurred-sphere.ts";
import type { PixelGrid } from "./pixel-grid.ts";
import { projectBodies } from "./project-bodies.ts";
import { splatBodiesInto, thicknessMaps } from "./splat-bodies.ts";
import type { ThicknessMaps } from "./splat-bodies.ts";

/**
 * Thickness of both materials along the beam, lenses of overlapping spheres counted once: what an image shows before any microscope.
 *
 * @param aggregate as it lies under the beam
 * @param table blurred profiles, as blurredSphereTable gives them
 * @param options pixels, and standard deviation of what softens the image, the same at all heights [nm]
 * @returns maps of the first and of the second material, [heightPx, widthPx] each [nm]
 */
export function projectedThickness(
  aggregate: Aggregate,
  table: BlurredSphereTable,
  { grid, sigmaNm }: { readonly grid: PixelGrid; readonly sigmaNm: number },
): ThicknessMaps {
  const bodies = projectBodies(aggregate, table, {
    sigmasNm: new Float64Array(aggregate.particleCount).fill(sigmaNm),
    strengths: new Float64Array(aggregate.particleCount).fill(1),
    neckOwner: "radical-plane",
  });
  return splatBodiesInto(thicknessMaps(grid.widthPx * grid.heightPx), bodies, grid, null);
}
