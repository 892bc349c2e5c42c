import { openRandomStream } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import { openImageStack, type ImageFile, type TiledImageFile } from "../../micrograph/index.ts";
import { classify } from "./classify.ts";
import { particlesOf } from "../particles/particle-table.ts";
import { segmentByTiles, spreadByte } from "./segment-by-tiles.ts";
import { thinned } from "./large-image.ts";
import type { ClassRule } from "./classify.ts";
import type { LargeAnswer } from "./segment-by-tiles.ts";
import type { ParticleImage } from "../particles/particle-table.ts";
import type { Ensemble } from "./open-ensemble.ts";

/** Pixels from which on an image is segmented by tiles: whole, it would be held several times in floating point. */
const LARGE_PX = 2 ** 24;

/** Longer side of the picture of an image that is segmented by tiles [px]. */
const PICTURE_PX = 2048;

/** Share by which the pixel size may leave the range that was trained on before a note says so. */
const PIXEL_SIZE_SLACK = 0.25;

/** How files are answered. */
export interface FileQuestion {
  readonly rule: ClassRule;
  /** Over what the file says [nm]. */
  readonly pixelSizeNm: number | null;
}

/** What was found in a file. */
export interface FileAnswer extends LargeAnswer {
  readonly width: number;
  readonly height: number;
  readonly particles: ParticleImage;
  /** To be looked at: large images are thinned. */
  readonly picture: { readonly image: GrayImage; readonly classIds: Uint8Array };
  readonly notes: readonly string[];
}

/**
 * Segments one file and measures its particles; large images by tiles, so that memory holds a few bytes a pixel.
 *
 * @param file path of a micrograph
 * @param segmenter models that answer together
 * @param question rule, pixel size
 * @returns classes, particles, picture, notes
 */
export async function segmentFile(
  file: string,
  segmenter: Ensemble,
  question: FileQuestion,
): Promise<FileAnswer> {
  const stack = await openImageStack(file, { pixelSizeNm: question.pixelSizeNm ?? undefined });
  const [frame] = stack.frames;
  const answer =
    stack.pixelCount > LARGE_PX
      ? await largeAnswer(stack.tiled(frame), segmenter, question)
      : await wholeAnswer(stack.image(frame), segmenter, question);
  const { width, height, pixelSizeNm } = answer;
  const { metadata } = segmenter;
  const rng = openRandomStream(metadata.config.seed, "segment", "area fraction");
  const image = { name: stemOf(file), width, height, pixelSizeNm, classIds: answer.classIds };
  const particles = particlesOf(rng, image, metadata.config.particles);
  const notes = [
    ...answer.notes.map((note) => `${file}: ${note}`),
    ...pixelSizeNotes(file, pixelSizeNm, metadata.pixelSizesNm),
    ...undividedNotes(file, particles),
  ];
  return { ...answer, particles, notes };
}

async function wholeAnswer({ image, notes }: ImageFile, segmenter: Ensemble, { rule }: FileQuestion) {
  const { map, uncertainty } = await segmenter.answer(image);
  const classIds = classify(map, rule, segmenter.metadata.postProcessing);
  const { width, height, pixelSizeNm } = image;
  return {
    width,
    height,
    pixelSizeNm,
    notes,
    classIds,
    uncertainty: uncertainty === null ? null : Uint8Array.from(uncertainty, spreadByte),
    picture: { image, classIds },
  };
}

async function largeAnswer(image: TiledImageFile, segmenter: Ensemble, { rule }: FileQuestion) {
  const { segmenters, views, metadata } = segmenter;
  const answer = await segmentByTiles(segmenters, image, { rule, views, settings: metadata.postProcessing });
  const { width, height, pixelSizeNm, notes } = image;
  const picture = await thinned(image, answer.classIds, PICTURE_PX);
  return { ...answer, width, height, pixelSizeNm, notes, picture };
}

function pixelSizeNotes(
  file: string,
  found: number | null,
  trained: readonly [number, number] | null,
): string[] {
  if (found === null) return [`${file} does not say its pixel size: sizes are in px (--pixel-size gives it)`];
  if (trained === null) return [];
  const [low, high] = trained;
  if (found >= low * (1 - PIXEL_SIZE_SLACK) && found <= high * (1 + PIXEL_SIZE_SLACK)) return [];
  return [
    `${file} has pixels of ${found} nm, the model was trained on ${low} to ${high} nm: do not trust it unseen`,
  ];
}

function undividedNotes(file: string, { undividedCount }: ParticleImage): string[] {
  if (undividedCount === 0) return [];
  return [`${file} has ${undividedCount} objects too large to be separated: each counts as one particle`];
}

/** Name of a file without folder and ending. */
export const stemOf = (path: string) => (path.split(/[\\/]/).at(-1) ?? "").replace(/\.[^.]+$/, "");
