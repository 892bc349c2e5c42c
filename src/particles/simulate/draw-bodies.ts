import type { RandomStream } from "../../core/index.ts";
import { randomRotation } from "../../stem-sim/index.ts";
import { aggregatePriorSchema, drawAggregate } from "../../stochastic/index.ts";
import type { Aggregate, AggregatePrior } from "../../stochastic/index.ts";
import { drawShape, SPHERE_SHAPE } from "./body.ts";
import type { Body, ShapeSettings } from "./body.ts";

/** A field of particles in pixels. */
export interface Field {
  /** Edge of the square image [px]. */
  readonly side: number;
  /** Radius that sizes are given relative to [px]. */
  readonly radiusPx: number;
  readonly shapes: ShapeSettings;
}

/** How an aggregate lies in a field. */
export interface AggregateSettings {
  /** Prior of the growth; its radii are relative, the first material's about 10. */
  readonly prior: AggregatePrior;
  /** Whether both materials occur. */
  readonly hasTwoMaterials: boolean;
  /** Radius of a neck over that of the smaller particle; 0 for none. */
  readonly neckShare: number;
  /** Overlap beyond that of the growth, as share of the distances. */
  readonly contraction: number;
  readonly isWanted: boolean;
  /** Material of all, where only one occurs. */
  readonly materialIndex: number;
}

/** Geometric mean radius of the first material in the growth, by which it is scaled. */
const GROWN_RADIUS = 10;

/**
 * The prior of the growth of aggregates in training images: everything as wide as the growth allows.
 *
 * @returns a prior of 5 to 150 particles of relative radius 10
 */
export function widePrior(): AggregatePrior {
  return aggregatePriorSchema.parse({
    particleCount: { logUniform: [5, 150] },
    numberFraction: { uniform: [0.1, 0.9] },
    radiusFirstNm: GROWN_RADIUS,
    radiusSecondNm: { logUniform: [6, 16] },
    radiusSpreadFirst: { uniform: [1.03, 1.6] },
    radiusSpreadSecond: { uniform: [1.03, 1.6] },
    clusterSizeFirst: { logUniform: [1, 30] },
    clusterSizeSecond: { logUniform: [1, 30] },
    fractalDimension: { uniform: [1.5, 2.3] },
    fractalPrefactor: { uniform: [0.8, 1.6] },
    necking: { uniform: [0, 0.25] },
  });
}

/**
 * Draws an aggregate into a field: grown, turned at random, laid so that some of it shows.
 *
 * @param rng stream of the draw
 * @param field side and radius [px], shapes
 * @param settings growth, necks, materials
 * @returns its particles and necks
 */
export function drawAggregateBodies(rng: RandomStream, field: Field, settings: AggregateSettings): Body[] {
  const { aggregate } = drawAggregate(rng.fork("growth"), settings.prior);
  const scale = field.radiusPx / GROWN_RADIUS;
  const turn = randomRotation(rng);
  const places = centresOf(aggregate, turn, scale * (1 - settings.contraction));
  // one of its particles lies somewhere in the field
  const shown = rng.integerBelow(aggregate.particleCount);
  const shift = [0, 1].map((axis) => field.side * rng.uniform() - places[3 * shown + axis]);
  const particles = Array.from({ length: aggregate.particleCount }, (_, i): Body => {
    return {
      ...drawShape(rng, field.shapes),
      x: places[3 * i] + shift[0],
      y: places[3 * i + 1] + shift[1],
      z: places[3 * i + 2],
      radiusPx: aggregate.radiiNm[i] * scale,
      materialIndex: settings.hasTwoMaterials ? aggregate.materialIndices[i] : settings.materialIndex,
      isWanted: settings.isWanted,
    };
  });
  return settings.neckShare > 0 ? [...particles, ...necksOf(particles, settings.neckShare)] : particles;
}

