import type { GrayImage } from "../core/index.ts";
import type { Feature } from "./feature.ts";
import { greyLevels, type LevelOptions } from "./grey-levels.ts";

/** Grey levels of an image, as whole numbers. */
export interface LevelImage {
  readonly width: number;
  readonly height: number;
  /** [height, width], 0 to levelCount - 1. */
  readonly levels: Uint8Array;
  readonly levelCount: number;
}

/** Distance [px] and angle [rad] between the pixels of a pair; the offset is rounded to whole pixels. */
export interface PairOffset {
  readonly distancePx: number;
  readonly angleRad: number;
}

/**
 * Grey-level co-occurrence matrix [haralick1973]: how often level j lies at an offset from level i, either way round.
 *
 * @param image grey levels
 * @param offset the offset; angles turn from columns to rows, as in scikit-image
 * @returns [i, j], shares of all pairs, symmetric; all 0 where no pair fits into the image
 */
export function cooccurrenceMatrix(image: LevelImage, offset: PairOffset): Float64Array {
  const size = image.levelCount;
  const { counts, pairs } = countPairs(image, offset);
  const shares = new Float64Array(size * size);
  if (pairs === 0) return shares;
  const perPair = 1 / (2 * pairs);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const share = (counts[i * size + j] + counts[j * size + i]) * perPair;
      shares[i * size + j] = share;
      shares[j * size + i] = share;
    }
  }
  return shares;
}

/** Pairs by their levels [i, j], and how many there are. */
function countPairs({ width, height, levels, levelCount }: LevelImage, offset: PairOffset) {
  const down = Math.round(Math.sin(offset.angleRad) * offset.distancePx);
  const across = Math.round(Math.cos(offset.angleRad) * offset.distancePx);
  // four tables for pixels in turn: equal neighbours then do not wait for one another
  const size = levelCount * levelCount;
  const tables = new Int32Array(4 * size);
  const firstRow = Math.max(0, -down);
  const lastRow = Math.min(height, height - down);
  const firstColumn = Math.max(0, -across);
  const lastColumn = Math.min(width, width - across);
  const step = down * width + across;
  for (let row = firstRow; row < lastRow; row++) {
    const end = row * width + lastColumn;
    let i = row * width + firstColumn;
    for (; i + 3 < end; i += 4) {
      // Math.imul spares a check for overflow and for -0
      tables[Math.imul(levels[i], levelCount) + levels[i + step]]++;
      tables[(size + Math.imul(levels[i + 1], levelCount) + levels[i + 1 + step]) | 0]++;
      tables[(2 * size + Math.imul(levels[i + 2], levelCount) + levels[i + 2 + step]) | 0]++;
      tables[(3 * size + Math.imul(levels[i + 3], levelCount) + levels[i + 3 + step]) | 0]++;
    }
    for (; i < end; i++) tables[Math.imul(levels[i], levelCount) + levels[i + step]]++;
  }
  const counts = tables.subarray(0, size);
  for (let cell = 0; cell < size; cell++) {
    counts[cell] += tables[size + cell] + tables[2 * size + cell] + tables[3 * size + cell];
  }
  const pairs = Math.max(0, lastRow - firstRow) * Math.max(0, lastColumn - firstColumn);
  return { counts, pairs };
}

/** Haralick's properties of one matrix. */
export interface CooccurrenceProperties {
  readonly contrast: number;
  readonly dissimilarity: number;
  readonly homogeneity: number;
  readonly energy: number;
  readonly correlation: number;
  readonly entropy: number;
}

/**
 * Properties of a co-occurrence matrix [haralick1973], with scikit-image's names.
 *
 * @param shares [i, j], sum 1
 * @param levelCount levels on either side
 * @returns contrast sum p (i-j)^2, dissimilarity sum p |i-j|, homogeneity sum p / (1 + (i-j)^2), energy
 * sqrt(sum p^2), correlation (1 for a flat image), entropy -sum p log2 p [bit]
 */
export function cooccurrenceProperties(shares: Float64Array, levelCount: number): CooccurrenceProperties {
  let [contrast, dissimilarity, homogeneity, squares, entropy] = [0, 0, 0, 0, 0];
  let [mean, meanSquare, product] = [0, 0, 0];
  for (let i = 0; i < levelCount; i++) {
    for (let j = 0; j < levelCount; j++) {
      const p = shares[i * levelCount + j];
      if (p === 0) continue;
      const d = i - j;
      contrast += p * d * d;
      dissimilarity += p * Math.abs(d);
      homogeneity += p / (1 + d * d);
      squares += p * p;
      entropy -= p * Math.log2(p);
      mean += p * i;
      meanSquare += p * i * i;
      product += p * i * j;
    }
  }
  // the matrix is symmetric: both marginals have the same mean and variance
  const variance = meanSquare - mean * mean;
  const correlation = variance < 1e-12 ? 1 : (product - mean * mean) / variance;
  return { contrast, dissimilarity, homogeneity, energy: Math.sqrt(squares), correlation, entropy };
}

const DISTANCES_PX = [1, 2, 4, 8];
const ANGLES_RAD = [0, Math.PI / 4, Math.PI / 2, (3 * Math.PI) / 4];
const UNITS: Readonly<Record<keyof CooccurrenceProperties, string>> = {
  contrast: "level^2",
  dissimilarity: "level",
  homogeneity: "1",
  energy: "1",
  correlation: "1",
  entropy: "bit",
};

/**
 * Co-occurrence features: mean and range over four directions, at 1, 2, 4 and 8 px.
 *
 * @param image the image
 * @param options grey levels; 32 by default, so that matrices of small images are not mostly empty
 * @returns six properties x four distances x (mean, range)
 */
export function cooccurrenceFeatures(image: GrayImage, options: LevelOptions = {}): Feature[] {
  const levelCount = options.levels ?? 32;
  const levels = greyLevels(image, { ...options, levels: levelCount });
  const { width, height } = image;
  return DISTANCES_PX.flatMap((distancePx) => {
    const ofAngles = ANGLES_RAD.map((angleRad) => {
      const matrix = cooccurrenceMatrix({ width, height, levels, levelCount }, { distancePx, angleRad });
      return cooccurrenceProperties(matrix, levelCount);
    });
    return (Object.keys(UNITS) as (keyof CooccurrenceProperties)[]).flatMap((property) => {
      const values = ofAngles.map((properties) => properties[property]);
      const entry = (of: string, value: number): Feature => ({
        name: `glcm ${property} ${of} d${distancePx}`,
        value,
        unit: UNITS[property],
        source: "haralick1973",
      });
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [entry("mean", mean), entry("range", Math.max(...values) - Math.min(...values))];
    });
  });
}
