import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { GrayImage } from "../../core/index.ts";
import {
  answerImage,
  encodeConditions,
  encodeInputInto,
  INTERVAL_LEVELS,
  measureImage,
  measureRecording,
  poolReadings,
  summarisePosterior,
  toldValues,
  widestLevel,
  type Estimate,
  type ImageAnswer,
  type Reading,
  type StatedConditions,
} from "../../posterior/index.ts";
import { frameImage, readMicrograph } from "../../micrograph/index.ts";
import { fitToField } from "./fit-to-field.ts";
import type { Inversion } from "./open-inversion.ts";
import { poolCalibration } from "../fit/pools.ts";
import { readOriented } from "../fit/predict.ts";
import { conditionsOfFile, tellConditions } from "./stated-conditions.ts";

/** What can be believed of an answer. */
export type Verdict = "familiar" | "uncalibrated" | "unfamiliar";

/** The answer for one image file. */
export interface FileAnswer extends ImageAnswer {
  readonly file: string;
  readonly verdict: Verdict;
  /** The verdict in words, with the reason. */
  readonly explanation: string;
  /** What was done to the image before the network saw it. */
  readonly notes: readonly string[];
  /** The image as the network saw it. */
  readonly image: GrayImage;
  /** What the network said of it, on the standardised scale. */
  readonly reading: Reading;
  /** What the network was told of it; electrons per pixel of the network. */
  readonly told: StatedConditions;
}

/** The answer for several images of one powder together. */
export interface PooledAnswer {
  readonly imageCount: number;
  /** Files that were left out because their images are unlike the training images. */
  readonly leftOut: readonly string[];
  readonly estimates: readonly Estimate[];
  /** What limits the answer, for the person who has to believe it. */
  readonly notes: readonly string[];
}

/** An image file that was read. */
export interface ImageFile {
  readonly path: string;
  readonly image: GrayImage;
  /** What the file states of how it was taken; electrons per pixel of the file. */
  readonly stated?: StatedConditions;
  /** What was done to it since, for the person who has to believe the result. */
  readonly notes?: readonly string[];
}

/** What is known of images besides their files; over what those say. */
export interface InvertOptions {
  /** [nm] */
  readonly pixelSizeNm?: number | undefined;
  /** Electrons per pixel of the files. */
  readonly stated?: StatedConditions;
}

/**
 * Reads image files.
 *
 * @param paths image files of any format that the suite reads
 * @returns the first frame of each, in order
 * @throws Error for the first file that is missing or is not an image
 */
export async function readImages(paths: readonly string[]): Promise<ImageFile[]> {
  const files: ImageFile[] = [];
  for (const path of paths) {
    const micrograph = await readMicrograph(readImageFile(path), path);
    files.push({ path, image: frameImage(micrograph), stated: conditionsOfFile(micrograph.metadata) });
  }
  return files;
}

/**
 * Inverts images: estimates with intervals, and a verdict on each.
 *
 * @param inversion network and record
 * @param files from readImages
 * @param options pixel size and conditions given by hand
 * @returns one answer per file, in order
 * @throws RangeError for the first image that does not fit the network's field
 */
export async function invertImages(
  inversion: Inversion,
  files: readonly ImageFile[],
  options: InvertOptions,
): Promise<FileAnswer[]> {
  const answers: FileAnswer[] = [];
  for (const file of files) answers.push(await invertFile(inversion, file, options));
  return answers;
}

async function invertFile(
  { model, network }: Inversion,
  { path, image: source, stated: byFile = {}, notes: earlier = [] }: ImageFile,
  { pixelSizeNm, stated: byHand = {} }: InvertOptions,
): Promise<FileAnswer> {
  const { image, isOnScale, notes } = fitToField(source, model, { pixelSizeNm, name: path });
  const ownPixel = pixelSizeNm ?? source.pixelSizeNm ?? model.pixelSizeNm;
  const told = tellConditions(model, { byHand, byFile, pixelSizeNm: ownPixel });
  const input = encodeInputInto(new Float32Array(image.data.length), image.data, {
    input: model.input,
    offset: 0,
  });
  const conditions = encodeConditions(model.conditions, told.stated);
  const shape = { count: 1, edge: image.width, conditions };
  const { readings, embeddings } = await readOriented(network, input, shape, model);
  const measures = measureImage(image, model.pixelSizeNm);
  const features = Float64Array.of(...embeddings, ...measures, ...measureRecording(image));
  const answer = answerImage(model, readings[0], features);
  const verdict = verdictOf(answer, isOnScale);
  return {
    ...answer,
    file: basename(path),
    verdict,
    explanation: explain(verdict, answer),
    notes: [...earlier, ...notes, ...told.notes, ...noteOfErrors(model.calibration.network.length, "images")],
    image,
    reading: readings[0],
    told: toldValues(model.conditions, told.stated),
  };
}

/**
 * Takes the answers for several images of one powder together: the product of their posteriors over the shared prior.
 *
 * Unfamiliar images are left out.
 *
 * @param inversion network and record, calibrated for pools
 * @param answers from invertImages
 * @returns medians and intervals of what the images have in common
 * @throws RangeError where the model was not calibrated for pools, or no image is familiar
 */
export function poolAnswers({ model }: Inversion, answers: readonly FileAnswer[]): PooledAnswer {
  const used = answers.filter(({ verdict }) => verdict !== "unfamiliar");
  const leftOut = answers.filter(({ verdict }) => verdict === "unfamiliar").map(({ file }) => file);
  if (used.length === 0) {
    throw new RangeError(
      `Cannot pool images: at least one must be like the training images, got ${answers.length} that are not`,
    );
  }
  const { rule, residuals } = poolCalibration(model, used.length);
  const reading = poolReadings(
    model.targets,
    used.map((answer) => answer.reading),
    { rule, prior: model.prior },
  );
  const notes = noteOfErrors(residuals.length, "powders");
  const largest = model.pools.at(-1)?.imageCount ?? 0;
  if (used.length > largest) {
    notes.push(`calibrated for up to ${largest} images: intervals of ${used.length} may be too narrow`);
  }
  if (used.some(({ verdict }) => verdict === "uncalibrated")) {
    notes.push("some images have no absolute intensities: do not rely on the numbers");
  }
  return {
    imageCount: used.length,
    leftOut,
    estimates: summarisePosterior(model.targets, reading, residuals),
    notes,
  };
}

/** Few errors cannot say where 95 % of them lie; what is printed is then the range of all. */
function noteOfErrors(count: number, what: "images" | "powders"): string[] {
  const widest = widestLevel(count);
  if (widest >= Math.max(...INTERVAL_LEVELS)) return [];
  return [`calibrated on ${count} ${what} only: no interval holds more than ${Math.floor(100 * widest)} %`];
}

function readImageFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no such file" : String(code);
    throw new Error(`Cannot read image: wanted a micrograph, got ${got} (${path})`, { cause });
  }
}

function verdictOf({ isFamiliar }: ImageAnswer, isOnScale: boolean): Verdict {
  if (!isFamiliar) return "unfamiliar";
  return isOnScale ? "familiar" : "uncalibrated";
}

function explain(verdict: Verdict, { distance, distanceLimit }: ImageAnswer): string {
  const distances = `distance ${distance.toFixed(1)}, limit ${distanceLimit.toFixed(1)}`;
  switch (verdict) {
    case "familiar":
      return `like the training images (${distances})`;
    case "uncalibrated":
      return `looks like the training images (${distances}), but its intensities have no absolute scale: do not rely on the numbers`;
    case "unfamiliar":
      return `unlike anything the network was trained on (${distances}): no numbers are given`;
  }
}
