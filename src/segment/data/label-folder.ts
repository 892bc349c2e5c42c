import { readdirSync } from "node:fs";
import { counted, failureText } from "../../core/index.ts";
import { matchLabels } from "../../labels/index.ts";

/** Labels of other kinds than masks, by the ending of their files. */
const KIND_BY_ENDING = { ".json": "labelme", ".zip": "imageJRois", ".txt": "yolo" } as const;
/** Names that an error lists. */
const LISTED_COUNT = 4;

/** Names of the files in a folder that are not hidden, sorted. */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch (cause) {
    const isFile = (cause as NodeJS.ErrnoException).code === "ENOTDIR";
    const got = isFile ? "a file: say its labelKind, coco, via or polygonCsv" : "no such folder";
    const text = failureText({ action: "read data set", where: folder }, "wanted a folder", got);
    throw new RangeError(text, { cause });
  }
}

/**
 * Label files by the images that they belong to; at least one must fit.
 *
 * @param names of the images
 * @param files candidates in the folder
 * @param onNote hears of label files that belong to no image
 */
export function labelFiles(
  names: readonly string[],
  files: readonly string[],
  folder: string,
  onNote: (note: string) => void,
): ReadonlyMap<string, string> {
  const { labelOf, unused } = matchLabels(names, files, folder);
  if (labelOf.size === 0) throw noLabels(names, files, folder, listFolder(folder));
  if (unused.length > 0) {
    onNote(`no image for ${counted(unused.length, "label file")} of ${folder}: ${unused.join(", ")}`);
  }
  return labelOf;
}

/** The error of labels of which none belongs to an image; `beside` are the files of the folder. */
export function noLabels(
  names: readonly string[],
  labels: readonly string[],
  where: string,
  beside: readonly string[] = [],
): RangeError {
  const wanted = "labels must be named as their images (_mask, _labels, _cp_masks, ... may follow)";
  const got = `images ${listed(names)}, labels ${listed(labels)}`;
  const text = failureText({ action: "read data set", where }, wanted, got);
  const other = Object.entries(KIND_BY_ENDING).find(([ending]) =>
    beside.some((name) => name.endsWith(ending)),
  );
  const hint = other === undefined ? "" : `; ${other[0]} files are labelKind: ${other[1]}`;
  return new RangeError(`${text}${hint}`);
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return names.slice(0, LISTED_COUNT).join(", ") + (names.length > LISTED_COUNT ? ", ..." : "");
}
