import { join } from "node:path";
import { counted, rangeError } from "../../core/index.ts";
import { labelledName } from "../../labels/index.ts";
import { isImageName, readImageFile } from "../../micrograph/index.ts";
import type { DataConfig } from "../segment-config.ts";
import { stemOf } from "./group-names.ts";
import { labelFiles, listFolder } from "./label-folder.ts";
import type { FoundLabels, LabelLookup } from "./label-lookup.ts";
import { openAnnotations } from "./open-annotations.ts";
import { openMasks } from "./open-masks.ts";

/** An image with its labels as they were found. */
export interface LabelledPair extends FoundLabels {
  readonly name: string;
  /** SHA-256 of the image's file. */
  readonly sha256: string;
}

interface Folders {
  readonly images: string;
  readonly labels: string;
}

/**
 * Reads a folder of images with its labels, one pair at a time.
 *
 * @param onNote hears what concerns the whole folder: how masks were read, images without labels, labels without image
 * @yields pairs in the order of their names; images without labels are skipped
 * @throws RangeError when the folder has no image, no image has labels, or labels do not fit their image
 */
export async function* readPairs(
  folders: Folders,
  config: DataConfig,
  onNote: (note: string) => void,
): AsyncGenerator<LabelledPair, void, undefined> {
  const files = imageFiles(folders);
  const names = files.map(stemOf);
  const labelsOf = await openLabels(folders, names, config, onNote);
  const skipped: string[] = [];
  for (const file of files) {
    const path = join(folders.images, file);
    // labels are as large as the picture with its bars
    const read = await readImageFile(path, { pixelSizeNm: config.pixelSizeNm, keepBar: true });
    const name = stemOf(file);
    const found = await labelsOf(name, read.image);
    if (found === null) skipped.push(file);
    else {
      const notes = [...read.notes.map((note) => `${name}: ${note}`), ...found.notes];
      yield { ...found, name, sha256: read.sha256, notes };
    }
  }
  if (skipped.length > 0) {
    onNote(`no labels for ${counted(skipped.length, "image")} of ${folders.images}: ${skipped.join(", ")}`);
  }
}

/** Images of a folder; where labels lie in the same folder, those with the ending of a label are none. */
function imageFiles({ images, labels }: Folders): string[] {
  const all = listFolder(images).filter(isImageName);
  const stems = new Set(all.map(stemOf));
  const files = images === labels ? all.filter((name) => !stems.has(labelledName(name) ?? "")) : all;
  if (files.length > 0) return files;
  throw rangeError({ action: "read data set", where: images }, "folder must hold images", "none");
}

async function openLabels(
  { images, labels }: Folders,
  names: readonly string[],
  config: DataConfig,
  onNote: (note: string) => void,
): Promise<LabelLookup> {
  const { labelKind } = config;
  if (labelKind !== "masks") return openAnnotations(labels, names, { ...config, labelKind }, onNote);
  const files = listFolder(labels).filter(isImageName);
  const masks = images === labels ? files.filter((name) => labelledName(name) !== null) : files;
  return openMasks(labels, labelFiles(names, masks, labels, onNote), config, onNote);
}
