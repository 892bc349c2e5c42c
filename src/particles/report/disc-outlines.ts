import { plainFileName } from "../../core/index.ts";
import type { LabelShape } from "../../labels/index.ts";
import type { OutlinedDisc } from "../correct/corrected-list.ts";
import type { ImageParticles } from "../measure/image-particles.ts";
import { axesOf, elongationOfMoments } from "../simulate/ellipse.ts";

/** Corners of the polygon that stands for a circle or an ellipse. */
const CORNERS = 48;

/**
 * Circles and ellipses as polygons, for ImageJ and other programs.
 *
 * @param image particles
 * @returns one shape a particle, in their order; the class is the material, or "particle"
 */
export function discOutlines({ particles }: Pick<ImageParticles, "particles">): LabelShape[] {
  // a polygon of the circle's area: its corners lie a little outside
  const reach = Math.sqrt((2 * Math.PI) / CORNERS / Math.sin((2 * Math.PI) / CORNERS));
  return particles.map((particle) => {
    const { long, short, direction } = axesOf(particle);
    const [c, s] = [Math.cos(direction), Math.sin(direction)];
    const corners = Array.from({ length: CORNERS }, (_, i) => (2 * Math.PI * i) / CORNERS);
    const ring = corners.flatMap((angle) => {
      const [u, v] = [reach * long * Math.cos(angle), reach * short * Math.sin(angle)];
      return [particle.x + c * u - s * v, particle.y + s * u + c * v];
    });
    return { className: particle.material ?? "particle", rings: [ring] };
  });
}

/**
 * Discs of regions that a person has drawn or corrected: same centroid, same area, same second moments; of a box the ellipse that fills it.
 *
 * @param shapes closed rings; the largest ring of each counts
 * @param materials names, so that a region's class tells its material
 * @returns discs in the same order
 * @throws RangeError for a region without area
 */
export function discsOfOutlines(shapes: readonly LabelShape[], materials: readonly string[]): OutlinedDisc[] {
  return shapes.map(({ className, rings, kind }, i) => {
    // holes and specks are smaller than what they lie in or beside
    const [largest] = rings.map(ringMoments).sort((a, b) => Math.abs(b.area) - Math.abs(a.area));
    if (largest === undefined || largest.area === 0)
      throw new RangeError(`Cannot take particles from regions: region ${i + 1} must have an area, got none`);
    const { area, mx, my, xx, yy, xy } = largest;
    const [x, y] = [mx / area, my / area];
    return {
      x,
      y,
      elongation: elongationOfMoments(xx / area - x * x, yy / area - y * y, xy / area - x * y),
      radiusPx: Math.sqrt(Math.abs(area) / (kind === "box" ? 4 : Math.PI)),
      // regions that a person has added have names of ImageJ's own
      material: materials.find((name) => plainFileName(name) === className) ?? null,
    };
  });
}

/** Area and moments of a ring; negative for one that runs against the clock. */
function ringMoments(ring: readonly number[]) {
  let [area, mx, my, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < ring.length; k += 2) {
    const next = (k + 2) % ring.length;
    const cross = ring[k] * ring[next + 1] - ring[next] * ring[k + 1];
    area += cross / 2;
    mx += ((ring[k] + ring[next]) * cross) / 6;
    my += ((ring[k + 1] + ring[next + 1]) * cross) / 6;
    const [a, b, c, d] = [ring[k], ring[k + 1], ring[next], ring[next + 1]];
    xx += ((a * a + a * c + c * c) * cross) / 12;
    yy += ((b * b + b * d + d * d) * cross) / 12;
    xy += ((2 * a * b + a * d + c * b + 2 * c * d) * cross) / 24;
  }
  return { area, mx, my, xx, yy, xy };
}
