import type { ParticleCover } from "./cover-by-particles.ts";
import type { InvertedImage } from "./inverted-image.ts";

/**
 * Least share of an aggregate's matter that particles cover where it is an aggregate of particles
 * (docs/decisions/intervals-and-out-of-distribution.md, "Matter outside the particles").
 */
export const LEAST_COVERED_SHARE = 0.6;

const FAULT = {
  text: "matter lies outside the particles, such as a support or the edge of a film",
  remedy:
    "heterostem particles measures particles on a support; of particles alone, record them in focus and at larger magnification",
} as const;

/**
 * An answer in the light of the particles that a detector finds on the image: where they cover too little of the matter there is no aggregate of spheres
 * that could be answered for, however like the training images it looks to the network.
 * Nobody looks where the recording's faults have been told already.
 *
 * @param answer of a network
 * @param look for particles on the same aggregate; null where nothing can be said
 * @returns the answer with what was found; out of distribution where matter lies outside the particles
 */
export async function judgeByParticles(
  answer: InvertedImage,
  look: () => Promise<ParticleCover | null>,
): Promise<InvertedImage> {
  const cover = answer.faults.length === 0 ? await look() : null;
  if (cover === null) return answer;
  const particles = { ...cover };
  if (cover.coveredShare >= LEAST_COVERED_SHARE) return { ...answer, particles };
  const { text, remedy } = FAULT;
  const found = `${percent(cover.coveredShare)} of it ${cover.particleCount === 1 ? "lies in the one" : `lie in the ${cover.particleCount}`} that were found, of aggregates ${percent(LEAST_COVERED_SHARE)} or more`;
  const faults = [...answer.faults, FAULT];
  // what the network itself finds strange it has explained already
  const explanation =
    answer.verdict === "out of distribution"
      ? `${answer.explanation}; ${text} (${found})`
      : `no aggregate of particles, however like the training images it looks: ${text} (${found}): no numbers are given; ${remedy}`;
  return { ...answer, particles, faults, verdict: "out of distribution", explanation };
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
