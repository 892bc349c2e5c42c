import type { RandomStream } from "../../core/index.ts";
import type { Feature } from "../../features/index.ts";
import type { LabelledImage } from "../labelled/labelled-image.ts";
import type { FoundParticle } from "../segment/find-particles.ts";
import { emptyRegion } from "./empty-region.ts";
import { particleFeatures } from "./particle-features.ts";
import type { ParticleClass } from "./particle-class.ts";
import { knownClass } from "./particle-truth.ts";

/** A particle of a labelled image with everything that later steps ask for. */
export interface DescribedParticle {
  readonly features: readonly Feature[];
  /** Null where nobody said. */
  readonly truth: ParticleClass | null;
  readonly found: FoundParticle;
  /** Number of its image in the list of images. */
  readonly image: number;
  /** Drawn on bare film and not found there: left out of the population. */
  readonly isPlanted: boolean;
}

/** Radii of planted discs [nm]. */
const EMPTY_RADII_NM = [0.75, 3] as const;

/**
 * Describes the particles that lie wholly in an image and, in every second image, one disc of bare film: examples of the class
 * "empty", of which a good network cuts out none.
 */
export function describeParticles(
  rng: RandomStream,
  { image, mask, truth }: LabelledImage,
  particles: readonly FoundParticle[],
  index: number,
): DescribedParticle[] {
  const pixelSizeNm = image.pixelSizeNm ?? 0;
  const described = (found: FoundParticle, shows: ParticleClass | null, isPlanted: boolean) => ({
    features: particleFeatures(image, found, pixelSizeNm),
    truth: shows,
    found,
    image: index,
    isPlanted,
  });
  const radiiPx = [EMPTY_RADII_NM[0] / pixelSizeNm, EMPTY_RADII_NM[1] / pixelSizeNm] as const;
  const empty = truth !== null && index % 2 === 0 ? emptyRegion(rng, mask, { ...image, radiiPx }) : null;
  return [
    ...particles
      .filter(({ touchesEdge }) => !touchesEdge)
      .map((found) => described(found, truth && knownClass(truth, found, image.width), false)),
    ...(empty === null ? [] : [described(empty, "empty", true)]),
  ];
}
