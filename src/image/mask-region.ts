import type { PixelRegion } from "./crop.ts";

/** The part of a mask that lies in a region of its picture. */
export function cropMask(
  mask: Uint8Array,
  pictureWidth: number,
  { x, y, width, height }: PixelRegion,
): Uint8Array {
  const part = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * pictureWidth + x;
    part.set(mask.subarray(from, from + width), row * width);
  }
  return part;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A mask on another grid over the same field, by the nearest pixel. */
export function maskAtSize(mask: Uint8Array, from: Size, to: Size): Uint8Array {
  return Uint8Array.from({ length: to.width * to.height }, (_, i) => {
    const [x, y] = [(i % to.width) + 0.5, Math.floor(i / to.width) + 0.5];
    const column = Math.min(from.width - 1, Math.floor((x * from.width) / to.width));
    const row = Math.min(from.height - 1, Math.floor((y * from.height) / to.height));
    return mask[row * from.width + column];
  });
}
