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
