import { counted, failureText } from "../../core/index.ts";
import { findCopies } from "../../image/index.ts";
import type { PlacedImage } from "../../image/index.ts";

/** An image of a split set, with the shares of its classes. */
export interface SideImage extends PlacedImage {
  readonly classShares: readonly number[];
}

/** Names that an error lists. */
const LISTED_COUNT = 6;

/**
 * Refuses a split whose scores would mean nothing: a picture on two sides, or a class that a side does not show.
 *
 * @param images with their sides: training, validation, test, or folds
 * @param action for the error text
 * @throws RangeError naming the two images, or class, side and images
 */
export function checkSides(
  images: readonly SideImage[],
  classNames: readonly string[],
  action: string,
): void {
  const copies = findCopies(images);
  if (copies.length > 0) throw new RangeError(copyText(copies, action));
  for (const side of new Set(images.map((image) => image.side))) {
    const own = images.filter((image) => image.side === side);
    const missing = classNames.find((_, classId) =>
      own.every(({ classShares }) => !(classShares[classId] > 0)),
    );
    if (missing !== undefined) throw new RangeError(missingText(missing, side, own, action));
  }
}

function copyText(copies: readonly (readonly [SideImage, SideImage])[], action: string): string {
  const [[a, b]] = copies;
  const more = copies.length > 1 ? `, and ${counted(copies.length - 1, "more such pair")}` : "";
  const got = `the same picture as ${a.name} (${a.side}) and ${b.name} (${b.side})${more}`;
  const text = failureText({ action }, "an image must stand on one side of the split", got);
  return `${text}; leave one out, or give both one group (data.groups)`;
}

function missingText(className: string, side: string, own: readonly SideImage[], action: string): string {
  const names = own.slice(0, LISTED_COUNT).map(({ name }) => name);
  const more = own.length > LISTED_COUNT ? ` and ${own.length - LISTED_COUNT} more` : "";
  const got = `no pixel of ${className} in ${side} (${counted(own.length, "image")}: ${names.join(", ")}${more})`;
  const text = failureText({ action }, "every side of the split must show every class", got);
  return `${text}; label it there, split otherwise (data.split, seed), or leave the class out of classNames`;
}
