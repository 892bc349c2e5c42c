import { readFileSync } from "node:fs";
import { join } from "node:path";
import { counted, rangeError, unreadableInput } from "../../core/index.ts";
import {
  imageUnderLabels,
  rasterizeAnnotation,
  readCoco,
  readLabelme,
  readPolygonCsv,
  readRoiSet,
  readVia,
  readYolo,
} from "../../labels/index.ts";
import type { ImageAnnotation } from "../../labels/index.ts";
import type { DataConfig } from "../segment-config.ts";
import { stemOf } from "./group-names.ts";
import { labelFiles, listFolder, noLabels } from "./label-folder.ts";
import type { LabelLookup } from "./label-lookup.ts";

type OutlineKind = Exclude<DataConfig["labelKind"], "masks">;
type Size = { readonly width: number; readonly height: number };
/** Outlines by the name of their image, whose size some files need. */
type AnnotationLookup = (name: string, size: Size) => ImageAnnotation | undefined;

/**
 * Outlines that people drew, as label maps of the images' sizes.
 *
 * @param path the file, or the folder of files, that the kind says
 * @param names of the images
 * @param onNote hears what concerns the whole folder
 * @throws RangeError when no outline belongs to an image, or an image is annotated twice
 */
export async function openAnnotations(
  path: string,
  names: readonly string[],
  config: DataConfig & { readonly labelKind: OutlineKind },
  onNote: (note: string) => void,
): Promise<LabelLookup> {
  const annotationOf = await annotations(path, names, config, onNote);
  const { classNames, labelKind } = config;
  // traced contours and clicks name pixels; all others name their edges
  const pixelCenter = labelKind === "via" || labelKind === "polygonCsv" ? 0 : 0.5;
  return (name, whole) => {
    const annotation = annotationOf(name, whole);
    if (annotation === undefined) return Promise.resolve(null);
    const { image, note } = imageUnderLabels(whole, annotation.size ?? whole, `${path}, ${name}`);
    const { width, height } = image;
    const result = rasterizeAnnotation(annotation, { width, height, classNames, pixelCenter });
    const { outsideVertexCount: outside, emptyShapeCount: empty } = result;
    const vertices = counted(outside, "vertex", "vertices");
    const notes = [
      ...(note === null ? [] : [note]),
      ...(outside > 0 ? [`${vertices} outside the image, their shapes were cut`] : []),
      ...(empty > 0 ? [`no pixel in ${counted(empty, "shape")}`] : []),
    ];
    const { classIds, instanceIds } = result.labels;
    const named = notes.map((text) => `${name}: ${text}`);
    return Promise.resolve({ image, classIds, instanceIds, notes: named });
  };
}

async function annotations(
  path: string,
  names: readonly string[],
  { labelKind, classNames }: DataConfig & { readonly labelKind: OutlineKind },
  onNote: (note: string) => void,
): Promise<AnnotationLookup> {
  const filesOf = (ending: string) => labelFiles(names, withEnding(path, ending), path, onNote);
  if (labelKind === "imageJRois") {
    return byFile(path, filesOf(".zip"), (file, name) => roiAnnotation(name, file, classNames));
  }
  if (labelKind === "yolo") {
    // its classes are those of objects: the background has no number
    return byFile(path, filesOf(".txt"), (file, imageName, size) =>
      readYolo(textOf(file), file, { imageName, ...size, classNames: classNames.slice(1) }),
    );
  }
  return byName(path, names, await readAll(path, labelKind, classNames));
}

function byFile(
  folder: string,
  files: ReadonlyMap<string, string>,
  read: (file: string, name: string, size: Size) => ImageAnnotation,
): AnnotationLookup {
  return (name, size) => {
    const file = files.get(name);
    return file === undefined ? undefined : read(join(folder, file), name, size);
  };
}

/** Annotations that name their images themselves. */
async function readAll(
  path: string,
  labelKind: "coco" | "via" | "polygonCsv" | "labelme",
  classNames: readonly string[],
): Promise<ImageAnnotation[]> {
  if (labelKind === "coco") return readCoco(textOf(path), path);
  if (labelKind === "via") return readVia(textOf(path), path);
  if (labelKind === "polygonCsv") return readPolygonCsv(textOf(path), path, classNames[1]);
  const found: ImageAnnotation[] = [];
  for (const file of withEnding(path, ".json").map((name) => join(path, name))) {
    found.push(await readLabelme(textOf(file), file));
  }
  return found;
}

function byName(path: string, names: readonly string[], found: readonly ImageAnnotation[]): AnnotationLookup {
  const annotationOf = new Map<string, ImageAnnotation>();
  for (const annotation of found) {
    const name = stemOf(annotation.imageName);
    if (annotationOf.has(name) && names.includes(name)) {
      const context = { action: "read data set", where: path };
      throw rangeError(context, "an image must be annotated once", `${name} twice`);
    }
    annotationOf.set(name, annotation);
  }
  if (names.some((name) => annotationOf.has(name))) return (name) => annotationOf.get(name);
  throw noLabels(
    names,
    found.map(({ imageName }) => imageName),
    path,
  );
}

const withEnding = (folder: string, ending: string) =>
  listFolder(folder).filter((name) => name.toLowerCase().endsWith(ending));

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw unreadableInput({ action: "read labels", where: path }, "wanted a file of labels", cause);
  }
}

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
