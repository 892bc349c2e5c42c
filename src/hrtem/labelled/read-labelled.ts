import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readClassMarks, type ClassMark } from "./class-marks.ts";
import { stackImages } from "./read-stack.ts";
import { MAP_CLASSES, type RecordedImage } from "./recorded-image.ts";
import {
  openImageStack,
  readImageFile,
  readMicrographFile,
  squarePixelSizeNm,
  type ImageFile,
  type Micrograph,
  imageFiles,
  isImageName,
} from "../../micrograph/index.ts";
import { labelledName, readMaskImage, UNLABELLED } from "../../labels/index.ts";
import { UsageError } from "../../core/index.ts";
import type { PixelSizeOf } from "./pixel-sizes.ts";

/** Where the maps of a folder may lie. */
const MAP_FOLDERS = ["maps", "masks", "labels"];
/** What people append to the name of an image. */
const IMAGE_SUFFIX = /_(image|img)$/i;
/** Arrays of the published files: their code calls the maps of a folder "images" too. */
const [IMAGE_ARRAYS, MAP_ARRAYS] = [["images"], ["maps", "images"]];
const CLASSES_FILE = "classes.csv";

/**
 * Reads images with particle maps: an HDF5 file with both, a folder with both, or images and maps apart.
 *
 * In a folder, images and maps go together by name: images/a.dm3 and maps/a.png, or a_image.png and a_label.png; frame 3 of a
 * stack a.mrc has the map a_3.png. Classes come from classes.csv beside them.
 *
 * @param paths one or two
 * @param pixelSizeOf over the one in the files; needed for HDF5, which does not say it
 * @returns images in the order of their names
 * @throws UsageError naming the image without a map, or the path where nothing is
 */
export async function readLabelled(
  paths: readonly string[],
  pixelSizeOf: PixelSizeOf,
): Promise<RecordedImage[]> {
  for (const path of paths) if (!existsSync(path)) throw wrong("wanted images with maps", "nothing", path);
  const [first, second = first] = paths;
  const isFolder = statSync(first).isDirectory();
  const recorded =
    isFolder || statSync(second).isDirectory()
      ? await readPairs(pairsOf(paths), basename(first), pixelSizeOf)
      : await readFiles(first, second, pixelSizeOf);
  return withMarks(recorded, [
    join(isFolder ? first : dirname(first), CLASSES_FILE),
    join(dirname(first), CLASSES_FILE),
  ]);
}

/**
 * Reads an image that has, or is given, a pixel size.
 *
 * @param path of the image
 * @param pixelSizeOf over the one in the file
 * @returns the image with its record
 * @throws UsageError when neither says a pixel size
 */
export async function readCalibrated(path: string, pixelSizeOf: PixelSizeOf): Promise<ImageFile> {
  const file = await readImageFile(path, { pixelSizeNm: pixelSizeOf(path) });
  if (file.image.pixelSizeNm !== null) return file;
  throw new UsageError(`Cannot apply: image must have a pixel size, got none: give --pixel-size (${path})`);
}

/** Two files, or one that holds both arrays. */
async function readFiles(
  imagePath: string,
  mapPath: string,
  pixelSizeOf: PixelSizeOf,
): Promise<RecordedImage[]> {
  const images = await readArray(imagePath, IMAGE_ARRAYS);
  const maps = await readArray(mapPath, imagePath === mapPath ? ["maps"] : MAP_ARRAYS);
  if (maps.axes.some(({ name }) => name === "channel") || maps.format === "PNG") {
    return readPairs(
      [{ image: imagePath, maps: new Map([[stemOf(imagePath), mapPath]]) }],
      imagePath,
      pixelSizeOf,
    );
  }
  return stackImages(images, maps, { pixelSizeNm: pixelSizeOf(imagePath) ?? squarePixelSizeNm(images.axes) });
}

