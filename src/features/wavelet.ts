import type { GrayImage } from "../core/index.ts";
import type { Feature } from "./feature.ts";

/** Detail energies of one level. */
export interface WaveletLevel {
  /** Mean squares: changes down (horizontal edges), changes across (vertical edges), both (diagonal). */
  readonly horizontal: number;
  readonly vertical: number;
  readonly diagonal: number;
}

/**
 * Energies of the orthonormal Haar transform [mallat1989], level by level.
 *
 * Rows and columns beyond the largest multiple of 2^levels are left out, so that no value is made up at the edge.
 */
export function haarEnergies(image: GrayImage, levels: number): WaveletLevel[] {
  let width = image.width - (image.width % 2 ** levels);
  let height = image.height - (image.height % 2 ** levels);
  let plane = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    plane.set(image.data.subarray(row * image.width, row * image.width + width), row * width);
  }
  return Array.from({ length: levels }, () => {
    const half = new Float64Array((width / 2) * (height / 2));
    let [horizontal, vertical, diagonal] = [0, 0, 0];
    for (let row = 0, out = 0; row < height; row += 2) {
      for (let column = 0; column < width; column += 2, out++) {
        const i = row * width + column;
        const [a, b, c, d] = [plane[i], plane[i + 1], plane[i + width], plane[i + width + 1]];
        half[out] = (a + b + c + d) / 2;
        horizontal += ((a + b - c - d) / 2) ** 2;
        vertical += ((a - b + c - d) / 2) ** 2;
        diagonal += ((a - b - c + d) / 2) ** 2;
      }
    }
    [plane, width, height] = [half, width / 2, height / 2];
    const count = half.length;
    return { horizontal: horizontal / count, vertical: vertical / count, diagonal: diagonal / count };
  });
}

const LEVELS = 4;

/**
 * Wavelet energies of four levels and three directions.
 *
 * @returns twelve mean squares [intensity^2]
 */
export function waveletFeatures(image: GrayImage): Feature[] {
  return haarEnergies(image, LEVELS).flatMap((level, index) =>
    Object.entries(level).map(([direction, value]: [string, number]) => ({
      name: `haar ${direction} level ${index + 1}`,
      value,
      unit: "intensity^2",
      source: "mallat1989",
    })),
  );
}
