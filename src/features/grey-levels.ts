import { extremes, type GrayImage } from "../core/index.ts";
import { otsuBin } from "../image/index.ts";

/** How intensities become whole grey levels. */
export interface LevelOptions {
  /** Number of levels, 2 to 256; 256 by default. */
  readonly levels?: number;
  /** Intensities of the first and last level; the image's own smallest and largest by default. */
  readonly range?: readonly [number, number];
}

/**
 * Rounds intensities to whole grey levels, first and last level at the ends of the range.
 *
 * With the image's own range, brightness and contrast drop out; a range that is the same for all images keeps them.
 *
 * @param image the image, any intensity
 * @param options levels and range
 * @returns [height, width], 0 to levels - 1; all 0 for an image without contrast
 * @example
 * import { greyLevels } from "../src/features/index.ts";
 * import { expect } from "vitest";
 * const image = { width: 3, height: 1, data: Float32Array.of(2, 3, 4), intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect([...greyLevels(image, { levels: 5 })]).toEqual([0, 2, 4]);
 */
export function greyLevels(image: GrayImage, { levels = 256, range }: LevelOptions = {}): Uint8Array {
  const [low, high] = range ?? extremes(image.data);
  const scale = high > low ? (levels - 1) / (high - low) : 0;
  const result = new Uint8Array(image.data.length);
  for (let i = 0; i < result.length; i++) {
    const level = Math.floor((image.data[i] - low) * scale + 0.5);
    result[i] = level < 0 ? 0 : level >= levels ? levels - 1 : level;
  }
  return result;
}

/**
 * Counts pixels by grey level.
 *
 * @returns [level], pixels
 */
export function levelCounts(levels: Uint8Array, count = 256): Uint32Array {
  // four tables side by side: equal neighbours then do not wait for one another
  const tables = new Uint32Array(4 * count);
  const whole = levels.length - (levels.length % 4);
  for (let i = 0; i < whole; i += 4) {
    tables[levels[i]]++;
    tables[count + levels[i + 1]]++;
    tables[2 * count + levels[i + 2]]++;
    tables[3 * count + levels[i + 3]]++;
  }
  for (let i = whole; i < levels.length; i++) tables[levels[i]]++;
  const counts = new Uint32Array(count);
  for (let i = 0; i < tables.length; i++) counts[i % count] += tables[i];
  return counts;
}

/**
 * Otsu's threshold [otsu1979] of grey levels from 0 to 255: the highest level of the darker group.
 *
 * @example
 * import { otsuLevel } from "../src/features/index.ts";
 * import { expect } from "vitest";
 * expect(otsuLevel(Uint8Array.of(10, 10, 200, 200))).toBe(10);
 */
export function otsuLevel(levels: Uint8Array): number {
  return otsuBin(levelCounts(levels));
}
