import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { GrayImage } from "../../core/index.ts";
import { counted, failureText } from "../../core/index.ts";
import {
  applyMaskMeaning,
  imageUnderLabels,
  labelledName,
  maskMeaning,
  matchLabels,
  rasterizeAnnotation,
  readCoco,
  readLabelme,
  readPolygonCsv,
  readRoiSet,
  readVia,
  surveyMask,
} from "../../labels/index.ts";
import { isImageName, readImageFile, readMicrographFile } from "../../micrograph/index.ts";
import type { ImageAnnotation } from "../../labels/index.ts";
import type { DataConfig } from "../segment-config.ts";
import { stemOf } from "./group-names.ts";

/** An image with its labels as they were found. */
export interface LabelledPair {
  readonly name: string;
  readonly image: GrayImage;
  /** [height, width], row-major class ids. */
  readonly classIds: Uint8Array;
  /** [height, width] objects 1, 2, ..., 0 outside; null where the labels do not number them. */
  readonly instanceIds: Int32Array | null;
  readonly sha256: string;
  readonly notes: readonly string[];
}

/** Label files that are of another kind than masks. */
const KIND_BY_ENDING = { ".json": "labelme", ".zip": "imageJRois" } as const;
/** Names that an error lists. */
const LISTED_COUNT = 4;

/**
 * Reads a folder of images with its labels, one pair at a time.
 *
 * @param onNote hears what concerns the whole folder: how masks were read, images without labels, labels without image
 * @yields pairs in the order of their names; images without labels are skipped
 * @throws RangeError when the folder has no image, no image has labels, or labels do not fit their image
 */
