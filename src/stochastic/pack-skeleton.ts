import type { RandomStream } from "../core/index.ts";
import { joinClusters, singleParticle } from "./cluster.ts";
import type { Cluster, ClusterRadii } from "./cluster.ts";
import { canReach, scalingLawDistanceNm } from "./cluster-merging.ts";
import { packParticles } from "./pack-particles.ts";
import type { LooseParticle } from "./pack-particles.ts";
import { directionAbout } from "./rotation.ts";
import type { Vector } from "./rotation.ts";
import { geometricMeanNm, scalingLawGyrationNm } from "./scaling-law.ts";
import type { ScalingLaw } from "./scaling-law.ts";
import { buildSphereGrid, isBlocked } from "./sphere-grid.ts";

/** More particles than this are not packed: they are seldom too wide, and the time grows as N^2. */
const PACKED_COUNT = 300;
/** Packings of the same particles, each in another order, before the law is given up. */
const PACKINGS = 5;
/** Steps of the bisection of looseness in one packing. */
const BISECTIONS = 7;
/** Scatter of the order about falling radius, in ln r, from one packing to the next. */
const ORDER_SCATTER = 0.1;
/** Share of the volume, of the smallest particles, that makes up for what the others have left of the law. */
const TAIL_SHARE = 0.15;
/** Directions tried about each particle that the closing one might touch. */
const CLOSING_TRIALS = 12;

/**
 * Packs particles about the centre of volume, as densely as the scaling law asks.
 *
 * For wholes that merged parts leave too wide: of a wide radius distribution a few large particles carry the volume, and only
 * large ones placed first, small ones between them, come near enough. Each particle is placed at `looseness` times
 * a distance drawn from the law's own radial profile, n(R) ~ R^(Df - 1), or as near to that as there is room. Looseness 0 is
 * the densest packing; bisection finds one which the smallest particles can correct and a last one close exactly.
 * Homo-clusters stay connected; unlike merged skeletons, packed ones are no trees.
 */
export function packSkeleton(
  rng: RandomStream,
  clusterRadii: readonly ClusterRadii[],
  law: ScalingLaw,
): Cluster | null {
  const count = clusterRadii.reduce((sum, { radiiNm }) => sum + radiiNm.length, 0);
  if (count < 3 || count > PACKED_COUNT) return null;
  for (let packing = 0; packing < PACKINGS; packing++) {
    const ordered = particlesInOrder(rng, clusterRadii, law, packing * ORDER_SCATTER);
    const whole = bisectLooseness((looseness) => packAt(rng, ordered, law, looseness));
    if (whole !== null) return whole;
  }
  return null;
}

/** What came of a packing: the whole on the law, or the side on which it missed. */
type Outcome = Cluster | "too loose" | "too dense";

function bisectLooseness(packAtLooseness: (looseness: number) => Outcome): Cluster | null {
  let [dense, loose] = [0, 1];
  for (let step = 0; step < BISECTIONS && loose > 0; step++) {
    const looseness = step === 0 ? 0 : (dense + loose) / 2;
    const outcome = packAtLooseness(looseness);
    if (typeof outcome !== "string") return outcome;
    if (outcome === "too loose") loose = looseness;
    else dense = looseness;
  }
  return null;
}

/** By falling radius, scattered, each with a distance drawn from the law's radial profile. */
function particlesInOrder(
  rng: RandomStream,
  clusterRadii: readonly ClusterRadii[],
  law: ScalingLaw,
  scatter: number,
): LooseParticle[] {
  const { fractalDimension: df } = law;
  const radiiNm = Float64Array.from(clusterRadii.flatMap((cluster) => [...cluster.radiiNm]));
  const gyrationNm = scalingLawGyrationNm(law, radiiNm.length, geometricMeanNm(radiiNm));
  // a profile R^(Df - 1) up to an edge has Rg^2 = edge^2 Df / (Df + 2)
  const edgeNm = gyrationNm * Math.sqrt((df + 2) / df);
  return clusterRadii
    .flatMap((cluster, clusterIndex) =>
      Array.from(cluster.radiiNm, (radiusNm) => ({
        radiusNm,
        materialIndex: cluster.materialIndex,
        clusterIndex,
        wantedNm: edgeNm * rng.uniform() ** (1 / df),
        rank: Math.log(radiusNm) + scatter * rng.normal(),
      })),
    )
    .sort((a, b) => b.rank - a.rank);
}

