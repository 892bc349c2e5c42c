import { existsSync } from "node:fs";
import { UsageError, usageError } from "../../../core/index.ts";
import {
  readImageFile,
  readMicrographFile,
  type ImageFile,
  type ImageRequest,
} from "../../../micrograph/index.ts";
import { asElementMap, withDensities, type ElementMap } from "../../../particles/index.ts";

/** Where the map of an element is. */
export interface ElementFile {
  /** Chemical symbol. */
  readonly element: string;
  readonly path: string;
  /** Which of several arrays of the file; the one that is named after the element where undefined. */
  readonly series: string | undefined;
}

/** Maps that lie over an image, and what a reader should know of them. */
export interface TakenElements {
  readonly maps: readonly ElementMap[];
  /** What the maps tell apart: the materials of the call, else the symbols of both elements. */
  readonly materials: readonly [string, string];
  readonly notes: readonly string[];
}

/** The call that the maps are given with. */
interface MappedCall {
  readonly files: readonly string[];
  readonly request: ImageRequest;
  readonly materials: readonly string[];
}

const ACTION = "take element maps";
/** Pixels of a map may be oblong by this much in the image's: rounding of coarse maps. */
const OBLONG = 0.02;

/** Reads ELEMENT=FILE,ELEMENT=FILE; a FILE may end in #NAME, an array of it. */
export function parseElementFiles(text: string): readonly ElementFile[] {
  const files = text.split(",").map((part) => {
    const [, element, given] = /^\s*([A-Z][a-z]?)=(.+?)\s*$/.exec(part) ?? [];
    if (element === undefined) {
      throw new RangeError(`wanted maps such as Ti=ti.tif,W=w.tif, got ${text}`);
    }
    const hash = given.lastIndexOf("#");
    const isNamed = hash > 0 && !existsSync(given);
    const [path, series] = isNamed ? [given.slice(0, hash), given.slice(hash + 1)] : [given, undefined];
    return { element, path, series };
  });
  const twice = files.find(({ element }, i) => files.findIndex((one) => one.element === element) !== i);
  if (twice !== undefined) throw new RangeError(`wanted one map an element, got two of ${twice.element}`);
  return files;
}

/**
 * Reads the element maps of an image before any work, and holds them against its field. Where only a part of a picture is used, that part of
 * the maps is.
 *
 * @throws UsageError for several images, files that cannot be read, maps of another shape, arrays that none or several are named after the
 *   element, and maps that do not tell the materials apart
 */
export async function takeElements(
  files: readonly ElementFile[],
  { files: images, request, materials }: MappedCall,
): Promise<TakenElements> {
  if (images.length !== 1 || request.frame === "all") {
    const got = request.frame === "all" ? "all frames" : `${images.length} images`;
    throw usageError({ action: ACTION }, "maps must be those of one image", got);
  }
  const told = materials.length > 0 ? materials : files.map(({ element }) => element);
  const [first, second] = told;
  if (first === undefined || second === undefined || told.length > 2) {
    const { message } = usageError(
      { action: ACTION },
      "there must be two materials to tell apart",
      told.join(", "),
    );
    throw new UsageError(`${message}; name them with --materials A,B`);
  }
  const image = await asUsage(() => readImageFile(images[0], request));
  const maps: ElementMap[] = [];
  const notes: string[] = [];
  for (const { element, path, series } of files) {
    const read = await asUsage(() => readMap({ element, path, series }, image));
    const map = await asUsage(() => asElementMap(element, read.image));
    maps.push(map);
    notes.push(...read.notes, ...countNotes(map));
  }
  const [{ width, height }] = maps;
  const other = maps.find((map) => map.width !== width || map.height !== height);
  if (other !== undefined) {
    const got = `${width} x ${height} px of ${maps[0].element} and ${other.width} x ${other.height} px of ${other.element}`;
    throw usageError({ action: ACTION }, "maps must be of one size", got);
  }
  await asUsage(() => withDensities(maps, [first, second]));
  return { maps, materials: [first, second], notes };
}

async function readMap(file: ElementFile, image: ImageFile) {
  const request: ImageRequest = { series: await seriesOf(file), keepBar: true };
  const { field, picture } = image;
  const whole = await readImageFile(file.path, request);
  const isWhole = field.width === picture.width && field.height === picture.height;
  const isSameSize = whole.picture.width === picture.width && whole.picture.height === picture.height;
  if (isWhole) {
    checkShape(file, whole.image, image.image);
    return { image: whole.image, notes: colourNotes(file, whole) };
  }
  if (!isSameSize) {
    const wanted = `map must have the ${picture.width} x ${picture.height} px of the picture of which a part is used`;
    const got = `${whole.picture.width} x ${whole.picture.height} px`;
    throw usageError({ action: ACTION, where: file.path }, wanted, got);
  }
  const part = await readImageFile(file.path, { ...request, crop: field });
  return { image: part.image, notes: colourNotes(file, part) };
}

/** The array of a file that is named after the element: one word of its name. */
async function seriesOf({ element, path, series }: ElementFile): Promise<string | number | undefined> {
  const { seriesNames } = await readMicrographFile(path);
  if (series !== undefined) return /^\d+$/.test(series) ? Number(series) : series;
  if (seriesNames.length === 1) return undefined;
  const named = seriesNames.flatMap((name, i) => (name.split(/[^A-Za-z]+/).includes(element) ? [i] : []));
  if (named.length === 1) return named[0];
  const list = seriesNames.map((name, i) => `${i} ${name}`).join(", ");
  const { message } = usageError(
    { action: ACTION, where: path },
    `one array must be named after ${element}`,
    list,
  );
  throw new UsageError(`${message}; choose it with ${element}=${path}#N`);
}

function checkShape(
  { path }: ElementFile,
  map: { readonly width: number; readonly height: number },
  image: { readonly width: number; readonly height: number },
): void {
  const ratio = map.width / image.width / (map.height / image.height);
  if (Math.abs(ratio - 1) <= OBLONG) return;
  const wanted = `map must have the shape of its image, ${image.width} x ${image.height} px`;
  throw usageError({ action: ACTION, where: path }, wanted, `${map.width} x ${map.height} px`);
}

const colourNotes = ({ element }: ElementFile, { colourShare }: ImageFile): string[] =>
  colourShare === 0 ? [] : [`map of ${element}: coloured; its brightness is taken for the signal`];

const countNotes = ({ element, valuePerCount }: ElementMap): string[] =>
  valuePerCount === 1
    ? []
    : [
        `map of ${element}: not in counts; by its noise ${valuePerCount.toPrecision(2)} of its values stand for one count, which holds where nobody has smoothed it`,
      ];

/** What is wrong with a file that the call names is wrong usage. */
async function asUsage<Value>(read: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw cause instanceof UsageError ? cause : new UsageError((cause as Error).message, { cause });
  }
}