export async function* readPairs(
  folders: { readonly images: string; readonly labels: string },
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
function imageFiles({ images, labels }: { readonly images: string; readonly labels: string }): string[] {
  const all = listFolder(images).filter(isImageName);
  const stems = new Set(all.map(stemOf));
  const files = images === labels ? all.filter((name) => !stems.has(labelledName(name) ?? "")) : all;
  if (files.length > 0) return files;
  throw new RangeError(
    failureText({ action: "read data set", where: images }, "folder must hold images", "none"),
  );
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch (cause) {
    const isFile = (cause as NodeJS.ErrnoException).code === "ENOTDIR";
    const got = isFile ? "a file: say its labelKind, coco, via or polygonCsv" : "no such folder";
    throw new RangeError(failureText({ action: "read data set", where: folder }, "wanted a folder", got), {
      cause,
    });
  }
}

type FoundLabels = Pick<LabelledPair, "image" | "classIds" | "instanceIds" | "notes">;
type LabelLookup = (name: string, image: GrayImage) => Promise<FoundLabels | null>;

async function openLabels(
  { images, labels: path }: { readonly images: string; readonly labels: string },
  names: readonly string[],
  config: DataConfig,
  onNote: (note: string) => void,
): Promise<LabelLookup> {
  if (config.labelKind === "masks") {
    const files = listFolder(path).filter(isImageName);
    const candidates = images === path ? files.filter((name) => labelledName(name) !== null) : files;
    return openMasks(path, matched(names, candidates, path, onNote), config, onNote);
  }
  const annotations = await openAnnotations(path, names, config, onNote);
  // traced contours and clicks name pixels; COCO, ImageJ and labelme name their edges
  const pixelCenter = config.labelKind === "via" || config.labelKind === "polygonCsv" ? 0 : 0.5;
  return (name, whole) => {
    const annotation = annotations.get(name);
    if (annotation === undefined) return Promise.resolve(null);
    const { image, note } = imageUnderLabels(whole, annotation.size ?? whole, `${path}, ${name}`);
    const { width, height } = image;
    const { classNames } = config;
    const result = rasterizeAnnotation(annotation, { width, height, classNames, pixelCenter });
    const { outsideVertexCount: outside, emptyShapeCount: empty } = result;
    const notes = [
      ...(note === null ? [] : [`${name}: ${note}`]),
      ...(outside > 0
        ? [`${name}: ${counted(outside, "vertex", "vertices")} outside the image, their shapes were cut`]
        : []),
      ...(empty > 0 ? [`${name}: no pixel in ${counted(empty, "shape")}`] : []),
    ];
    const { classIds, instanceIds } = result.labels;
    return Promise.resolve({ image, classIds, instanceIds, notes });
  };
}

/** Label file by image; at least one must fit. */
function matched(
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

function noLabels(
  names: readonly string[],
  files: readonly string[],
  folder: string,
  beside: readonly string[] = [],
): RangeError {
  const listed = (all: readonly string[]) =>
    all.length === 0
      ? "none"
      : all.slice(0, LISTED_COUNT).join(", ") + (all.length > LISTED_COUNT ? ", ..." : "");
  const wanted = "labels must be named as their images (_mask, _labels, _cp_masks, ... may follow)";
  const got = `images ${listed(names)}, labels ${listed(files)}`;
  const text = failureText({ action: "read data set", where: folder }, wanted, got);
  const other = Object.entries(KIND_BY_ENDING).find(([ending]) =>
    beside.some((name) => name.endsWith(ending)),
  );
  const hint = other === undefined ? "" : `; ${other[0]} files are labelKind: ${other[1]}`;
  return new RangeError(`${text}${hint}`);
}

/** Annotations by the name of their image. */
async function openAnnotations(
  path: string,
  names: readonly string[],
  { labelKind, classNames }: DataConfig,
  onNote: (note: string) => void,
): Promise<ReadonlyMap<string, ImageAnnotation>> {
  if (labelKind === "imageJRois") {
    const files = matched(names, withEnding(path, ".zip"), path, onNote);
    return new Map(
      [...files].map(([name, file]) => [name, roiAnnotation(name, join(path, file), classNames)]),
    );
  }
  const annotations: ImageAnnotation[] = [];
  if (labelKind === "labelme") {
    for (const file of withEnding(path, ".json")) {
      annotations.push(await readLabelme(readFileSync(join(path, file), "utf8"), join(path, file)));
    }
  } else {
    const text = readFileSync(path, "utf8");
    const read = { coco: readCoco, via: readVia } as const;
    annotations.push(
      ...(labelKind === "coco" || labelKind === "via"
        ? read[labelKind](text, path)
        : readPolygonCsv(text, path, classNames[1])),
    );
  }
  const byName = new Map(annotations.map((annotation) => [stemOf(annotation.imageName), annotation]));
  if (!names.some((name) => byName.has(name))) {
    throw noLabels(
      names,
      annotations.map(({ imageName }) => imageName),
      path,
    );
  }
  return byName;
}

const withEnding = (folder: string, ending: string) =>
  listFolder(folder).filter((name) => name.toLowerCase().endsWith(ending));

/** Regions of ImageJ; each is of the class that its name begins with, else of the only one. */
function roiAnnotation(name: string, path: string, classNames: readonly string[]): ImageAnnotation {
  const objects = classNames.slice(1);
  const classOf = (roiName: string) =>
    objects.find((object) => roiName.startsWith(object)) ?? (objects.length === 1 ? objects[0] : roiName);
  try {
    return { imageName: name, size: null, shapes: readRoiSet(readFileSync(path), classOf) };
  } catch (cause) {
    throw new RangeError(`Cannot read labels: ${(cause as Error).message} (${path})`, { cause });
  }
}

/** Masks whose meaning the whole folder decides. */
async function openMasks(
  folder: string,
  files: ReadonlyMap<string, string>,
  { mask, classNames }: DataConfig,
  onNote: (note: string) => void,
): Promise<LabelLookup> {
  const read = (file: string) => readMicrographFile(join(folder, file), { palette: "indices" });
  const surveys = [];
  for (const file of files.values()) surveys.push(surveyMask(await read(file)));
  const meaning = maskMeaning(surveys, { ...mask, classNames }, folder);
  meaning.notes.forEach(onNote);
  return async (name, whole) => {
    const file = files.get(name);
    if (file === undefined) return null;
    const { labels, unmatchedPixelCount, unmatched } = applyMaskMeaning(await read(file), meaning);
    const { image, note } = imageUnderLabels(whole, labels, join(folder, file));
    const values = unmatched.map(({ value }) => value).join("; ");
    const stray = `${counted(unmatchedPixelCount, "pixel")} of no listed colour became ${classNames[0]} (${values})`;
    const notes = [...(note === null ? [] : [note]), ...(unmatchedPixelCount === 0 ? [] : [stray])];
    const { classIds, instanceIds } = labels;
    return { image, classIds, instanceIds, notes: notes.map((text) => `${name}: ${text}`) };
  };
}