function centresOf(
  { particleCount, centersNm }: Aggregate,
  turn: readonly number[],
  scale: number,
): Float64Array {
  const places = new Float64Array(3 * particleCount);
  for (let i = 0; i < particleCount; i++) {
    for (let row = 0; row < 3; row++) {
      let sum = 0;
      for (let column = 0; column < 3; column++) {
        sum += turn[3 * row + column] * centersNm[3 * i + column];
      }
      places[3 * i + row] = scale * sum;
    }
  }
  return places;
}

/** Balls of matter where particles touch, as sintering and coating leave it. */
function necksOf(particles: readonly Body[], share: number): Body[] {
  const necks: Body[] = [];
  for (let i = 0; i < particles.length; i++) {
    for (let j = i + 1; j < particles.length; j++) {
      const [a, b] = [particles[i], particles[j]];
      const distance = Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
      const reach = a.radiusPx + b.radiusPx;
      if (distance > 1.02 * reach || distance === 0) continue;
      // the middle of the contact, by the radii
      const t = a.radiusPx / reach;
      const [x, y, z] = (["x", "y", "z"] as const).map((axis) => a[axis] + t * (b[axis] - a[axis]));
      const radiusPx = share * Math.min(a.radiusPx, b.radiusPx);
      const owner = a.radiusPx > b.radiusPx ? a : b;
      necks.push({
        ...SPHERE_SHAPE,
        x,
        y,
        z,
        radiusPx,
        materialIndex: owner.materialIndex,
        isWanted: false,
      });
    }
  }
  return necks;
}

/** Particles on a support or a film. */
export interface ScatterSettings {
  readonly count: number;
  /** Geometric standard deviation of the radii. */
  readonly spread: number;
  /** Share of particles laid against one that is there already. */
  readonly touchingShare: number;
  /** Height over which they are spread along the beam [px]. */
  readonly depthPx: number;
  readonly materialIndex: number;
  /** Where a particle may lie: asked with a place [px]; everywhere by default. */
  readonly isAllowed?: (x: number, y: number) => boolean;
}

/**
 * Scatters particles over a field, single and touching.
 *
 * @param rng stream of the draw
 * @param field side and radius [px], shapes
 * @param settings how many, how unequal, where
 * @returns particles
 */
export function scatterBodies(rng: RandomStream, field: Field, settings: ScatterSettings): Body[] {
  const bodies: Body[] = [];
  for (let i = 0; i < settings.count; i++) {
    const radiusPx = field.radiusPx * Math.exp(Math.log(settings.spread) * rng.normal());
    const place = placeOf(rng, field, settings, bodies, radiusPx);
    if (place === null) continue;
    bodies.push({
      ...drawShape(rng, field.shapes),
      ...place,
      z: settings.depthPx * (rng.uniform() - 0.5),
      radiusPx,
      materialIndex: settings.materialIndex,
      isWanted: true,
    });
  }
  return bodies;
}

const PLACE_ATTEMPTS = 8;

function placeOf(
  rng: RandomStream,
  { side }: Field,
  { touchingShare, isAllowed = () => true }: ScatterSettings,
  bodies: readonly Body[],
  radiusPx: number,
): { readonly x: number; readonly y: number } | null {
  for (let attempt = 0; attempt < PLACE_ATTEMPTS; attempt++) {
    const isTouching = bodies.length > 0 && rng.uniform() < touchingShare;
    const angle = 2 * Math.PI * rng.uniform();
    const other = isTouching ? bodies[rng.integerBelow(bodies.length)] : null;
    const gap = other === null ? 0 : (radiusPx + other.radiusPx) * (0.8 + 0.25 * rng.uniform());
    const x = other === null ? side * rng.uniform() : other.x + gap * Math.cos(angle);
    const y = other === null ? side * rng.uniform() : other.y + gap * Math.sin(angle);
    if (isAllowed(x, y)) return { x, y };
  }
  return null;
}
