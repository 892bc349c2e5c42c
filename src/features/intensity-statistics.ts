import { quantileOfSorted, type GrayImage } from "../core/index.ts";
import type { Feature } from "./feature.ts";
import { greyLevels, levelCounts, type LevelOptions } from "./grey-levels.ts";

const HISTOGRAM_BINS = 16;
const PERCENTILES = [1, 5, 25, 50, 75, 95, 99] as const;

/**
 * Moments, percentiles, entropy and histogram of the intensities.
 *
 * @returns mean, standard deviation, percentiles [intensity], skewness, excess kurtosis, entropy, shares of bins
 * @example
 * import { intensityStatistics } from "../src/features/intensity-statistics.ts";
 * import { expect } from "vitest";
 * const image = { width: 2, height: 2, data: Float32Array.of(1, 1, 3, 3), intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect(intensityStatistics(image).find(({ name }) => name === "intensity mean")?.value).toBe(2);
 */
export function intensityStatistics(image: GrayImage, options: LevelOptions = {}): Feature[] {
  const { mean, deviation, skewness, kurtosis } = moments(image.data);
  const unit = image.intensityUnit === "arbitrary" ? "intensity" : image.intensityUnit;
  const entry = (name: string, value: number, of: string): Feature => ({
    name: `intensity ${name}`,
    value,
    unit: of,
    source: "gonzalez2018",
  });
  const counts = levelCounts(greyLevels(image, { ...options, levels: 256 }));
  const shares = Array.from(counts, (count) => count / image.data.length);
  const sorted = image.data.toSorted();
  const binWidth = 256 / HISTOGRAM_BINS;
  return [
    entry("mean", mean, unit),
    entry("standard deviation", deviation, unit),
    entry("skewness", skewness, "1"),
    entry("excess kurtosis", kurtosis, "1"),
    // H = -sum p log2 p over 256 levels [haralick1973]
    entry("entropy", entropyBits(shares), "bit"),
    ...PERCENTILES.map((p) => entry(`percentile ${p}`, quantileOfSorted(sorted, p / 100), unit)),
    ...Array.from({ length: HISTOGRAM_BINS }, (_, bin) => {
      const inBin = shares.slice(bin * binWidth, (bin + 1) * binWidth);
      return entry(
        `histogram ${bin}`,
        inBin.reduce((sum, share) => sum + share, 0),
        "1",
      );
    }),
  ];
}

/** Mean, population standard deviation, skewness m3/m2^1.5 and excess kurtosis m4/m2^2 - 3. */
function moments(data: Float32Array) {
  let mean = 0;
  for (const value of data) mean += value;
  mean /= data.length;
  let [m2, m3, m4] = [0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const d = data[i] - mean;
    m2 += d * d;
    m3 += d * d * d;
    m4 += d * d * d * d;
  }
  [m2, m3, m4] = [m2 / data.length, m3 / data.length, m4 / data.length];
  const isFlat = m2 === 0;
  return {
    mean,
    deviation: Math.sqrt(m2),
    skewness: isFlat ? 0 : m3 / m2 ** 1.5,
    kurtosis: isFlat ? 0 : m4 / m2 ** 2 - 3,
  };
}

/** Entropy of shares, in bits. */
export function entropyBits(shares: readonly number[]): number {
  return shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);
}