/** The array of one of these names where the file names its arrays, else its only one. */
async function readArray(path: string, names: readonly string[]): Promise<Micrograph> {
  const first = await readMicrographFile(path);
  if (first.format !== "HDF5") return first;
  const found = names
    .map((name) => first.seriesNames.findIndex((series) => series.split("/").at(-1) === name))
    .find((series) => series >= 0);
  if (found === undefined)
    throw wrong(`HDF5 file must hold ${names.join(" or ")}`, first.seriesNames.join(", "), path);
  return found === first.series ? first : readMicrographFile(path, { series: found });
}

/** An image file with the maps that may belong to its frames, by their stem. */
interface ImageWithMaps {
  readonly image: string;
  readonly maps: ReadonlyMap<string, string>;
}

function pairsOf([first, second]: readonly string[]): ImageWithMaps[] {
  if (second !== undefined) return paired(imageFiles(first), imageFiles(second));
  const folder = MAP_FOLDERS.map((name) => join(first, name)).find((path) => existsSync(path));
  if (folder !== undefined) return paired(imageFiles(join(first, "images")), imageFiles(folder));
  const files = readdirSync(first)
    .filter(isImageName)
    .sort()
    .map((name) => join(first, name));
  const isMap = (path: string) => labelledName(path) !== null;
  const images = files.filter((path) => !isMap(path));
  if (images.length === 0) throw wrong("folder must hold images and maps", "no image", first);
  return paired(images, files.filter(isMap));
}

function paired(images: readonly string[], maps: readonly string[]): ImageWithMaps[] {
  const byStem = new Map(maps.map((path) => [labelledName(path) ?? stemOf(path), path]));
  return images.map((image) => ({ image, maps: byStem }));
}

async function readPairs(
  pairs: readonly ImageWithMaps[],
  set: string,
  pixelSizeOf: PixelSizeOf,
): Promise<RecordedImage[]> {
  const recorded: RecordedImage[] = [];
  for (const { image: path, maps } of pairs) {
    // maps are as large as the picture with its bars
    const stack = await openImageStack(path, {
      frame: "all",
      pixelSizeNm: pixelSizeOf(path),
      keepBar: true,
    });
    const count = stack.frames.length;
    for (const frame of stack.frames) {
      const stem = `${stemOf(path).replace(IMAGE_SUFFIX, "")}${count === 1 ? "" : `_${frame}`}`;
      const mapFile = maps.get(stem);
      if (mapFile === undefined) {
        throw wrong(`every image must have a map of its name (${stem}, or ${stem}_map)`, "none", path);
      }
      const { image } = stack.image(frame);
      const name = count === 1 ? basename(path) : `${basename(path)} ${frame}`;
      recorded.push({ name, set, imageFile: path, mapFile, image, map: await readMap(mapFile), marks: null });
    }
  }
  return recorded;
}

async function readMap(path: string): Promise<RecordedImage["map"]> {
  const micrograph = await readMicrographFile(path, { palette: "indices" });
  const rule = { kind: "binary", foreground: "bright", classNames: MAP_CLASSES } as const;
  const { labels } = readMaskImage(micrograph, rule);
  if (!labels.classIds.includes(UNLABELLED)) return labels;
  throw wrong("every pixel must be film or particle", "pixels that nobody labelled", path);
}

/** Adds the classes of the first file that is there; every name in it must be that of an image. */
function withMarks(recorded: RecordedImage[], candidates: readonly string[]): RecordedImage[] {
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) return recorded;
  const marks = readClassMarks(readFileSync(path, "utf8"), path);
  const names = new Set(recorded.map(({ name }) => name));
  const stray = [...marks.keys()].find((name) => !names.has(name));
  if (stray !== undefined) throw wrong("image of a class must be in the set", stray, path);
  return recorded.map((one) => ({ ...one, marks: marks.get(one.name) ?? ([] as ClassMark[]) }));
}

const stemOf = (path: string) => basename(path).replace(/\.[^.]+$/, "");

function wrong(wanted: string, got: string, path: string): UsageError {
  return new UsageError(`Cannot read labelled images: ${wanted}, got ${got} (${path})`);
}
