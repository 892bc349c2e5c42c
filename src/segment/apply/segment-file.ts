import { openRandomStream } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import { filledImage } from "../../micrograph/index.ts";
import type { ImageFile, ImageStack, TiledImageFile } from "../../micrograph/index.ts";
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

/** What was found in a file. */
export interface FileAnswer extends LargeAnswer, Pick<ImageFile, "name" | "stem"> {
  readonly width: number;
  readonly height: number;
  readonly particles: ParticleImage;
  /** To be looked at: large images are thinned. */
  readonly picture: { readonly image: GrayImage; readonly classIds: Uint8Array };
  readonly notes: readonly string[];
}

/**
 * Segments one frame of a file and measures its particles; large images by tiles, so that memory holds a few bytes a pixel.
 *
 * @param stack a file that was opened
 * @param frame which of its frames
 * @param segmenter models that answer together
 * @param rule how probabilities become classes
 * @returns classes, particles, picture, notes
 */
export async function segmentFile(
  stack: ImageStack,
  frame: number,
  segmenter: Ensemble,
  rule: ClassRule,
): Promise<FileAnswer> {
  const answer =
    stack.pixelCount > LARGE_PX
      ? await largeAnswer(stack.tiled(frame), segmenter, rule)
      : await wholeAnswer(stack.image(frame), segmenter, rule);
  const { width, height, pixelSizeNm, classIds, mask, file } = answer;
  const { metadata } = segmenter;
  const rng = openRandomStream(metadata.config.seed, "segment", "area fraction");
  const image = { name: file.stem, width, height, pixelSizeNm, classIds, mask };
  const particles = particlesOf(rng, image, metadata.config.particles);
  const notes = [
    ...file.notes,
    ...pixelSizeNotes(pixelSizeNm, metadata.pixelSizesNm),
    ...undividedNotes(particles),
  ];
  return { ...answer, particles, name: file.name, stem: file.stem, notes };
}

async function wholeAnswer(file: ImageFile, segmenter: Ensemble, rule: ClassRule) {
  const { image, mask } = file;
  const { map, uncertainty } = await segmenter.answer(filledImage(file));
  const classIds = withoutMasked(classify(map, rule, segmenter.metadata.postProcessing), mask);
  const { width, height, pixelSizeNm } = image;
  return {
    file,
    width,
    height,
    pixelSizeNm,
    classIds,
    mask,
    uncertainty: uncertainty === null ? null : withoutMasked(Uint8Array.from(uncertainty, spreadByte), mask),
    picture: { image, classIds },
  };
}

async function largeAnswer(file: TiledImageFile, segmenter: Ensemble, rule: ClassRule) {
  const { segmenters, views, metadata } = segmenter;
  const answer = await segmentByTiles(segmenters, file, { rule, views, settings: metadata.postProcessing });
  const { width, height, pixelSizeNm } = file;
  const picture = await thinned(file, answer.classIds, PICTURE_PX);
  return { ...answer, file, width, height, pixelSizeNm, mask: null, picture };
}

/** What is no specimen is background, and not uncertain, whatever the model makes of it. */
function withoutMasked(values: Uint8Array, mask: Uint8Array | null): Uint8Array {
  return mask === null ? values : values.map((value, i) => (mask[i] === 1 ? 0 : value));
}

function pixelSizeNotes(found: number | null, trained: readonly [number, number] | null): string[] {
  if (found === null) return ["no pixel size is stated: sizes are in px (--pixel-size gives it)"];
  if (trained === null) return [];
  const [low, high] = trained;
  if (found >= low * (1 - PIXEL_SIZE_SLACK) && found <= high * (1 + PIXEL_SIZE_SLACK)) return [];
  return [`pixels of ${found} nm, the model was trained on ${low} to ${high} nm: do not trust it unseen`];
}

function undividedNotes({ undividedCount }: ParticleImage): string[] {
  if (undividedCount === 0) return [];
  return [`${undividedCount} objects are too large to be separated: each counts as one particle`];
}
