import { createHash } from "node:crypto";
import type { GrayImage } from "../core/index.ts";

/**
 * A key that two images share when their pixels are the same, whatever their file formats, names and bit depths.
 *
 * Intensities count between the image's darkest and brightest pixel: the same picture in 8 and in 16 bits has one key.
 *
 * @param image grey image
 * @returns SHA-256 of size and pixels, hexadecimal
 */
export function contentKey({ width, height, data }: GrayImage): string {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    if (data[i] < low) low = data[i];
    if (data[i] > high) high = data[i];
  }
  // a quotient of whole numbers is rounded once: multiples of both give the same
  const range = high > low ? high - low : 1;
  const shares = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) shares[i] = (data[i] - low) / range;
  return createHash("sha256")
    .update(`${width} x ${height}\0`)
    .update(new Uint8Array(shares.buffer))
    .digest("hex");
}

/** An image by its content key, and the side of a split or the group that it belongs to. */
export interface PlacedImage {
  readonly name: string;
  readonly key: string;
  readonly side: string;
}

/**
 * Finds images that show the same picture on different sides.
 *
 * @param images by their content keys
 * @returns pairs of images with one key and two sides, each image beside the first of its key
 * @example
 * import { contentKey, findCopies } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const image = (...greys: number[]) =>
 *   ({ width: 2, height: 1, data: Float32Array.from(greys), intensityUnit: "arbitrary", pixelSizeNm: null }) as const;
 * const placed = (name: string, side: string, key: string) => ({ name, side, key });
 * const [first, second] = [contentKey(image(0, 255)), contentKey(image(0, 65535))];
 * const pairs = findCopies([placed("a", "training", first), placed("b", "test", second)]);
 * expect(pairs.map((pair) => pair.map(({ name }) => name))).toEqual([["a", "b"]]);
 */
export function findCopies<T extends PlacedImage>(images: readonly T[]): (readonly [T, T])[] {
  const first = new Map<string, T>();
  const pairs: (readonly [T, T])[] = [];
  for (const image of images) {
    const known = first.get(image.key);
    if (known === undefined) first.set(image.key, image);
    else if (known.side !== image.side) pairs.push([known, image]);
  }
  return pairs;
}
