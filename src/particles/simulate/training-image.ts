/** A disc that stands for a primary particle. */
export interface Disc {
  /** Centre; the centre of the first pixel lies at 0.5 [px]. */
  readonly x: number;
  readonly y: number;
  /** Radius of the circle of the same projected area [px]. */
  readonly radiusPx: number;
}

/** A particle of a simulated image. */
export interface TrueParticle extends Disc {
  /** 0 or 1 where the image holds two materials, else null. */
  readonly materialIndex: number | null;
  /** Whether the image shows it: neither buried under others nor lost in the noise. */
  readonly isSeen: boolean;
  /** Share of the image's signal at its centre that is its own, 0 to 1. */
  readonly ownShare: number;
}

/** Smallest ratio of a particle's contrast to the noise over half its disc at which it counts as seen. */
const SEEN_RATIO = 4;
/** Smallest share of the signal at a particle's centre that is its own, at which it counts as seen. */
const SEEN_SHARE = 0.12;

/**
 * What a simulated image says of one of its particles.
 *
 * @param disc place and size, and the material of the particle
 * @param options.hasTwoMaterials whether materials are told apart
 * @param options.ownShare share of the signal at its centre that is its own
 * @param options.contrastToNoise its contrast over the noise of half its disc
 */
export function trueParticle(
  { x, y, radiusPx, materialIndex }: Disc & { readonly materialIndex: number },
  options: {
    readonly hasTwoMaterials: boolean;
    readonly ownShare: number;
    readonly contrastToNoise: number;
  },
): TrueParticle {
  const { hasTwoMaterials, ownShare, contrastToNoise } = options;
  const isSeen = ownShare >= SEEN_SHARE && contrastToNoise >= SEEN_RATIO;
  return { x, y, radiusPx, materialIndex: hasTwoMaterials ? materialIndex : null, ownShare, isSeen };
}

/** A simulated image with all particles that it shows. */
export interface TrainingImage {
  /** Edge of the square [px]. */
  readonly side: number;
  /** [side, side], matter bright in either imaging mode. */
  readonly image: Float32Array;
  readonly particles: readonly TrueParticle[];
  /** Edge of a pixel [nm]. */
  readonly pixelSizeNm: number;
}
