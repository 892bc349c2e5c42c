import type { Body } from "./body.ts";
import type { Scene } from "./draw-scene.ts";

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

/** What an image shows of a body. */
export interface Visibility {
  /** Share of the signal at its centre that is its own. */
  readonly ownShare: number;
  /** Its contrast over the noise of half its disc. */
  readonly contrastToNoise: number;
}

/**
 * What a simulated image says of its particles: those wanted whose centres lie in it.
 *
 * @param visibilityOf what it shows of a body, whose centre lies in the pixel of that index
 */
export function trueParticles(
  { bodies, side, hasTwoMaterials }: Scene,
  visibilityOf: (body: Body, pixel: number) => Visibility,
): TrueParticle[] {
  const isInside = ({ x, y, isWanted }: Body) => isWanted && x >= 0 && y >= 0 && x < side && y < side;
  return bodies.filter(isInside).map((body) => {
    const { x, y, radiusPx, materialIndex } = body;
    const { ownShare, contrastToNoise } = visibilityOf(body, Math.floor(y) * side + Math.floor(x));
    const isSeen = ownShare >= SEEN_SHARE && contrastToNoise >= SEEN_RATIO;
    return { x, y, radiusPx, materialIndex: hasTwoMaterials ? materialIndex : null, ownShare, isSeen };
  });
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
