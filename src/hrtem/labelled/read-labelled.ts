import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readClassMarks, type ClassMark } from "./class-marks.ts";
import { stackImages } from "./read-stack.ts";
import { MAP_CLASSES, type RecordedImage } from "./recorded-image.ts";
import {
  filledImage,
  openImageStack,
  readMicrographFile,
  squarePixelSizeNm,
  type ImageFile,
  type ImageRequest,
  type Micrograph,
  imageFiles,
  isImageName,
} from "../../micrograph/index.ts";
import { labelledName, matchLabels, readMaskImage, UNLABELLED } from "../../labels/index.ts";
import { definedPart, UsageError, usageError } from "../../core/index.ts";
import { cropMask, maskAtSize, type PixelRegion } from "../../image/index.ts";

/** What is asked of an image, by its path. */
type RequestOf = (path: string) => ImageRequest;
type LabelMap = RecordedImage["map"];

/** Where the maps of a folder may lie. */
const MAP_FOLDERS = ["maps", "masks", "labels"];
/** Arrays of the published files: their code calls the maps of a folder "images" too. */
const [IMAGE_ARRAYS, MAP_ARRAYS] = [["images"], ["maps", "images"]];
const CLASSES_FILE = "classes.csv";

/**
 * Reads images with particle maps: an HDF5 file with both, a folder with both, or images and maps apart.
 *
 * In a folder, images and maps go together by name, as those of `matchLabels`: images/a.dm3 and maps/a.png, or a_image.png and
 * a_label.png; frame 3 of a stack a.mrc has the map a_3.png. Classes come from classes.csv beside them.
 *
 * @param paths one or two
 * @param requestOf what is asked of an image, by its path; all frames by default, and a pixel size for HDF5, which does not say it
 * @returns images in the order of their names
 * @throws UsageError naming the image without a map, or the path where nothing is
 * @throws RangeError naming an image that two maps fit
 */
export async function readLabelled(paths: readonly string[], requestOf: RequestOf): Promise<RecordedImage[]> {
  for (const path of paths) if (!existsSync(path)) throw wrong("wanted images with maps", "nothing", path);
  const [first, second = first] = paths;
  const isFolder = statSync(first).isDirectory();
  const recorded =
    isFolder || statSync(second).isDirectory()
      ? await readFolder(paths, requestOf)
      : await readFiles(first, second, requestOf);
  return withMarks(recorded, [
    join(isFolder ? first : dirname(first), CLASSES_FILE),
    join(dirname(first), CLASSES_FILE),
  ]);
}

/**
 * An image that has, or is given, a pixel size.
 *
 * @throws UsageError when neither says one
 */
export function calibrated(file: ImageFile): ImageFile {
  if (file.image.pixelSizeNm !== null) return file;
  const got = `got none: give --pixel-size (${file.path})`;
  throw new UsageError(`Cannot apply: image must have a pixel size, ${got}`);
}

