import type { RandomStream } from "../../core/index.ts";
import type { AggregatePrior } from "../../stochastic/index.ts";
import type { Body, ShapeSettings } from "./body.ts";
import { drawAggregateBodies, scatterBodies } from "./draw-bodies.ts";
import type { Field } from "./draw-bodies.ts";
import { drawSupport } from "./draw-support.ts";
import { between, logUniform } from "./draws.ts";

/** What lies in the field of a training image. */
export interface Scene {
  readonly kind: "aggregate" | "supported" | "film";
  /** Edge of the square [px]. */
  readonly side: number;
  readonly bodies: readonly Body[];
  /** Thickness of support of the first material [px]; null without. */
  readonly supportPx: Float32Array | null;
  readonly hasTwoMaterials: boolean;
  /** Typical radius of the particles that are looked for [px]. */
  readonly radiusPx: number;
}

/** How often what occurs, and in which ranges. */
export interface SceneSettings {
  readonly side: number;
  /** Range of the typical radius [px], logarithmic. */
  readonly radiusPx: readonly [number, number];
  /** Shares of aggregates, of particles on a support; the rest lies on a film. */
  readonly aggregateShare: number;
  readonly supportedShare: number;
  /** Share of aggregates of two materials. */
  readonly twoMaterialShare: number;
  /** Largest standard deviations of shapes; each image has its own below them. */
  readonly shapes: ShapeSettings;
  readonly growth: AggregatePrior;
}

/**
 * Draws what lies in the field of a training image.
 *
 * @param rng stream of the scene
 * @param settings ranges and shares
 * @returns bodies and support
 */
export function drawScene(rng: RandomStream, settings: SceneSettings): Scene {
  const radiusPx = logUniform(rng, settings.radiusPx[0], settings.radiusPx[1]);
  const { elongation, waviness, facetedShare } = settings.shapes;
  const shapes = {
    elongation: elongation * rng.uniform(),
    waviness: waviness * rng.uniform(),
    facetedShare: rng.uniform() < 0.3 ? facetedShare * rng.uniform() : 0,
  };
  const field = { side: settings.side, radiusPx, shapes };
  const kind = rng.uniform();
  if (kind < settings.aggregateShare) return aggregates(rng, field, settings);
  return kind < settings.aggregateShare + settings.supportedShare
    ? onSupport(rng, field, settings)
    : scattered(rng, field);
}

function aggregates(rng: RandomStream, field: Field, settings: SceneSettings): Scene {
  const hasTwoMaterials = rng.uniform() < settings.twoMaterialShare;
  const count = [1, 1, 1, 2, 3][rng.integerBelow(5)];
  const neckShare = rng.uniform() < 0.5 ? 0 : between(rng, 0.4, 0.9);
  const contraction = rng.uniform() < 0.5 ? 0 : between(rng, 0, 0.08);
  const bodies = Array.from({ length: count }, (_, i) =>
    drawAggregateBodies(rng.fork("aggregate", i), field, {
      prior: settings.growth,
      hasTwoMaterials,
      neckShare,
      contraction,
      isWanted: true,
      materialIndex: 1,
    }),
  ).flat();
  return {
    kind: "aggregate",
    side: field.side,
    bodies: withinReach(bodies, field.side),
    supportPx: null,
    hasTwoMaterials,
    radiusPx: field.radiusPx,
  };
}

/** Metal on lumps, on large round grains, or on an aggregate of fine grains of another material. */
function onSupport(rng: RandomStream, field: Field, settings: SceneSettings): Scene {
  const { side, radiusPx } = field;
  const kind = rng.uniform();
  const grains: Body[] = [];
  if (kind > 0.45) {
    const isFine = kind > 0.85;
    const grainPx = radiusPx * (isFine ? between(rng, 0.5, 2) : logUniform(rng, 2.5, 20));
    const grainField = {
      side,
      radiusPx: grainPx,
      shapes: { elongation: 0.15, waviness: 0.06, facetedShare: 0.1 },
    };
    const count = isFine ? 4 : 1 + rng.integerBelow(3);
    for (let i = 0; i < count; i++) {
      const grown = drawAggregateBodies(rng.fork("support", i), grainField, {
        prior: settings.growth,
        hasTwoMaterials: false,
        neckShare: 0.7,
        contraction: between(rng, 0, 0.15),
        isWanted: false,
        materialIndex: 0,
      });
      grains.push(...withinReach(grown, side));
    }
  }
  const supportPx =
    kind < 0.6
      ? drawSupport(rng.fork("lumps"), {
          side,
          thicknessPx: radiusPx * logUniform(rng, 1.5, 30),
          grainPx: Math.min(0.6 * side, radiusPx * logUniform(rng, 2, 20)),
          cover: between(rng, 0.4, 1.1),
        })
      : null;
  const reachPx = grains.reduce((most, { z }) => Math.max(most, Math.abs(z)), 2 * radiusPx);
  const isCovered = (x: number, y: number) => {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 0 || row < 0 || column >= side || row >= side) return false;
    if (supportPx !== null && supportPx[row * side + column] > 0) return true;
    return grains.some((grain) => Math.hypot(grain.x - x, grain.y - y) < 1.1 * grain.radiusPx);
  };
  const particles = scatterBodies(rng, field, {
    count: particleCount(rng, field),
    spread: between(rng, 1.05, 1.6),
    touchingShare: between(rng, 0, 0.4),
    depthPx: 2 * reachPx,
    materialIndex: 1,
    isAllowed: isCovered,
  });
  // metal sits on the surface of the grains, not inside: what is inside would add nothing to a sum of thicknesses but its own
  return {
    kind: "supported",
    side,
    bodies: [...grains, ...particles.map((body) => ({ ...body, z: body.z + 4 * reachPx }))],
    supportPx,
    hasTwoMaterials: false,
    radiusPx,
  };
}

function scattered(rng: RandomStream, field: Field): Scene {
  const bodies = scatterBodies(rng, field, {
    count: particleCount(rng, field),
    spread: between(rng, 1.03, 1.5),
    touchingShare: between(rng, 0, 0.7),
    depthPx: 0,
    materialIndex: 1,
  });
  return {
    kind: "film",
    side: field.side,
    bodies: withoutDepthOverlap(bodies),
    supportPx: null,
    hasTwoMaterials: false,
    radiusPx: field.radiusPx,
  };
}

/** Particles that cover 1 to 40 % of the field, 3 to 400 of them. */
function particleCount(rng: RandomStream, { side, radiusPx }: Field): number {
  const share = logUniform(rng, 0.01, 0.4);
  return Math.round(Math.min(400, Math.max(3, (share * side * side) / (Math.PI * radiusPx ** 2))));
}

/** Particles of one plane that lie over another are put above it, so that their thicknesses add up. */
function withoutDepthOverlap(bodies: readonly Body[]): Body[] {
  return bodies.map((body, i) => ({ ...body, z: 8 * body.radiusPx * (i % 7) }));
}

function withinReach(bodies: readonly Body[], side: number): Body[] {
  return bodies.filter(
    ({ x, y, radiusPx: r }) => x > -2 * r && y > -2 * r && x < side + 2 * r && y < side + 2 * r,
  );
}
