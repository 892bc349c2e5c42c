import { counted, failureText } from "../../core/index.ts";
import type { CheckContext } from "../../core/index.ts";
import { checkNoCopies, contentKey } from "../../image/index.ts";
import type { PlacedImage } from "../../image/index.ts";

import { sharesOf } from "./labelled-set.ts";
import type { SplitSets } from "./load-set.ts";

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
 * @param classNames background first
 * @param context action and file for the error text
 * @param remedy how groups and splits are changed
 * @throws RangeError naming the two images, or class, side and images
 */
export function checkSides(
  images: readonly SideImage[],
  classNames: readonly string[],
  context: CheckContext,
  remedy: { readonly groups: string; readonly split: string },
): void {
  checkNoCopies(images, context, `leave one out, or ${remedy.groups}`);
  for (const side of new Set(images.map((image) => image.side))) {
    const own = images.filter((image) => image.side === side);
    const missing = classNames.find((_, classId) =>
      own.every(({ classShares }) => !(classShares[classId] > 0)),
    );
    if (missing === undefined) continue;
    const names = own.slice(0, LISTED_COUNT).map(({ name }) => name);
    const more = own.length > LISTED_COUNT ? ` and ${own.length - LISTED_COUNT} more` : "";
    const got = `no pixel of ${missing} in ${side} (${counted(own.length, "image")}: ${names.join(", ")}${more})`;
    const text = failureText(context, "every side of the split must show every class", got);
    throw new RangeError(`${text}; label it there, or ${remedy.split}`);
  }
}

/**
 * Refuses to train on a split whose scores would mean nothing, such as one that an earlier version prepared.
 *
 * @param sets images by what they are for
 * @param classNames background first
 * @throws RangeError as `checkSides`
 */
export function checkSplitSets(sets: SplitSets, classNames: readonly string[]): void {
  const images = (["training", "validation", "test"] as const).flatMap((side) =>
    sets[side].map(({ name, image, classIds }) => {
      return { name, side, key: contentKey(image), classShares: sharesOf(classIds, classNames.length) };
    }),
  );
  checkSides(images, classNames, { action: "train segmenter" }, STUDY_REMEDY);
}

/** How the splits of a study are changed. */
export const STUDY_REMEDY = {
  groups: "give both one group (data.groups)",
  split: "split otherwise (data.split, seed), or leave the class out of classNames",
} as const;
