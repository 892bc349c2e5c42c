/** Network pixels of one cell of its answer. */
export const STRIDE_PX = 4;

/**
 * Radii that the network answers for [px of its input]: a little more than an octave, so that of two levels of the pyramid, which
 * halve, one at least sees a particle well inside the range.
 */
export const RADIUS_RANGE_PX = [5.5, 13] as const;
/** Radius that the network's sizes are relative to [px]. */
export const MIDDLE_RADIUS_PX = 8.5;
/** Particles outside of the range by less than this factor count neither as found nor as missed. */
export const DOUBTFUL_FACTOR = 1.2;

/**
 * Channels of the answer: logit of a centre, ln(radius over the middle one), shift of the centre along x and y [cells], logit of the
 * second material, the elongation's two parts.
 */
export const ANSWER = {
  centre: 0,
  size: 1,
  shiftX: 2,
  shiftY: 3,
  material: 4,
  elongationAlong: 5,
  elongationAcross: 6,
} as const;
export const ANSWER_CHANNELS = 7;
/** Channels of detectors that see circles alone: all but the last two. */
export const CIRCLE_CHANNELS = 5;

/** Channels of the target: the answer's own, and where they count. */
export const TARGET = {
  /** 1 at the cell of a centre, falling off like a Gaussian around it. */
  centre: 0,
  size: 1,
  shiftX: 2,
  shiftY: 3,
  material: 4,
  /** 1 at the cell of a centre, else 0. */
  isCentre: 5,
  /** 0 around particles that the image hides or that are of doubtful size, else 1. */
  counts: 6,
  /** 1 at the cell of a centre of known material. */
  hasMaterial: 7,
  elongationAlong: 8,
  elongationAcross: 9,
} as const;
export const TARGET_CHANNELS = 10;
