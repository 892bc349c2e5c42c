/** Network pixels of one cell of its answer. */
export const STRIDE_PX = 4;
/** Smallest radius that the network answers for [px of its input]. */
export const LEAST_RADIUS_PX = 4;
/** Octaves of size: radii of 4 to 8, 8 to 16 and 16 to 32 px. */
export const OCTAVE_COUNT = 3;
/** Largest radius that the network answers for [px of its input]. */
export const MOST_RADIUS_PX = LEAST_RADIUS_PX * 2 ** OCTAVE_COUNT;

/** Channels of an octave's answer: logit of a centre, ln(radius over the octave's middle), shift of the centre along x and y [cells], logit of the second material. */
export const ANSWER = { centre: 0, size: 1, shiftX: 2, shiftY: 3, material: 4 } as const;
export const ANSWER_CHANNELS = 5;

/** Channels of an octave's target: the answer's own, and where they count. */
export const TARGET = {
  /** 1 at the cell of a centre, falling off like a Gaussian around it. */
  centre: 0,
  size: 1,
  shiftX: 2,
  shiftY: 3,
  material: 4,
  /** 1 at the cell of a centre, else 0. */
  isCentre: 5,
  /** 0 around particles that the image hides, else 1. */
  counts: 6,
  /** 1 at the cell of a centre of known material. */
  hasMaterial: 7,
} as const;
export const TARGET_CHANNELS = 8;

/**
 * Octave of a radius.
 *
 * @param radiusPx radius in the network's input [px]
 * @returns 0, 1 or 2; -1 for what is too small, OCTAVE_COUNT for what is too large
 */
export function octaveOf(radiusPx: number): number {
  if (radiusPx < LEAST_RADIUS_PX) return -1;
  return Math.min(OCTAVE_COUNT, Math.floor(Math.log2(radiusPx / LEAST_RADIUS_PX)));
}

/** Geometric middle of an octave [px]. */
export function octaveRadiusPx(octave: number): number {
  return LEAST_RADIUS_PX * 2 ** (octave + 0.5);
}
