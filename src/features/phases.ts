import type { GrayImage } from "../core/index.ts";
import type { Feature } from "./feature.ts";
import { openBySquare } from "./granulometry.ts";
import { greyLevels, levelCounts } from "./grey-levels.ts";

/** An image parted into a dark, a middle and a bright phase. */
export interface ThreePhases {
  /** [height, width]: 0 dark, 1 middle, 2 bright. */
  readonly phaseOf: Uint8Array;
  /** Variance between the phases over the whole variance of grey: 1 for three flat phases, 0 for a flat image. */
  readonly separability: number;
}

/**
 * Parts an image into three phases by the two thresholds of greatest variance between them: Otsu's rule for three classes
 * [liao2001].
 *
 * @param image the image, on its own range of grey, so that brightness and contrast drop out
 * @returns phase of each pixel, and how well the three part the grey
 * @example
 * import { partIntoPhases } from "../src/features/index.ts";
 * import { expect } from "vitest";
 * const image = { width: 5, height: 1, data: Float32Array.of(9, 1, 5, 1, 9), intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect([...partIntoPhases(image).phaseOf]).toEqual([2, 0, 1, 0, 2]);
 */
export function partIntoPhases(image: GrayImage): ThreePhases {
  const levels = greyLevels(image);
  const [low, high, separability] = twoThresholds(levelCounts(levels));
  return { phaseOf: levels.map((level) => (level <= low ? 0 : level <= high ? 1 : 2)), separability };
}

/** Highest levels of the dark and of the middle phase, and the share of variance that lies between the three. */
function twoThresholds(counts: Uint32Array): [low: number, high: number, separability: number] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  // [level]: pixels, and sum of their levels, below the level
  const below = new Float64Array(257);
  const sum = new Float64Array(257);
  let squares = 0;
  for (let level = 0; level < 256; level++) {
    below[level + 1] = below[level] + counts[level];
    sum[level + 1] = sum[level] + level * counts[level];
    squares += level * level * counts[level];
  }
  // maximising sum w mu^2 maximises the variance between classes: they differ by the mean of all [liao2001] eq. 8
  const weigh = (first: number, end: number) => {
    const weight = below[end] - below[first];
    return weight === 0 ? 0 : (sum[end] - sum[first]) ** 2 / weight;
  };
  let [bestLow, bestHigh, best] = [0, 1, -1];
  for (let low = 1; low < 255; low++) {
    if (counts[low - 1] === 0) continue;
    const dark = weigh(0, low);
    for (let high = low + 1; high < 256; high++) {
      const value = dark + weigh(low, high) + weigh(high, 256);
      if (value > best) [bestLow, bestHigh, best] = [low - 1, high - 1, value];
    }
  }
  const middle = sum[256] ** 2 / total;
  const variance = squares - middle;
  return [bestLow, bestHigh, variance === 0 ? 0 : (best - middle) / variance];
}

const NAMES = ["dark", "middle", "bright"] as const;
/** Squares that dark spots must hold to count as blobs (pores) rather than lines (cracks) [px]. */
const BLOB_SIDES_PX = [3, 5] as const;

/**
 * Three-phase features: area share, boundary per area and mean chord of each phase, dark area that an opening leaves
 * (blobs) and takes away (lines), separability. In a solid of grains, the dark phase is pores and cracks, the middle one films between grains.
 *
 * @param image the image
 * @returns shares [1], boundaries [1/px], chords [px]
 */
export function phaseFeatures(image: GrayImage): Feature[] {
  const { phaseOf, separability } = partIntoPhases(image);
  const entry = (name: string, value: number, unit: string, source: string): Feature => ({
    name: `phases ${name}`,
    value,
    unit,
    source,
  });
  const ofPhases = NAMES.flatMap((name, phase) => {
    const { share, edgeShare } = measurePhase(image, phaseOf, phase);
    return [
      entry(`${name} share`, share, "1", "liao2001"),
      // Cauchy-Crofton in the plane: boundary per area = pi/2 times crossings per length of line [torquato2002]
      entry(`${name} boundary`, (Math.PI / 2) * edgeShare, "1/px", "torquato2002"),
      // a line spends its share in the phase, cut into half as many chords as it has crossings [torquato2002]
      entry(
        `${name} chord`,
        edgeShare === 0 ? share * image.width : (2 * share) / edgeShare,
        "px",
        "torquato2002",
      ),
    ];
  });
  const darkShare = phaseOf.filter((phase) => phase === 0).length / phaseOf.length;
  const blobs = BLOB_SIDES_PX.flatMap((side) => {
    const opened = openedShare(image, phaseOf, side);
    return [
      entry(`dark blobs ${side} px`, opened, "1", "serra1982"),
      entry(`dark lines ${side} px`, darkShare - opened, "1", "serra1982"),
    ];
  });
  return [...ofPhases, ...blobs, entry("separability", separability, "1", "otsu1979")];
}

/** Area share of a phase, and the share of neighbouring pairs, along rows and columns, of which one is in it. */
function measurePhase({ width, height }: GrayImage, phaseOf: Uint8Array, phase: number) {
  let [inside, crossings] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const isIn = phaseOf[i] === phase;
      if (isIn) inside++;
      if (x > 0 && (phaseOf[i - 1] === phase) !== isIn) crossings++;
      if (y > 0 && (phaseOf[i - width] === phase) !== isIn) crossings++;
    }
  }
  const pairs = 2 * width * height - width - height;
  return { share: inside / phaseOf.length, edgeShare: crossings / pairs };
}

function openedShare(image: GrayImage, phaseOf: Uint8Array, sidePx: number): number {
  const dark = { ...image, data: Float32Array.from(phaseOf, (phase) => (phase === 0 ? 1 : 0)) };
  return openBySquare(dark, sidePx).reduce((sum, value) => sum + value, 0) / phaseOf.length;
}
