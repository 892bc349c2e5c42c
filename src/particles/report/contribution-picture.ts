import { signedPicture, type Picture } from "../../report/index.ts";
import type { ParticleExplanation } from "../apply/explain-particle.ts";

/** The largest contribution, either way; 1 where there is none. */
export function mostContribution({ contributions }: Pick<ParticleExplanation, "contributions">): number {
  return contributions.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
}

/**
 * What each pixel about a particle adds to its probability: red for it, blue against it.
 *
 * @param explanation of one particle
 * @returns a picture of its box
 */
export function contributionPicture(explanation: ParticleExplanation): Picture {
  const { box, contributions } = explanation;
  return signedPicture({
    width: box.width,
    height: box.height,
    values: contributions,
    limit: mostContribution(explanation),
  });
}
