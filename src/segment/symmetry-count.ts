import type { SegmentConfig } from "./segment-config.ts";

/** How many of the symmetries of the square a study's augmentation draws from; the second swaps left and right. */
const SYMMETRY_COUNTS = { square: 8, mirror: 2, none: 1 } as const;

/** In how many orientations a network of a study has seen its images: 8, 2 or 1. */
export const symmetryCount = ({ training }: SegmentConfig): 1 | 2 | 8 =>
  SYMMETRY_COUNTS[training.augmentation.symmetry];
