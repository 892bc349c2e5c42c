import { coefficientOfDetermination, mean } from "../../core/index.ts";
import {
  bestThreshold,
  opticalDensities,
  projectedContacts,
  type MarkedParticle,
} from "../../posterior/index.ts";
import { CONTACT_TOLERANCE, type Aggregate } from "../../stochastic/index.ts";
import { grayImageOf, truthsOf, type ImageSet } from "../data/data-set.ts";
import type { Inversion } from "../apply/open-inversion.ts";
import {
  countAt,
  PARTICLE_CHANNELS,
  predictCountMaps,
  type PredictedCountMaps,
} from "./predict-count-maps.ts";

/** How well a method tells the materials of particles whose circles somebody has marked. */
export interface IdentificationScore {
  readonly particleCount: number;
  /** Share of particles that are given the wrong material. */
  readonly thresholdError: number;
  /** The threshold on R that errs least on these very particles [1/nm]; null without absolute intensities, where R is none. */
  readonly thresholdPerNm: number | null;
  /** The same share by the network's count maps; null for a network that has none. */
  readonly countMapError: number | null;
  /** R2 of the hetero-coordination number from materials by threshold and contacts by touching circles. */
  readonly adjacencyR2: number;
  /** R2 of the same after the best straight line through those points. */
  readonly adjacencyR2Fitted: number;
}

/**
 * Compares the network's count maps with the threshold method on the same particles.
 *
 * Both are given where the particles are, as an operator who marks them would: their true circles. The threshold is the
 * one that errs least on these particles, kinder than any that could be known beforehand. Particles whose centres lie outside
 * the image are left out.
 *
 * @returns errors of both; null where the data set has no aggregates
 */
export async function identifyMaterials(
  { model, network }: Inversion,
  data: ImageSet,
): Promise<IdentificationScore | null> {
  const { aggregates } = data;
  if (aggregates === null) return null;
  const countMaps = await predictCountMaps(network, data, model);
  const measured = aggregates.map((aggregate, i) => measureParticles(data, { aggregate, i, countMaps }));
  const particles = measured.flat();
  const threshold = bestThreshold(
    particles.map(({ density }) => density),
    particles.map(({ isSecond }) => isSecond),
  );
  const errorOf = (guess: (particle: MeasuredParticle) => boolean) =>
    particles.filter((particle) => guess(particle) !== particle.isSecond).length / particles.length;
  const contacts = measured.map((seen) => adjacency(seen, threshold));
  const truths = data.labels.map((labels) => truthsOf(labels)["heteroCoordinationAll"]);
  return {
    particleCount: particles.length,
    thresholdError: errorOf(({ density }) => density > threshold),
    thresholdPerNm: data.scale === "absolute" ? threshold / data.pixelSizeNm : null,
    countMapError: countMaps === null ? null : errorOf(({ countsSaySecond }) => countsSaySecond),
    adjacencyR2: coefficientOfDetermination(contacts, truths),
    adjacencyR2Fitted: correlation(contacts, truths) ** 2,
  };
}

/** A particle whose centre lies inside the image. */
interface MeasuredParticle {
  readonly circle: MarkedParticle;
  readonly isSecond: boolean;
  /** R [1/pixel]. */
  readonly density: number;
  readonly countsSaySecond: boolean;
}

function measureParticles(
  data: ImageSet,
  {
    aggregate,
    i,
    countMaps,
  }: {
    readonly aggregate: Aggregate;
    readonly i: number;
    readonly countMaps: readonly PredictedCountMaps[] | null;
  },
): MeasuredParticle[] {
  const marked = markParticles(aggregate, data);
  const densities = opticalDensities(grayImageOf(data, i), marked);
  return marked.flatMap((circle, k) => {
    if (Number.isNaN(densities[k])) return [];
    const isSecond = aggregate.materialIndices[k] === 1;
    return [
      { circle, isSecond, density: densities[k], countsSaySecond: saysSecond(countMaps?.[i], data, circle) },
    ];
  });
}

function saysSecond(
  countMaps: PredictedCountMaps | undefined,
  { widthPx }: ImageSet,
  { xPx, yPx }: Pick<MarkedParticle, "xPx" | "yPx">,
): boolean {
  if (countMaps === undefined) return false;
  const place = { x: (xPx * countMaps.cells) / widthPx, y: (yPx * countMaps.cells) / widthPx };
  const [first, second] = PARTICLE_CHANNELS.map((channel) => countAt(countMaps, channel, place));
  return second > first;
}

/** Circles of an aggregate as it lies under the beam; y points up, rows run down. */
function markParticles(
  { centersNm, radiiNm, particleCount }: Aggregate,
  { widthPx, heightPx, pixelSizeNm }: ImageSet,
): MarkedParticle[] {
  return Array.from({ length: particleCount }, (_, k) => ({
    xPx: widthPx / 2 + centersNm[3 * k] / pixelSizeNm,
    yPx: heightPx / 2 - centersNm[3 * k + 1] / pixelSizeNm,
    radiusPx: radiiNm[k] / pixelSizeNm,
  }));
}

/** Hetero-coordination number 2 |E_AB| / N as the threshold method sees it: touching circles of different material. */
function adjacency(seen: readonly MeasuredParticle[], threshold: number): number {
  const contacts = projectedContacts(
    seen.map(({ circle }) => circle),
    CONTACT_TOLERANCE,
  );
  const hetero = contacts.filter(([a, b]) => seen[a].density > threshold !== seen[b].density > threshold);
  return seen.length === 0 ? 0 : (2 * hetero.length) / seen.length;
}

/** Pearson's correlation; its square is R2 of the best straight line. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  let [aa, bb, ab] = [0, 0, 0];
  a.forEach((value, i) => {
    aa += (value - ma) ** 2;
    bb += (b[i] - mb) ** 2;
    ab += (value - ma) * (b[i] - mb);
  });
  return ab / Math.sqrt(aa * bb);
}
