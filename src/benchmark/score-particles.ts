import { groupedBy, mean, rangeError } from "../core/index.ts";
import { detectionScores, discOverlap, matchDiscs } from "../particles/index.ts";
import type { ListedParticle } from "./tables.ts";

/** How well particles are found. */
export interface ParticleScore {
  readonly imageCount: number;
  /** Images of which at least one particle was listed. */
  readonly answeredCount: number;
  /** Particles that show enough of themselves, those listed, and pairs of both. */
  readonly askedCount: number;
  readonly listedCount: number;
  readonly matchedCount: number;
  /** Share of listed particles that are true, of true ones that are listed, and their harmonic mean, at an overlap (IoU) of 0.5. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Mean of listed radius over true radius, less 1, of the pairs. */
  readonly radiusBias: number | null;
  /** Share of pairs with the right material; null where no material is listed. */
  readonly materialShare: number | null;
}

/** Overlap from which a listed particle is a true one [intersection over union]. */
const LEAST_OVERLAP = 0.5;

/**
 * Scores lists of particles over all images together.
 *
 * What lies on a true particle that is not asked for, being hidden or small, counts neither way.
 *
 * @param truths of all images
 * @param predictions of whoever answers, in any order
 * @throws RangeError for predictions of images that the task does not have
 */
export function scoreParticles(
  truths: readonly ListedParticle[],
  predictions: readonly ListedParticle[],
): ParticleScore {
  const [byImage, listedBy] = [ofImages(truths), ofImages(predictions)];
  const stray = [...listedBy.keys()].find((image) => !byImage.has(image));
  if (stray !== undefined) {
    throw rangeError({ action: "score predictions" }, "image must be one of the task's", stray);
  }
  const pairs: (readonly [ListedParticle, ListedParticle])[] = [];
  let [askedCount, listedCount] = [0, 0];
  const matchings = [...byImage].map(([image, all]) => {
    const [asked, others] = [all.filter((disc) => disc.isAsked), all.filter((disc) => !disc.isAsked)];
    const listed = (listedBy.get(image) ?? []).filter(
      (disc) => !others.some((other) => discOverlap(other, disc) >= LEAST_OVERLAP),
    );
    const matching = matchDiscs(asked.length, listed.length, (t, f) => discOverlap(asked[t], listed[f]));
    askedCount += asked.length;
    listedCount += listed.length;
    for (const [t, f] of matching.pairs) pairs.push([asked[t], listed[f]]);
    return matching;
  });
  const { precision, recall, f1 } = detectionScores(matchings);
  const hasMaterials = predictions.some(({ material }) => material !== "");
  return {
    imageCount: byImage.size,
    answeredCount: [...byImage.keys()].filter((image) => listedBy.has(image)).length,
    askedCount,
    listedCount,
    matchedCount: pairs.length,
    precision,
    recall,
    f1,
    radiusBias: pairs.length === 0 ? null : mean(pairs.map(([t, f]) => f.radiusPx / t.radiusPx)) - 1,
    materialShare:
      pairs.length === 0 || !hasMaterials
        ? null
        : mean(pairs.map(([t, f]) => Number(t.material === f.material))),
  };
}

const ofImages = (particles: readonly ListedParticle[]) =>
  new Map(groupedBy(particles, ({ image }) => image).map((own) => [own[0].image, own]));
