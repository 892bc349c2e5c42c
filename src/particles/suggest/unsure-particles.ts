import { standardDeviation } from "../../core/index.ts";
import { discOverlap, thinDiscs } from "../detect/thin-discs.ts";
import type { FoundDisc } from "../detect/decode-answer.ts";

/** Share of the union above which discs of two answers are one particle. */
const LEAST_OVERLAP = 0.5;

/** A particle that some answer has, and how far the answers differ on it. */
export interface UnsureParticle {
  readonly x: number;
  readonly y: number;
  readonly radiusPx: number;
  /** Standard deviation of its probability over the answers, 0 (all alike) to 0.5; an answer without it counts as 0. */
  readonly disagreement: number;
}

/**
 * The particles that any of several answers for an image has, and how far the answers differ on each.
 *
 * @param answers lists of discs in the same pixels, such as those for an image and its mirror images
 * @returns one entry a particle, the one with the highest probability in any answer first
 * @example
 * import { unsureParticles } from "../src/particles/suggest/unsure-particles.ts";
 * import { expect } from "vitest";
 * const disc = (x: number, probability: number) => ({ x, y: 0, radiusPx: 5, probability, secondProbability: 0 });
 * const [sure, unsure] = unsureParticles([[disc(0, 0.9), disc(50, 0.6)], [disc(0, 0.9)]]);
 * expect(sure.disagreement).toBe(0);
 * expect(unsure.disagreement).toBeCloseTo(0.3, 12);
 */
export function unsureParticles(answers: readonly (readonly FoundDisc[])[]): UnsureParticle[] {
  return thinDiscs(answers.flat(), LEAST_OVERLAP).map((disc) => {
    const probabilities = answers.map((answer) => probabilityOf(disc, answer));
    const { x, y, radiusPx } = disc;
    return { x, y, radiusPx, disagreement: populationDeviation(probabilities) };
  });
}

/** The highest probability of a disc that is the same particle. */
function probabilityOf(disc: FoundDisc, answer: readonly FoundDisc[]): number {
  return answer.reduce(
    (most, other) => (discOverlap(disc, other) >= LEAST_OVERLAP ? Math.max(most, other.probability) : most),
    0,
  );
}

/** With n below: these answers are all there are. */
function populationDeviation(values: readonly number[]): number {
  const count = values.length;
  return count < 2 ? 0 : standardDeviation(values) * Math.sqrt((count - 1) / count);
}
