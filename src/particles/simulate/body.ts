import type { RandomStream } from "../../core/index.ts";
import { elongationOfMoments } from "./ellipse.ts";
import type { Elongation } from "./ellipse.ts";

/** Directions of an outline that are tabulated. */
export const OUTLINE_COUNT = 64;

/** A primary particle as it is imaged: its outline, and how deep it is along the beam. */
export interface Body {
  /** Centre in the image; the centre of the first pixel lies at 0.5 [px]. */
  readonly x: number;
  readonly y: number;
  /** Height of the centre along the beam [px]. */
  readonly z: number;
  /** Radius of the circle of the same projected area [px]. */
  readonly radiusPx: number;
  /** Radius of the outline over radiusPx by direction, [OUTLINE_COUNT]; its mean square is 1. */
  readonly outline: Float64Array;
  /** Half of the thickness at the centre over radiusPx; 1 for a sphere. */
  readonly depth: number;
  /** p of the profile depth sqrt(1 - rho^p): 2 for spheres and ellipsoids, larger for bodies with a flat top. */
  readonly profile: number;
  /** Slope of the middle plane: height over distance along x and y. */
  readonly tilt: readonly [number, number];
  /** 0 for the first material, 1 for the second. */
  readonly materialIndex: number;
  /** Whether it is a primary particle that is looked for; false for necks and support. */
  readonly isWanted: boolean;
}

/** How far particles are from spheres. */
export interface ShapeSettings {
  /** Standard deviation of the logarithm of the axes' ratios. */
  readonly elongation: number;
  /** Standard deviation of the outline's second harmonic; the k-th has 2/k of it. */
  readonly waviness: number;
  /** Share of particles with straight edges. */
  readonly facetedShare: number;
}

export const SPHERES: ShapeSettings = { elongation: 0, waviness: 0, facetedShare: 0 };

/** The shape of one body: what stands beside place, size and material. */
export type BodyShape = Pick<Body, "outline" | "depth" | "profile" | "tilt">;

const ROUND = new Float64Array(OUTLINE_COUNT).fill(1);

/** The shape of a sphere. */
export const SPHERE_SHAPE: BodyShape = { outline: ROUND, depth: 1, profile: 2, tilt: [0, 0] };

/** Largest spread of the extent along the beam: outlines are long where two particles have grown into one, and their depth is not. */
const MOST_ALONG_BEAM = 0.25;

/**
 * Draws the shape of a particle: an ellipsoid with a wavy outline, or a body with straight edges.
 *
 * @param rng stream of the draw
 * @param settings how far from spheres; all zeros give a sphere
 * @returns outline of mean square 1, depth, profile, tilt
 */
export function drawShape(
  rng: RandomStream,
  { elongation, waviness, facetedShare }: ShapeSettings,
): BodyShape {
  if (facetedShare > 0 && rng.uniform() < facetedShare) return facetedShape(rng, elongation);
  if (elongation === 0 && waviness === 0) return SPHERE_SHAPE;
  const ratio = Math.exp(elongation * rng.normal());
  const turn = Math.PI * rng.uniform();
  const waves = [2, 3, 4, 5].map((k) => ({
    k,
    size: ((2 * waviness) / k) * rng.normal(),
    phase: 2 * Math.PI * rng.uniform(),
  }));
  const outline = ROUND.map((_, i) => {
    const angle = (2 * Math.PI * i) / OUTLINE_COUNT;
    const c = Math.cos(angle - turn);
    const s = Math.sin(angle - turn);
    const ellipse = 1 / Math.sqrt((c * c) / ratio + s * s * ratio);
    const wave = waves.reduce((sum, { k, size, phase }) => sum + size * Math.cos(k * angle + phase), 0);
    return ellipse * Math.max(0.3, 1 + wave);
  });
  const along = Math.min(MOST_ALONG_BEAM, elongation);
  return {
    outline: normalised(outline),
    depth: Math.exp(along * rng.normal()),
    profile: 2,
    tilt: [along * rng.normal(), along * rng.normal()],
  };
}

/** A polygon of 4 to 8 edges at unequal distances, its corners rounded by a power mean. */
function facetedShape(rng: RandomStream, elongation: number): BodyShape {
  const edges = 4 + rng.integerBelow(5);
  const turn = 2 * Math.PI * rng.uniform();
  const faces = Array.from({ length: edges }, (_, i) => ({
    angle: turn + (2 * Math.PI * (i + 0.2 * (rng.uniform() - 0.5))) / edges,
    distance: Math.exp((0.08 + elongation / 2) * rng.normal()),
  }));
  const outline = ROUND.map((_, i) => {
    const direction = (2 * Math.PI * i) / OUTLINE_COUNT;
    // 1/R = (sum (cos/d)^k)^(1/k): the nearest edge in this direction, rounded
    const sum = faces.reduce((total, { angle, distance }) => {
      const c = Math.cos(direction - angle);
      return c > 0 ? total + (c / distance) ** 12 : total;
    }, 0);
    return 1 / Math.max(0.4, sum ** (1 / 12));
  });
  return {
    outline: normalised(outline),
    depth: Math.exp(elongation * rng.normal()) * (0.7 + 0.3 * rng.uniform()),
    profile: 2 + 4 * rng.uniform(),
    tilt: [0.3 * rng.normal(), 0.3 * rng.normal()],
  };
}

/** The elongation of a body's outline, by its second moments: the integral of r^4 cos^2/4 and so on over all directions. */
export function outlineElongation({ outline }: Pick<Body, "outline">): Elongation {
  if (outline === ROUND) return [0, 0];
  let [xx, yy, xy] = [0, 0, 0];
  outline.forEach((radius, i) => {
    const angle = (2 * Math.PI * i) / OUTLINE_COUNT;
    const weight = radius ** 4;
    xx += weight * Math.cos(angle) ** 2;
    yy += weight * Math.sin(angle) ** 2;
    xy += weight * Math.cos(angle) * Math.sin(angle);
  });
  return elongationOfMoments(xx, yy, xy);
}

function normalised(outline: Float64Array): Float64Array {
  const square = outline.reduce((sum, radius) => sum + radius * radius, 0) / outline.length;
  return outline.map((radius) => radius / Math.sqrt(square));
}
