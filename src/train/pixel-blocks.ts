import { reshape, transpose } from "../graph/index.ts";
import type { Value } from "../graph/index.ts";

/**
 * Makes each block of pixels one pixel with as many channels [shi2016]: nothing is lost, and what follows sees farther for the same work.
 *
 * @param x [n, c, h, w]; h and w are multiples of the block
 * @param blockPx edge of a block [px]
 * @returns [n, c blockPx^2, h / blockPx, w / blockPx]
 */
export function pixelsToChannels(x: Value, blockPx: number): Value {
  const [n, c, h, w] = x.shape;
  const [rows, columns] = [h / blockPx, w / blockPx];
  const parted = reshape(x, [n, c, rows, blockPx, columns, blockPx]);
  return reshape(transpose(parted, [0, 1, 3, 5, 2, 4]), [n, c * blockPx * blockPx, rows, columns]);
}

/**
 * Spreads channels over blocks of pixels: the inverse of `pixelsToChannels`.
 *
 * @param x [n, c blockPx^2, h, w]
 * @param blockPx edge of a block [px]
 * @returns [n, c, h blockPx, w blockPx]
 */
export function channelsToPixels(x: Value, blockPx: number): Value {
  const [n, channels, h, w] = x.shape;
  const c = channels / (blockPx * blockPx);
  const parted = reshape(x, [n, c, blockPx, blockPx, h, w]);
  return reshape(transpose(parted, [0, 1, 4, 2, 5, 3]), [n, c, h * blockPx, w * blockPx]);
}
