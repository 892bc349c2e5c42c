import type { GrayImage } from "../core/index.ts";
import { checkNumber } from "../core/index.ts";
import { robustRange } from "./robust-range.ts";

/** From dark to bright, for a terminal with light letters on a dark ground. */
const SHADES = " .:-=+*#%@";

/** Letters are about twice as high as wide. */
const LETTER_ASPECT = 2;

/**
 * Draws an image with letters: area means, stretched over all but 1 % of them at either end.
 *
 * @param image any image
 * @param columnCount letters a line, 1 to 500; fewer where the image is narrower
 * @returns lines without a last newline
 * @example
 * import { drawImage } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const data = Float32Array.of(0, 1, 0, 1);
 * const image = { width: 2, height: 2, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
 * expect(drawImage({ ...image }, 2)).toBe(" @");
 */
export function drawImage(image: GrayImage, columnCount: number): string {
  checkNumber("columnCount", columnCount, { min: 1, max: 500, integer: true, action: "draw image" });
  const columns = Math.min(columnCount, image.width);
  const rows = Math.max(1, Math.round((columns * image.height) / image.width / LETTER_ASPECT));
  const data = Float32Array.from({ length: rows * columns }, (_, i) => {
    return cellMean(image, (i % columns) / columns, Math.floor(i / columns) / rows, columns, rows);
  });
  const { low, high } = robustRange({ data }, { lowShare: 0.01, highShare: 0.01 });
  const letters = Array.from(data, (value) => {
    const index = Math.floor(((value - low) / (high - low || 1)) * SHADES.length);
    return SHADES[Math.min(SHADES.length - 1, Math.max(0, index || 0))];
  });
  return Array.from({ length: rows }, (_, row) =>
    letters.slice(row * columns, (row + 1) * columns).join(""),
  ).join("\n");
}

/** Mean over the cell of a grid whose left upper corner is at a share of the image's sides. */
function cellMean(image: GrayImage, left: number, top: number, columns: number, rows: number): number {
  const x0 = Math.floor(left * image.width);
  const y0 = Math.floor(top * image.height);
  const x1 = Math.max(x0 + 1, Math.floor((left + 1 / columns) * image.width));
  const y1 = Math.max(y0 + 1, Math.floor((top + 1 / rows) * image.height));
  let sum = 0;
  for (let y = y0; y < Math.min(y1, image.height); y++) {
    for (let x = x0; x < Math.min(x1, image.width); x++) sum += image.data[y * image.width + x];
  }
  return sum / ((Math.min(y1, image.height) - y0) * (Math.min(x1, image.width) - x0));
}
