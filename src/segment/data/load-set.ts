import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson, rangeError } from "../../core/index.ts";
import { setManifestSchema } from "../stored-schemas.ts";
import { checkLabelsFit, readMaskImage, UNLABELLED } from "../../labels/index.ts";
import { frameImage, readMicrographFile } from "../../micrograph/index.ts";
import { MANIFEST_FILE } from "./labelled-set.ts";
import type { LabelledMicrograph, LabelledSet, SetEntry, SetManifest, SplitName } from "./labelled-set.ts";

/**
 * Reads the table of contents of a prepared set.
 *
 * @throws RangeError when the folder holds no prepared set
 */
export function readManifest(folder: string): SetManifest {
  const path = join(folder, MANIFEST_FILE);
  const context = { action: "load data set", where: folder };
  if (!existsSync(path)) {
    throw rangeError(context, "folder must be written by heterostem segment prepare", `no ${MANIFEST_FILE}`);
  }
  return parseJson(readFileSync(path, "utf8"), setManifestSchema, { ...context, where: path });
}

/**
 * Loads a prepared set.
 *
 * @param folder that prepareSet wrote
 * @param isWanted which images; all by default
 * @returns manifest and images with labels
 * @throws RangeError when the folder holds no prepared set or its files do not fit each other
 */
export async function loadSet(
  folder: string,
  isWanted: (entry: SetEntry) => boolean = () => true,
): Promise<LabelledSet> {
  const manifest = readManifest(folder);
  const items: LabelledMicrograph[] = [];
  for (const entry of manifest.entries.filter(isWanted)) {
    const imagePath = join(folder, "images", `${entry.name}.png`);
    const labelPath = join(folder, "labels", `${entry.name}.png`);
    const image = frameImage(await readMicrographFile(imagePath));
    const { labels } = readMaskImage(await readMicrographFile(labelPath), {
      kind: "classIds",
      classNames: manifest.config.data.classNames,
      ignore: UNLABELLED,
    });
    checkLabelsFit(labels, image, labelPath);
    const instanceIds = await readInstances(join(folder, "instances", `${entry.name}.npy`));
    items.push({ ...entry, image, classIds: labels.classIds, instanceIds });
  }
  return { manifest, items };
}

/** Numbers of objects, where the labels had them. */
async function readInstances(path: string): Promise<Int32Array | null> {
  if (!existsSync(path)) return null;
  return Int32Array.from((await readMicrographFile(path)).values);
}

/** Images by what they are for. */
export interface SplitSets {
  readonly training: readonly LabelledMicrograph[];
  /** Empty in cross-validation, where nothing is chosen by it. */
  readonly validation: readonly LabelledMicrograph[];
  readonly test: readonly LabelledMicrograph[];
}

/**
 * The images of each split; in cross-validation, of one fold.
 *
 * A fold's images are its test set and all others are trained on. There is no validation set then: weights are the moving average at the
 * end, the threshold is the study's, and nothing is chosen on images that are measured.
 *
 * @param set prepared set
 * @param fold which fold, for sets that have them
 * @returns images by split
 * @throws RangeError when a fold is asked of a set without folds, or none of a set with them
 */
export function splitSets({ items }: LabelledSet, fold: number | null): SplitSets {
  const folds = new Set(items.flatMap((item) => (item.fold === null ? [] : [item.fold])));
  if ((fold === null) !== (folds.size === 0) || (fold !== null && !folds.has(fold))) {
    const wanted = folds.size === 0 ? "no fold, for the set has none" : `a fold from 0 to ${folds.size - 1}`;
    throw rangeError({ action: "take split" }, `wanted ${wanted}`, String(fold));
  }
  if (fold !== null) {
    const others = items.filter((item) => item.fold !== fold && item.split === "training");
    return { training: others, validation: [], test: items.filter((item) => item.fold === fold) };
  }
  const of = (name: SplitName) => items.filter(({ split }) => split === name);
  return { training: of("training"), validation: of("validation"), test: of("test") };
}
