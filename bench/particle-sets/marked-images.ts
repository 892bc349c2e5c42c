import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { GrayImage } from "../../src/core/index.ts";
import { readYolo } from "../../src/labels/index.ts";
import { frameImage, readImageFile, readMicrographFile } from "../../src/micrograph/index.ts";
import { guessModality, outlinedDisc, outlinedParticle } from "../../src/particles/index.ts";
import type { Disc, OutlinedParticle } from "../../src/particles/index.ts";

/** Outlines are compared on every second pixel, as the published score does. */
const OUTLINE_STEP = 2;

/** A real image with what people marked on it. */
export interface MarkedImage {
  readonly name: string;
  readonly image: GrayImage;
  readonly mask: Uint8Array | null;
  readonly outlines?: readonly OutlinedParticle[];
  readonly boxes?: readonly (readonly [number, number, number, number])[];
  /** Pixels of the image a pixel of the outlines. */
  readonly step: number;
  readonly isMatterBright: boolean;
}

/** The images of soot, each particle outlined by hand. */
export async function sootImages(folder: string): Promise<MarkedImage[]> {
  const images: MarkedImage[] = [];
  for (const file of readdirSync(join(folder, "images")).sort()) {
    const { image, mask } = await readImageFile(join(folder, "images", file));
    const name = basename(file, ".png");
    const marks = readdirSync(join(folder, "particles", name)).sort();
    const outlines = (
      await Promise.all(marks.map((mark) => outlineOf(join(folder, "particles", name, mark))))
    ).filter((outline) => outline !== null);
    images.push({ name, image, mask, outlines, step: OUTLINE_STEP, isMatterBright: false });
  }
  return images;
}

/** The HAADF images of catalysts, each particle in a box. */
export async function catalystImages(folder: string): Promise<MarkedImage[]> {
  const images: MarkedImage[] = [];
  for (const file of readdirSync(join(folder, "images")).sort()) {
    const { image, mask } = await readImageFile(join(folder, "images", file), { keepBar: true });
    const name = basename(file, ".jpg");
    const text = readFileSync(join(folder, "labels", `${name}.txt`), "utf8");
    const { shapes } = readYolo(text, `${name}.txt`, {
      imageName: file,
      width: image.width,
      height: image.height,
    });
    const boxes = shapes.map(({ rings: [ring] }) => [ring[0], ring[1], ring[4], ring[5]] as const);
    images.push({
      name,
      image,
      mask,
      boxes,
      step: 1,
      isMatterBright: guessModality(image, mask).modality === "haadf",
    });
  }
  return images;
}

/** What was marked, as discs of the image's pixels. */
export function markedDiscs({ outlines = [], boxes = [], step }: MarkedImage): Disc[] {
  return [
    ...outlines.map((outline) => {
      const disc = outlinedDisc(outline);
      return { ...disc, x: step * disc.x, y: step * disc.y, radiusPx: step * disc.radiusPx };
    }),
    ...boxes.map(([left, top, right, bottom]) => ({
      x: (left + right) / 2,
      y: (top + bottom) / 2,
      radiusPx: Math.sqrt((right - left) * (bottom - top)) / 2,
    })),
  ];
}

async function outlineOf(path: string): Promise<OutlinedParticle | null> {
  const image = frameImage(await readMicrographFile(path));
  return outlinedParticle(image.data, image, OUTLINE_STEP);
}
