import { filterColumnsInto, filterRowsInto, type Size } from "./separable-filter.ts";

/**
 * Mean over the square round each pixel.
 *
 * @param image [height, width], row-major, with its width and height [px]
 * @param sidePx odd side of the square [px]; 1 for none
 * @param border at the border, the edge pixel again, or the mean over what is inside the image
 * @returns a new image
 * @example
 * import { boxMean } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const image = { width: 4, height: 1, data: Float32Array.of(0, 0, 3, 6) };
 * expect([...boxMean(image, 3, "edge")]).toEqual([0, 1, 3, 5]);
 * expect([...boxMean(image, 3, "inside")]).toEqual([0, 1, 3, 4.5]);
 */
export function boxMean(
  image: Size & { readonly data: Float32Array },
  sidePx: number,
  border: "edge" | "inside",
): Float32Array {
  const { width, height, data } = image;
  const weights = new Float64Array(sidePx).fill(1);
  const along = { weights, border: border === "edge" ? ("edge" as const) : ("zero" as const) };
  const rows = new Float32Array(data.length);
  filterRowsInto(rows, data, image, { ...along, divisor: 1 });
  const result = new Float32Array(data.length);
  filterColumnsInto(result, rows, image, { ...along, divisor: border === "edge" ? sidePx ** 2 : 1 });
  if (border === "edge") return result;
  const reach = (sidePx - 1) / 2;
  const inside = (place: number, length: number) =>
    Math.min(length - 1, place + reach) - Math.max(0, place - reach) + 1;
  return result.map((sum, i) => sum / (inside(i % width, width) * inside(Math.floor(i / width), height)));
}
