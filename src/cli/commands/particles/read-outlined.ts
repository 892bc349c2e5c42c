import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { UsageError } from "../../../core/index.ts";
import { readRoiSet } from "../../../labels/index.ts";
import {
  frameImage,
  imageFiles,
  isImageName,
  readImageFile,
  readMicrographFile,
} from "../../../micrograph/index.ts";
import {
  discsOfOutlines,
  outlinedDisc,
  outlinedParticle,
  type Disc,
  type OutlinedImage,
} from "../../../particles/index.ts";

/** Whether a path is a folder, as of outlined images, and no recipe. */
export const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Reads images with the particles that a person has outlined: images/NAME.png with particles/NAME/ (one mask a particle) or
 * particles/NAME.zip (regions of ImageJ).
 *
 * @throws UsageError where a part of the layout is missing
 */
export async function readOutlined(folder: string): Promise<OutlinedImage[]> {
  for (const name of ["images", "particles"]) {
    if (isFolder(join(folder, name))) continue;
    const wanted =
      "a folder with images/NAME.png and particles/NAME/ (a mask a particle) or particles/NAME.zip (RoiSet)";
    throw new UsageError(`Cannot tune detector: wanted ${wanted}, got no ${name}/ (${folder})`);
  }
  const images: OutlinedImage[] = [];
  for (const path of imageFiles(join(folder, "images"))) {
    const name = basename(path, extname(path));
    const { image } = await readImageFile(path, { keepBar: true });
    images.push({ name, image, discs: await discsOf(join(folder, "particles", name)) });
  }
  return images;
}

async function discsOf(path: string): Promise<Disc[]> {
  const zip = `${path}.zip`;
  if (existsSync(zip)) return discsOfOutlines(readRoiSet(readFileSync(zip)), []);
  if (!isFolder(path)) {
    throw new UsageError(
      `Cannot tune detector: wanted masks or regions of each image, got neither ${path}/ nor ${zip}`,
    );
  }
  const discs: Disc[] = [];
  for (const file of readdirSync(path).filter(isImageName).sort()) {
    const mask = frameImage(await readMicrographFile(join(path, file)));
    const particle = outlinedParticle(mask.data, mask);
    if (particle !== null) discs.push(outlinedDisc(particle));
  }
  return discs;
}
