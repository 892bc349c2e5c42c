import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { rangeError, UsageError, type GrayImage } from "../../../core/index.ts";
import { readCoco, readRoiSet, type ImageAnnotation } from "../../../labels/index.ts";
import {
  frameImage,
  imageFiles,
  isImageName,
  readImageFile,
  readMicrographFile,
} from "../../../micrograph/index.ts";
import {
  checkOutlined,
  discsOfOutlines,
  outlinedDisc,
  outlinedParticle,
  type OutlinedDisc,
  type OutlinedImage,
  type OutlinedList,
} from "../../../particles/index.ts";

const ACTION = "tune detector";
const LAYOUT =
  "a folder with images/NAME.png and particles/NAME/ (a mask a particle), particles/NAME.zip (RoiSet) or particles/ANY.json (COCO)";

/** Whether a path is a folder, as of outlined images, and no recipe. */
export const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Reads images with the particles that a person has outlined: images/NAME.png with particles/NAME/ (one mask a particle),
 * particles/NAME.zip (regions of ImageJ), or an entry in a COCO file of particles/, whose objects are all particles.
 *
 * @throws UsageError where a part of the layout is missing; RangeError where outlines are damaged, or those of another image
 */
export async function readOutlined(folder: string): Promise<OutlinedImage[]> {
  for (const name of ["images", "particles"]) {
    if (isFolder(join(folder, name))) continue;
    throw new UsageError(`Cannot tune detector: wanted ${LAYOUT}, got no ${name}/ (${folder})`);
  }
  const coco = readCocoFiles(join(folder, "particles"));
  const images: OutlinedImage[] = [];
  for (const path of imageFiles(join(folder, "images"))) {
    const name = basename(path, extname(path));
    const { image } = await readImageFile(path, { keepBar: true });
    const { list, where } = await outlinesOf(join(folder, "particles", name), image, coco.get(name));
    checkOutlined(list, { ...image, name: basename(path) }, { action: ACTION, where, materials: [] });
    images.push({ name, image, discs: list.discs });
  }
  return images;
}

interface Outlines {
  readonly list: OutlinedList;
  /** The file or folder that they are from. */
  readonly where: string;
}

async function outlinesOf(path: string, image: GrayImage, coco: Outlines | undefined): Promise<Outlines> {
  const zip = `${path}.zip`;
  const hasFolder = isFolder(path);
  // an empty folder says that nobody sees a particle, until there are regions
  const hasMasks = hasFolder && readdirSync(path).some(isImageName);
  const hasZip = existsSync(zip);
  if (Number(hasZip) + Number(hasMasks) + Number(coco !== undefined) > 1) {
    const got = [hasMasks ? `${path}/` : "", hasZip ? zip : "", coco?.where ?? ""].filter(
      (one) => one !== "",
    );
    throw new UsageError(
      `Cannot tune detector: wanted the outlines of an image once, got ${got.join(" and ")}`,
    );
  }
  if (coco !== undefined) return coco;
  if (hasZip) return { list: { discs: discsOfOutlines(regionsOf(zip), []), size: null }, where: zip };
  if (hasFolder) return { list: { discs: await discsOfMasks(path, image), size: null }, where: path };
  throw new UsageError(
    `Cannot tune detector: wanted masks or regions of each image, got neither ${path}/ nor ${zip}, nor a COCO file with it`,
  );
}

function regionsOf(zip: string) {
  try {
    return readRoiSet(readFileSync(zip));
  } catch (cause) {
    throw new RangeError(`Cannot tune detector: ${(cause as Error).message} (${zip})`, { cause });
  }
}

async function discsOfMasks(folder: string, image: GrayImage): Promise<OutlinedDisc[]> {
  const discs: OutlinedDisc[] = [];
  for (const file of readdirSync(folder).filter(isImageName).sort()) {
    const where = join(folder, file);
    const mask = frameImage(await readMicrographFile(where));
    if (mask.width !== image.width || mask.height !== image.height) {
      const wanted = `mask must have ${image.width} x ${image.height} px as its image`;
      throw rangeError({ action: ACTION, where }, wanted, `${mask.width} x ${mask.height} px`);
    }
    const particle = outlinedParticle(mask.data, mask);
    if (particle !== null) discs.push({ ...outlinedDisc(particle), material: null });
  }
  return discs;
}

/** The entries of all COCO files of a folder, by the names of their images without ending. */
function readCocoFiles(folder: string): ReadonlyMap<string, Outlines> {
  const found = new Map<string, Outlines>();
  const files = readdirSync(folder).filter((name) => name.toLowerCase().endsWith(".json"));
  for (const where of files.sort().map((name) => join(folder, name))) {
    for (const { imageName, size, shapes } of readCoco(readFileSync(where, "utf8"), where)) {
      const name = basename(imageName, extname(imageName));
      if (found.has(name)) {
        throw rangeError({ action: ACTION, where }, "an image must be annotated once", `${imageName} twice`);
      }
      found.set(name, { list: { discs: discsOfCoco(shapes, where), size }, where });
    }
  }
  return found;
}

/** Crowds are no particles; an object without an outline is the ellipse that fills its box. */
function discsOfCoco(shapes: ImageAnnotation["shapes"], where: string): OutlinedDisc[] {
  try {
    const particles = shapes.filter(({ kind }) => kind !== "crowd");
    return discsOfOutlines(particles, []);
  } catch (cause) {
    throw new RangeError(`Cannot tune detector: ${(cause as Error).message} (${where})`, { cause });
  }
}