/** One packing: the heaviest of the tail is kept back, and closes the law at the distance that the law gives it. */
function packAt(
  rng: RandomStream,
  ordered: readonly LooseParticle[],
  law: ScalingLaw,
  looseness: number,
): Outcome {
  const volumeNm3 = ordered.reduce((sum, { radiusNm }) => sum + radiusNm ** 3, 0);
  const start = tailStart(ordered, TAIL_SHARE * volumeNm3);
  const last = ordered[start];
  const others = ordered
    .filter((_, k) => k !== start)
    .map((particle) => ({ ...particle, wantedNm: looseness * particle.wantedNm }));
  const radiiNm = Float64Array.from(ordered, ({ radiusNm }) => radiusNm);
  const gyrationNm = scalingLawGyrationNm(law, ordered.length, geometricMeanNm(radiiNm));
  // m Rg^2 less each sphere's own 3/5 m_i r_i^2
  const momentNm5 = volumeNm3 * gyrationNm ** 2 - 0.6 * radiiNm.reduce((sum, r) => sum + r ** 5, 0);
  const packed = packParticles(others, { start, momentNm5, leftOutNm3: last.radiusNm ** 3 });
  if (packed === null) return "too loose";
  const closing = singleParticle(last.radiusNm, last.materialIndex);
  const distanceNm = scalingLawDistanceNm(packed, closing, law);
  if (!(distanceNm > 0)) return "too loose";
  if (!canReach(packed, closing, distanceNm)) return "too dense";
  const own = others.map(({ clusterIndex }) => clusterIndex === last.clusterIndex);
  const place = closingPlace(rng, packed, last.radiusNm, { distanceNm, own });
  if (place !== null) return joinClusters(packed, closing, Float64Array.of(...place));
  return distanceNm ** 2 < packed.gyrationSquaredNm2 ? "too loose" : "too dense";
}

/** Index from which on the particles have a volume, one at least. */
function tailStart(ordered: readonly LooseParticle[], wantedNm3: number): number {
  let start = ordered.length;
  for (let volume = 0; volume < wantedNm3;) volume += ordered[--start].radiusNm ** 3;
  return start;
}

/** A free place at a distance from the centre of volume, touching one of its own homo-cluster if there is any. */
function closingPlace(
  rng: RandomStream,
  packed: Cluster,
  radiusNm: number,
  { distanceNm: g, own }: { readonly distanceNm: number; readonly own: readonly boolean[] },
): Vector | null {
  const hasOwn = own.includes(true);
  const grid = buildSphereGrid(packed.positionsNm, packed.radiiNm);
  for (let i = 0; i < packed.particleCount; i++) {
    const d = packed.distancesNm[i];
    const t = packed.radiiNm[i] + radiusNm;
    if ((hasOwn && !own[i]) || d === 0 || Math.abs(g - d) > t || g + d < t) continue;
    const [x, y, z] = packed.positionsNm.subarray(3 * i, 3 * i + 3);
    // law of cosines in the triangle (centre of volume, particle i, the place)
    const cosine = (g * g + d * d - t * t) / (2 * g * d);
    for (let trial = 0; trial < CLOSING_TRIALS; trial++) {
      const [u, v, w] = directionAbout([x / d, y / d, z / d], cosine, 2 * Math.PI * rng.uniform());
      if (!isBlocked(grid, g * u, g * v, g * w, radiusNm)) return [g * u, g * v, g * w];
    }
  }
  return null;
}