/** Two files, or one that holds both arrays. */
async function readFiles(imagePath: string, mapPath: string, requestOf: RequestOf): Promise<RecordedImage[]> {
  const images = await readArray(imagePath, IMAGE_ARRAYS);
  const maps = await readArray(mapPath, imagePath === mapPath ? ["maps"] : MAP_ARRAYS);
  if (maps.axes.some(({ name }) => name === "channel") || maps.format === "PNG") {
    const shown = await readFrames([imagePath], requestOf);
    if (shown.length === 1) return [await withMap(shown[0], mapPath, imagePath)];
    throw wrong("a map must show one image", `a stack of ${shown.length}: give folders`, imagePath);
  }
  const { pixelSizeNm = squarePixelSizeNm(images.axes), ...request } = requestOf(imagePath);
  const [foreign] = Object.keys(definedPart(request));
  if (foreign !== undefined)
    throw wrong("stack with maps must be taken as a whole", `${foreign} asked for`, imagePath);
  return stackImages(images, maps, { pixelSizeNm });
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

/** Images and maps of one folder or two, matched by name. */
async function readFolder(paths: readonly string[], requestOf: RequestOf): Promise<RecordedImage[]> {
  const { images, maps, mapFolder } = imagesAndMaps(paths);
  const shown = await readFrames(images, requestOf);
  const { labelOf } = matchLabels(
    shown.map(({ stem }) => stem),
    maps,
    mapFolder,
  );
  const recorded: RecordedImage[] = [];
  for (const one of shown) {
    const { stem, file } = one;
    const mapFile = labelOf.get(stem);
    if (mapFile === undefined) {
      throw wrong(`every image must have a map of its name (${stem}, or ${stem}_map)`, "none", file.path);
    }
    recorded.push(await withMap(one, mapFile, basename(paths[0])));
  }
  return recorded;
}

function imagesAndMaps([first, second]: readonly string[]) {
  if (second !== undefined) return { images: imageFiles(first), maps: imageFiles(second), mapFolder: second };
  const mapFolder = MAP_FOLDERS.map((name) => join(first, name)).find((path) => existsSync(path));
  if (mapFolder !== undefined) {
    return { images: imageFiles(join(first, "images")), maps: imageFiles(mapFolder), mapFolder };
  }
  const names = readdirSync(first).filter(isImageName).sort();
  const files = names.map((name) => join(first, name));
  const isMap = (path: string) => labelledName(path) !== null;
  const images = files.filter((path) => !isMap(path));
  if (images.length === 0) throw wrong("folder must hold images and maps", "no image", first);
  return { images, maps: files.filter(isMap), mapFolder: first };
}

/** An image of a file, and the name that its map has. */
interface ShownFrame {
  readonly file: ImageFile;
  readonly name: string;
  readonly stem: string;
}

async function readFrames(paths: readonly string[], requestOf: RequestOf): Promise<ShownFrame[]> {
  const shown: ShownFrame[] = [];
  for (const path of paths) {
    const request = requestOf(path);
    const stack = await openImageStack(path, { ...request, frame: request.frame ?? "all" });
    for (const frame of stack.frames) {
      const file = stack.image(frame);
      const isOne = file.frameCount === 1;
      const name = isOne ? basename(path) : `${basename(path)} ${frame}`;
      shown.push({ file, name, stem: isOne ? stemOf(path) : `${stemOf(path)}_${frame}` });
    }
  }
  return shown;
}

async function withMap({ file, name }: ShownFrame, mapFile: string, set: string): Promise<RecordedImage> {
  const { picture, field, path: imageFile } = file;
  const image = filledImage(file);
  const map = shownPart(await readMap(mapFile), file);
  return { name, set, imageFile, mapFile, image, map, shown: { picture, field }, marks: null };
}

/** A map of the whole picture, brought to the part and the pixels of its image; others stay, and are refused where they do not fit. */
function shownPart(map: LabelMap, { picture, field, image }: ImageFile): LabelMap {
  if (map.width !== picture.width || map.height !== picture.height) return map;
  const { width, height } = image;
  const classIds = maskAtSize(cropMask(map.classIds, map.width, field), field, { width, height });
  return { width, height, classIds };
}

async function readMap(path: string): Promise<LabelMap> {
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
  return recorded.map((one) => ({ ...one, marks: shownMarks(marks.get(one.name) ?? [], one) }));
}

/** Marks count pixels of the whole picture: those of the part that the image shows, in the pixels of the image. */
function shownMarks(marks: readonly ClassMark[], { image, shown }: RecordedImage): readonly ClassMark[] {
  if (shown === undefined) return marks;
  const { picture, field } = shown;
  const [zoomX, zoomY] = [image.width / field.width, image.height / field.height];
  return marks
    .filter((mark) => isIn(mark, field) || !isIn(mark, { x: 0, y: 0, ...picture }))
    .map((mark) => ({ ...mark, xPx: (mark.xPx - field.x) * zoomX, yPx: (mark.yPx - field.y) * zoomY }));
}

const isIn = ({ xPx, yPx }: ClassMark, { x, y, width, height }: PixelRegion) =>
  xPx >= x && yPx >= y && xPx < x + width && yPx < y + height;

const stemOf = (path: string) => basename(path).replace(/\.[^.]+$/, "");

function wrong(wanted: string, got: string, path: string): UsageError {
  return usageError({ action: "read labelled images", where: path }, wanted, got);
}
