import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { GrayImage } from "../../core/index.ts";
import { failureText } from "../../core/index.ts";
import {
  checkLabelsFit,
  rasterizeAnnotation,
  readCoco,
  readMaskImage,
  readPolygonCsv,
  readRoiSet,
  readVia,
} from "../../labels/index.ts";
import { frameImage, isImageName, readImageFile, readMicrographFile } from "../../micrograph/index.ts";
import type { ImageAnnotation, MaskRule } from "../../labels/index.ts";
import type { DataConfig } from "../segment-config.ts";
import { stemOf } from "./group-names.ts";

/** An image with its labels as they were found. */
export interface LabelledPair {
  readonly name: string;
  readonly image: GrayImage;
  readonly classIds: Uint8Array;
  readonly sha256: string;
  readonly notes: readonly string[];
}

/** What people append to the image's name for its regions and for its mask. */
const ROI_SET_SUFFIX = /[_-]?RoiSet$/i;
const MASK_SUFFIX = /_(mask|label|labels|seg)$/i;

/**
 * Reads a folder of images with its labels, one pair at a time.
 *
 * @yields pairs in the order of their names; images without labels are skipped and named at the end by `onSkipped`
 * @throws RangeError when the folder has no image, no image has labels, or labels do not fit their image
 */
export async function* readPairs(
  folders: { readonly images: string; readonly labels: string },
  config: DataConfig,
  onSkipped: (names: readonly string[]) => void,
): AsyncGenerator<LabelledPair, void, undefined> {
  const files = imageFiles(folders.images);
  const labelsOf = openLabels(folders.labels, config);
  const skipped: string[] = [];
  for (const file of files) {
    const path = join(folders.images, file);
    // labels are as large as the picture with its bars
    const { image, sha256 } = await readImageFile(path, { pixelSizeNm: config.pixelSizeNm, keepBar: true });
    const found = await labelsOf(stemOf(file), image);
    if (found === null) skipped.push(file);
    else yield { name: stemOf(file), image, sha256, ...found };
  }
  if (skipped.length === files.length) {
    const got = `none for ${files.length} images`;
    throw new RangeError(
      failureText({ action: "read data set", where: folders.labels }, "labels must fit names of images", got),
    );
  }
  onSkipped(skipped);
}

function imageFiles(folder: string): string[] {
  const files = listFolder(folder).filter(isImageName);
  if (files.length > 0) return files;
  throw new RangeError(
    failureText({ action: "read data set", where: folder }, "folder must hold images", "none"),
  );
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const got = code === "ENOTDIR" ? "a file" : "no such folder";
    throw new RangeError(failureText({ action: "read data set", where: folder }, "wanted a folder", got), {
      cause,
    });
  }
}

type FoundLabels = Pick<LabelledPair, "classIds" | "notes">;
type LabelLookup = (name: string, image: GrayImage) => Promise<FoundLabels | null>;

function openLabels(path: string, config: DataConfig): LabelLookup {
  if (config.labelKind === "masks") return openMasks(path, config);
  const annotationOf = config.labelKind === "imageJRois" ? openRoiSets(path, config) : openFile(path, config);
  // traced contours and clicks name pixels; COCO and ImageJ name their edges
  const pixelCenter = config.labelKind === "coco" || config.labelKind === "imageJRois" ? 0.5 : 0;
  return (name, { width, height }) => {
    const annotation = annotationOf(name);
    if (annotation === undefined) return Promise.resolve(null);
    const { classNames } = config;
    const result = rasterizeAnnotation(annotation, { width, height, classNames, pixelCenter });
    const { outsideVertexCount: outside, emptyShapeCount: empty } = result;
    const notes = [
      ...(outside > 0 ? [`${name}: ${outside} vertices outside the image, their shapes were cut`] : []),
      ...(empty > 0 ? [`${name}: ${empty} shapes cover no pixel`] : []),
    ];
    return Promise.resolve({ classIds: result.labels.classIds, notes });
  };
}

type AnnotationLookup = (name: string) => ImageAnnotation | undefined;

/** One file with the labels of all images. */
function openFile(path: string, config: DataConfig): AnnotationLookup {
  const byName = new Map<string, ImageAnnotation>();
  for (const annotation of parseLabels(readFileSync(path, "utf8"), path, config))
    byName.set(stemOf(annotation.imageName), annotation);
  return (name) => byName.get(name);
}

/** A folder with the regions of each image; a region is of the class that its name begins with, else of the only one. */
function openRoiSets(folder: string, { classNames }: DataConfig): AnnotationLookup {
  const files = new Map(
    listFolder(folder)
      .filter((name) => /\.zip$/i.test(name))
      .map((name) => [stemOf(name).replace(ROI_SET_SUFFIX, ""), join(folder, name)]),
  );
  const objects = classNames.slice(1);
  const classOf = (roiName: string) =>
    objects.find((name) => roiName.startsWith(name)) ?? (objects.length === 1 ? objects[0] : roiName);
  return (name) => {
    const path = files.get(name);
    if (path === undefined) return undefined;
    try {
      return { imageName: name, size: null, shapes: readRoiSet(readFileSync(path), classOf) };
    } catch (cause) {
      throw new RangeError(`Cannot read labels: ${(cause as Error).message} (${path})`, { cause });
    }
  };
}

function parseLabels(text: string, path: string, { labelKind, classNames }: DataConfig): ImageAnnotation[] {
  if (labelKind === "polygonCsv") return readPolygonCsv(text, path, classNames[1]);
  return labelKind === "coco" ? readCoco(text, path) : readVia(text, path);
}

function openMasks(folder: string, config: DataConfig): LabelLookup {
  const files = new Map(
    listFolder(folder)
      .filter(isImageName)
      .map((name) => [stemOf(name).replace(MASK_SUFFIX, ""), join(folder, name)]),
  );
  return async (name, image) => {
    const path = files.get(name);
    if (path === undefined) return null;
    const micrograph = await readMicrographFile(path);
    const { mask } = config;
    if (mask.kind === "binary" && mask.threshold !== undefined) {
      const stored = frameImage(micrograph);
      checkLabelsFit(stored, image, path);
      return thresholdedMask(name, stored.data, { foreground: mask.foreground, threshold: mask.threshold });
    }
    const { labels, unmatchedPixelCount, unmatched } = readMaskImage(micrograph, maskRule(config));
    checkLabelsFit(labels, image, path);
    const values = unmatched.map(({ value }) => value).join("; ");
    const notes =
      unmatchedPixelCount === 0
        ? []
        : [
            `${name}: ${unmatchedPixelCount} pixels of no listed colour became ${config.classNames[0]} (${values})`,
          ];
    return { classIds: labels.classIds, notes };
  };
}

/** A mask whose edges were blurred: parted at a value, with a count of the pixels that are neither black nor white. */
function thresholdedMask(
  name: string,
  values: Float32Array,
  { foreground, threshold }: { readonly foreground: "bright" | "dark"; readonly threshold: number },
): FoundLabels {
  let [low, high, between] = [Infinity, -Infinity, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  for (const value of values) if (value > low && value < high) between++;
  const classIds = Uint8Array.from(values, (value) =>
    value > threshold === (foreground === "bright") ? 1 : 0,
  );
  const notes =
    between === 0
      ? []
      : [`${name}: ${between} mask pixels between the two values were parted at ${threshold}`];
  return { classIds, notes };
}

function maskRule({ mask, classNames }: DataConfig): MaskRule {
  if (mask.kind === "binary") {
    return { kind: "binary", foreground: mask.foreground, classNames: [classNames[0], classNames[1]] };
  }
  return { ...mask, classNames };
}
