import { parseArgs } from "node:util";
import { mean, openRandomStream, shuffled, standardDeviation } from "../src/core/index.ts";
import type { RandomStream } from "../src/core/index.ts";
import { singleParticle } from "../src/stochastic/cluster.ts";
import type { Cluster } from "../src/stochastic/cluster.ts";
import { collideClusters } from "../src/stochastic/collision-aggregation.ts";
import { fitScalingLaw } from "./parts/fractal-fit.ts";
import type { AggregateSize } from "./parts/fractal-fit.ts";

/** A published law of diffusion-limited aggregates, N = kf (Rg / r)^Df, r the geometric mean radius [eggersdorfer2012]. */
export interface PublishedLaw {
  /** Geometric standard deviation of the radii. */
  readonly spread: number;
  readonly fractalDimension: number;
  readonly fractalPrefactor: number;
}

/** Values as FracVAL's authors quote them [moran2019]. */
export const PUBLISHED_LAWS: readonly PublishedLaw[] = [
  { spread: 1, fractalDimension: 1.78, fractalPrefactor: 1.4 },
  { spread: 2, fractalDimension: 1.68, fractalPrefactor: 0.98 },
  { spread: 3, fractalDimension: 1.48, fractalPrefactor: 0.77 },
];

/**
 * Radii at the middles of equal shares of the untruncated lognormal law.
 *
 * The published values are for "closely controlled" size distributions, and drawn radii of spread 3 scatter Rg by a third.
 */
function controlledRadii(count: number, spread: number): number[] {
  const share = 1001;
  const deviates = openRandomStream("normal law")
    .fillNormal(new Float64Array(count * share))
    .sort();
  return Array.from({ length: count }, (_, k) => spread ** deviates[k * share + (share - 1) / 2]);
}

/** Diffusion-limited aggregation in pairs of equally many particles, as powers of two suggest that the published values were made. */
function aggregateInPairs(rng: RandomStream, radii: readonly number[]): Cluster {
  let clusters = shuffled(rng, radii).map((radius) => singleParticle(radius, 0));
  const options = { motion: "diffusive", volumeFraction: 5e-4, clusterCount: 1 } as const;
  while (clusters.length > 1) {
    const left = clusters.filter((_, k) => k % 2 === 0);
    clusters = left.map((cluster, k) => collideClusters(rng, [cluster, clusters[2 * k + 1]], options)[0]);
  }
  return clusters[0];
}

/**
 * Size of one diffusion-limited aggregate that grew in pairs.
 *
 * @param rng stream of its steps
 * @param particleCount particles, a power of two
 * @param spread geometric standard deviation of the radii, 1 or more
 * @returns count, radius of gyration and geometric mean radius, in units of the law's mean radius
 */
export function pairedAggregateSize(rng: RandomStream, particleCount: number, spread: number): AggregateSize {
  return sizeOf(aggregateInPairs(rng, controlledRadii(particleCount, spread)), true);
}

/** With or without each sphere's own 3/5 r^2 in Rg^2: which of them the published values hold cannot be read here. */
function sizeOf(cluster: Cluster, hasOwnRadii: boolean): AggregateSize {
  const { particleCount, radiiNm, volumeNm3, gyrationSquaredNm2 } = cluster;
  const own = (0.6 * radiiNm.reduce((sum, radius) => sum + radius ** 5, 0)) / volumeNm3;
  return {
    particleCount,
    radiusOfGyrationNm: Math.sqrt(gyrationSquaredNm2 - (hasOwnRadii ? 0 : own)),
    geometricMeanRadiusNm: Math.exp(cluster.logRadiusSum / particleCount),
  };
}

/** Df and kf of an ensemble, with standard errors from fits to its batches. */
function fitBatches(batches: readonly (readonly AggregateSize[])[]) {
  const all = fitScalingLaw(batches.flat());
  const fits = batches.map((batch) => fitScalingLaw(batch));
  const standardError = (values: readonly number[]) => standardDeviation(values) / Math.sqrt(values.length);
  return {
    df: all.fractalDimension,
    dfStandardError: standardError(fits.map((fit) => fit.fractalDimension)),
    kf: all.fractalPrefactor,
    kfStandardError: all.fractalPrefactor * standardError(fits.map((fit) => Math.log(fit.fractalPrefactor))),
  };
}

/**
 * Df and kf of diffusion-limited aggregates beside the published values; docs/decisions/stochastic-model.md has the criterion.
 * `centresOnly` has the same aggregates with Rg of the particles' centres.
 *
 * @param args --spread of the radii (1, 2 or 3), --batches, --largest particles, --seed
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      spread: { type: "string", default: "1" },
      batches: { type: "string", default: "12" },
      largest: { type: "string", default: "1024" },
      seed: { type: "string", default: "1" },
    },
  });
  const law = PUBLISHED_LAWS.find(({ spread }) => spread === Number(values.spread));
  if (law === undefined) throw new Error(`bench dlca: wanted --spread 1, 2 or 3, got ${values.spread}`);
  const newBatches = () => Array.from({ length: Number(values.batches) }, (): AggregateSize[] => []);
  const [batches, centresOnly] = [newBatches(), newBatches()];
  for (let particleCount = 16; particleCount <= Number(values.largest); particleCount *= 2) {
    for (const [batch, sizes] of batches.entries()) {
      // small ones are cheap: four a batch, then two
      for (let k = 0; k < (particleCount <= 128 ? 4 : 2); k++) {
        const rng = openRandomStream("bench dlca", values.seed, law.spread, particleCount, batch, k);
        const cluster = aggregateInPairs(rng, controlledRadii(particleCount, law.spread));
        sizes.push(sizeOf(cluster, true));
        centresOnly[batch].push(sizeOf(cluster, false));
      }
    }
    const own = batches.flat().filter((size) => size.particleCount === particleCount);
    const relative = own.map((size) => Math.log(size.radiusOfGyrationNm / size.geometricMeanRadiusNm));
    const published = Math.log(particleCount / law.fractalPrefactor) / law.fractalDimension;
    console.log(
      JSON.stringify({
        particleCount,
        count: own.length,
        lnRg: mean(relative),
        scatter: standardDeviation(relative),
        departure: mean(relative) - published,
      }),
    );
  }
  console.log(JSON.stringify({ ...law, ...fitBatches(batches), centresOnly: fitBatches(centresOnly) }));
}
