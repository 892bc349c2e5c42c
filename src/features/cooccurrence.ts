import type { GrayImage } from "../core/index.ts";
import { mean } from "../core/index.ts";
import { cooccurrenceMatrices } from "./cooccurrence-matrices.ts";
import type { Feature } from "./feature.ts";
import { greyLevels, type LevelOptions } from "./grey-levels.ts";

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
 * @returns contrast sum p (i-j)^2, dissimilarity sum p |i-j|, homogeneity sum p / (1 + (i-j)^2), energy
 * sqrt(sum p^2), correlation (1 for a flat image), entropy -sum p log2 p [bit]
 */
export function cooccurrenceProperties(shares: Float64Array, levelCount: number): CooccurrenceProperties {
  let [contrast, dissimilarity, homogeneity, squares, entropy] = [0, 0, 0, 0, 0];
  let [center, meanSquare, product] = [0, 0, 0];
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
      center += p * i;
      meanSquare += p * i * i;
      product += p * i * j;
    }
  }
  // the matrix is symmetric: both marginals have the same mean and variance
  const variance = meanSquare - center * center;
  const correlation = variance < 1e-12 ? 1 : (product - center * center) / variance;
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

/** Co-occurrence features: mean and range over four directions, at 1, 2, 4 and 8 px. */
export function cooccurrenceFeatures(image: GrayImage, options: LevelOptions = {}): Feature[] {
  const levelCount = options.levels ?? 32;
  const levels = greyLevels(image, { ...options, levels: levelCount });
  const { width, height } = image;
  return DISTANCES_PX.flatMap((distancePx) => {
    const offsets = ANGLES_RAD.map((angleRad) => ({ distancePx, angleRad }));
    const matrices = cooccurrenceMatrices({ width, height, levels, levelCount }, offsets);
    const ofAngles = matrices.map((matrix) => cooccurrenceProperties(matrix, levelCount));
    return (Object.keys(UNITS) as (keyof CooccurrenceProperties)[]).flatMap((property) => {
      const values = ofAngles.map((properties) => properties[property]);
      const entry = (of: string, value: number): Feature => ({
        name: `glcm ${property} ${of} d${distancePx}`,
        value,
        unit: UNITS[property],
        source: "haralick1973",
      });
      return [entry("mean", mean(values)), entry("range", Math.max(...values) - Math.min(...values))];
    });
  });
}
