import { mean, quantileOfSorted, type GrayImage } from "../core/index.ts";
import type { Feature } from "./feature.ts";
import { openBySquare } from "../image/index.ts";
import { greyLevels, otsuLevel } from "./grey-levels.ts";

/** An image parted into a dark, a middle and a bright phase. */
export interface ThreePhases {
  /** [height, width]: 0 dark, 1 middle, 2 bright. */
  readonly phaseOf: Uint8Array;
  /** Variance between the phases over the whole variance of grey: 1 for three flat phases, 0 for a flat image. */
  readonly separability: number;
}

/**
 * Parts an image into three phases: bright from the rest by Otsu's threshold [otsu1979], then dark from middle by his
 * threshold of what is not bright [cheriet1998].
 *
 * One threshold after the other finds a phase of a hundredth of the area, where both at once would rather cut the largest
 * phase in two: that took 28 of 480 generated solids for pores in half their area.
 *
 * @example
 * import { partIntoPhases } from "../src/features/phases.ts";
 * import { expect } from "vitest";
 * const image = { width: 5, height: 1, data: Float32Array.of(9, 1, 4, 1, 9), intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect([...partIntoPhases(image).phaseOf]).toEqual([2, 0, 1, 0, 2]);
 */
export function partIntoPhases(image: GrayImage): ThreePhases {
  const levels = greyLevels(image);
  const high = otsuLevel(levels);
  const low = otsuLevel(levels.filter((level) => level <= high));
  const phaseOf = levels.map((level) => (level <= low ? 0 : level <= high ? 1 : 2));
  return { phaseOf, separability: separabilityOf(levels, phaseOf) };
}

/** Share of the variance of the levels that lies between the phases' means. */
function separabilityOf(levels: Uint8Array, phaseOf: Uint8Array): number {
  const [counts, sums] = [new Float64Array(3), new Float64Array(3)];
  let squares = 0;
  for (let i = 0; i < levels.length; i++) {
    counts[phaseOf[i]]++;
    sums[phaseOf[i]] += levels[i];
    squares += levels[i] * levels[i];
  }
  const ofMean = (sums[0] + sums[1] + sums[2]) ** 2 / levels.length;
  const between = counts.reduce((sum, count, k) => (count === 0 ? sum : sum + sums[k] ** 2 / count), 0);
  return squares === ofMean ? 0 : (between - ofMean) / (squares - ofMean);
}

const NAMES = ["dark", "middle", "bright"] as const;
/** Quantile that counts as the darkest grey: half a percent, so that noise does not choose it. */
const DARKEST_SHARE = 0.005;
/** Deep is what lies below this share of the way from the darkest grey to the median. */
const DEEP_LEVEL = 0.35;
/** Squares that deep spots must hold to count as blobs (pores) rather than lines (cracks) [px]. */
const BLOB_SIDES_PX = [3, 5] as const;

/**
 * Three-phase features: area share, boundary per area and mean chord of each phase, and their separability; the share of deep
 * pixels, and what of it an opening by a square leaves (blobs) and takes away (lines). In a solid of grains the middle phase is
 * films between grains, deep blobs are pores and deep lines cracks.
 *
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
      entry(`${name} share`, share, "1", "cheriet1998"),
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
  const deep = deepPixels(image);
  const deepShare = mean(deep.data);
  const blobs = BLOB_SIDES_PX.flatMap((side) => {
    const opened = mean(openBySquare(deep, side));
    return [
      entry(`deep blobs ${side} px`, opened, "1", "serra1982"),
      entry(`deep lines ${side} px`, deepShare - opened, "1", "serra1982"),
    ];
  });
  return [
    ...ofPhases,
    entry("deep share", deepShare, "1", "gonzalez2018"),
    ...blobs,
    entry("separability", separability, "1", "otsu1979"),
  ];
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

/**
 * The pixels much nearer to the darkest grey than to the usual one: pores and cracks, however few they are, where a threshold from
 * the histogram's shape would need them to be a hill of their own.
 */
function deepPixels(image: GrayImage): GrayImage {
  const sorted = image.data.toSorted();
  const [darkest, usual] = [quantileOfSorted(sorted, DARKEST_SHARE), quantileOfSorted(sorted, 0.5)];
  const threshold = darkest + DEEP_LEVEL * (usual - darkest);
  return { ...image, data: image.data.map((value) => (value < threshold ? 1 : 0)) };
}
