import { createHash } from "node:crypto";
import { counted, extremes, failureText } from "../core/index.ts";
import type { CheckContext, GrayImage } from "../core/index.ts";

/**
 * A key that two images share when their pixels are the same, whatever their file formats, names and bit depths.
 *
 * Intensities count between the image's darkest and brightest pixel: the same picture in 8 and in 16 bits has one key.
 *
 * @param image grey image
 * @returns SHA-256 of size and pixels, hexadecimal
 */
export function contentKey({ width, height, data }: GrayImage): string {
  const [low, high] = extremes(data);
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
 * Finds images that show the same picture on different sides, each beside the first of its key.
 *
 * @param images by their content keys
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

/**
 * Refuses a split with the same picture on two sides: what is measured on it would have been trained on.
 *
 * @param images by their content keys
 * @param context action and file for the error text
 * @param remedy what can be done about it
 * @throws RangeError naming the first two images with their sides
 * @example
 * import { checkNoCopies, contentKey } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const key = (...greys: number[]) =>
 *   contentKey({ width: 2, height: 1, data: Float32Array.from(greys), intensityUnit: "arbitrary", pixelSizeNm: null });
 * const images = [
 *   { name: "a.png", side: "training", key: key(0, 255) },
 *   { name: "b.tif", side: "test", key: key(0, 65535) },
 * ];
 * expect(() => checkNoCopies(images, { action: "train" }, "leave one out")).toThrow(
 *   "Cannot train: a picture must stand on one side of the split, " +
 *     "got the same as a.png (training) and b.tif (test); leave one out",
 * );
 */
export function checkNoCopies(images: readonly PlacedImage[], context: CheckContext, remedy: string): void {
  const copies = findCopies(images);
  if (copies.length === 0) return;
  const [[a, b]] = copies;
  const more = copies.length > 1 ? `, and ${counted(copies.length - 1, "more such pair")}` : "";
  const got = `the same as ${a.name} (${a.side}) and ${b.name} (${b.side})${more}`;
  const text = failureText(context, "a picture must stand on one side of the split", got);
  throw new RangeError(`${text}; ${remedy}`);
}
