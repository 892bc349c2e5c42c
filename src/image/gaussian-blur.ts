import { filterColumnsInto, filterRowsInto, type Border, type Size } from "./separable-filter.ts";

/** How an image is blurred. */
export interface BlurOptions {
  /** What lies beyond the border; the edge pixel by default. */
  readonly border?: Border;
  /** Half width of the kernel [px]; by default three standard deviations, beyond which 0.3 % of it lie. */
  readonly reachPx?: number;
}

/**
 * Blurs an image with a Gaussian, first along rows, then along columns.
 *
 * @param data [height, width], row-major; its precision is that of the result
 * @param size width and height [px]
 * @param sigmaPx standard deviation [px]; below 0.05 nothing is done
 * @param options border and half width of the kernel
 * @returns a new image
 * @example
 * import { gaussianBlur } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const spot = Float64Array.of(0, 0, 0, 1, 0, 0, 0);
 * const [, , beside, middle] = gaussianBlur(spot, { width: 7, height: 1 }, 0.5);
 * expect(beside / middle).toBeCloseTo(Math.exp(-1 / (2 * 0.5 ** 2)), 12);
 */
export function gaussianBlur<Data extends Float32Array | Float64Array>(
  data: Data,
  size: Size,
  sigmaPx: number,
  { border = "edge", reachPx = Math.ceil(3 * sigmaPx) }: BlurOptions = {},
): Data {
  const [across, both] = [data.slice() as Data, data.slice() as Data];
  if (sigmaPx < 0.05) return both;
  const weights = Float64Array.from({ length: 2 * reachPx + 1 }, (_, k) =>
    Math.exp(-((k - reachPx) ** 2) / (2 * sigmaPx ** 2)),
  );
  const kernel = { weights, divisor: weights.reduce((sum, weight) => sum + weight, 0), border };
  filterRowsInto(across, data, size, kernel);
  filterColumnsInto(both, across, size, kernel);
  return both;
}
