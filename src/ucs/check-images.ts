import { rangeError } from "../core/index.ts";
import { checkNoCopies, contentKey } from "../image/index.ts";
import type { FeatureTable } from "../forest/index.ts";
import type { NamedImage } from "./describe-images.ts";

/**
 * Checks that images can be compared: one pixel size for all, or none for all.
 *
 * @param images with names that say file and line
 * @param action what they are needed for
 * @throws RangeError naming two images that differ
 * @example
 * import { checkOnePixelSize } from "../src/ucs/index.ts";
 * import { expect } from "vitest";
 * const image = (name: string, pixelSizeNm: number | null) =>
 *   ({ name, image: { width: 1, height: 1, data: new Float32Array(1), intensityUnit: "arbitrary", pixelSizeNm } }) as const;
 * expect(() => checkOnePixelSize([image("a.tif", 2), image("b.tif", 4)], "train")).toThrow(
 *   "Cannot train: images must have one pixel size (bring them to one with --resample NM), got 2 nm in a.tif and 4 nm in b.tif",
 * );
 */
export function checkOnePixelSize(images: readonly NamedImage[], action: string): void {
  const [first] = images;
  const other = images.find(({ image }) => !isSameSize(image.pixelSizeNm, first.image.pixelSizeNm));
  if (other === undefined) return;
  const wanted = "images must have one pixel size (bring them to one with --resample NM)";
  const got = [first, other].map(({ name, image }) => `${sizeText(image.pixelSizeNm)} in ${name}`);
  throw rangeError({ action }, wanted, got.join(" and "));
}

/** Files round pixel sizes in their own ways: a tenth of a percent apart is the same. */
const SAME_SIZE = 1e-3;

function isSameSize(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) <= SAME_SIZE * b;
}

const sizeText = (pixelSizeNm: number | null) => (pixelSizeNm === null ? "none" : `${pixelSizeNm} nm`);

/**
 * Checks that no picture belongs to two lots: one would be trained on and the other measured on.
 *
 * @param images with the lots that they are held out with
 * @param action what they are needed for
 * @throws RangeError naming the two images and their lots
 */
export function checkOneLot(
  images: readonly (NamedImage & { readonly lot: string })[],
  action: string,
): void {
  const placed = images.map(({ name, lot, image }) => ({ name, side: lot, key: contentKey(image) }));
  checkNoCopies(placed, { action }, "leave one out, or give both one lot");
}

/**
 * Checks that descriptors tell specimens apart.
 *
 * @throws RangeError naming the first images when every descriptor is constant
 */
export function checkDescriptorsVary(
  { names, rowCount, values }: FeatureTable,
  specimens: readonly { readonly images: readonly NamedImage[] }[],
  where: string,
): void {
  if (values.some((value, i) => value !== values[i % names.length])) return;
  const [first, second] = specimens.flatMap(({ images }) => images);
  const wanted = "images must differ in some descriptor";
  const got = `${rowCount} specimens that are all alike, beginning with ${first.name} and ${second?.name ?? "no other"}`;
  throw rangeError({ action: "train", where }, wanted, got);
}
