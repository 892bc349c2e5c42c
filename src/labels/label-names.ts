import { parse } from "node:path";
import { rangeError } from "../core/index.ts";

/**
 * What tools append to the name of an image for its labels: _mask, _labels, _seg, ..., Cellpose's _cp_masks, ilastik's
 * "_Simple Segmentation", ImageJ's RoiSet.
 */
const LABEL_ENDING =
  /([ ._-](cp_masks|simple segmentation|object (identities|predictions)|masks?|label(s|led)?|seg|segmentation|maps?|annotations?)|[_-]?RoiSet)$/i;
/** What ImageJ puts before it. */
const LABEL_BEGINNING = /^(count )?masks? of /i;
/** What people append to the name of an image, so that labels lie beside it; the number of a frame may follow. */
const IMAGE_ENDING = /[_-](image|img)(?=(_\d+)?$)/i;
/** Cellpose's own state beside its masks: Python objects, which nothing else reads. */
const CELLPOSE_STATE = /_seg\.npy$/i;

const stemOf = (file: string) => parse(file).name;

/**
 * Name of the image that a label file belongs to.
 *
 * @param file name of the label file, or path
 * @returns without folder, file ending and what tools append; null where nothing was appended
 */
export function labelledName(file: string): string | null {
  const stem = stemOf(file);
  const name = stem.replace(LABEL_ENDING, "").replace(LABEL_BEGINNING, "");
  return name === stem || name === "" ? null : name;
}

/** Which label file belongs to which image. */
export interface LabelMatches {
  /** Label file by the name of the image; images without labels are not in it. */
  readonly labelOf: ReadonlyMap<string, string>;
  /** Label files that belong to no image. */
  readonly unused: readonly string[];
}

/**
 * Matches label files to images by name: the same name, or with what tools append (a_mask, a_cp_masks, "Mask of a").
 *
 * @param images names without folder and file ending, frames of a stack as NAME_0, NAME_1, ...
 * @param files names of the label files, or paths
 * @param where folder of the labels, for the error text
 * @returns matches; a name that fits letter for letter wins over one that fits without its ending
 * @throws RangeError when two files fit one image
 * @example
 * import { matchLabels } from "../src/labels/index.ts";
 * import { expect } from "vitest";
 * const files = ["a_cp_masks.png", "b_Simple Segmentation.tif", "notes.png"];
 * const { labelOf, unused } = matchLabels(["a", "b", "c"], files, "masks");
 * expect([labelOf.get("a"), labelOf.get("b"), labelOf.get("c")]).toEqual([files[0], files[1], undefined]);
 * expect(unused).toEqual(["notes.png"]);
 */
export function matchLabels(
  images: readonly string[],
  files: readonly string[],
  where: string,
): LabelMatches {
  const labelOf = new Map<string, string>();
  const used = new Set<string>();
  const nameTests = [stemOf, (file: string) => labelledName(file) ?? ""];
  for (const nameOf of nameTests) {
    const free = files.filter((file) => !used.has(file));
    for (const image of images.filter((name) => !labelOf.has(name))) {
      const bare = image.replace(IMAGE_ENDING, "");
      const found = fitting(free, (file) => [image, bare].includes(nameOf(file)));
      if (found.length > 1) throw twoLabels(image, found, where);
      for (const file of found) {
        labelOf.set(image, file);
        used.add(file);
      }
    }
  }
  return { labelOf, unused: files.filter((file) => !used.has(file)) };
}

/** Cellpose's state counts only where its masks are not there. */
function fitting(files: readonly string[], isFitting: (file: string) => boolean): string[] {
  const all = files.filter(isFitting);
  const masks = all.filter((file) => !CELLPOSE_STATE.test(file));
  return masks.length > 0 ? masks : all;
}

function twoLabels(image: string, files: readonly string[], where: string): RangeError {
  const wanted = `image ${image} must have one label file`;
  const got = files.map((file) => parse(file).base).join(" and ");
  return rangeError({ action: "match labels to images", where }, wanted, got);
}
