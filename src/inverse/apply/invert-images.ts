import { basename } from "node:path";
import type { GrayImage } from "../../core/index.ts";
import {
  answerImage,
  encodeConditions,
  encodeInputInto,
  INTERVAL_LEVELS,
  measureImage,
  measureRecording,
  toldValues,
  widestLevel,
  type ImageAnswer,
  type Reading,
  type StatedConditions,
} from "../../posterior/index.ts";
import { fitToField } from "./fit-to-field.ts";
import type { Inversion } from "./open-inversion.ts";
import { readOriented } from "../fit/predict.ts";
import type { SourceImage } from "./read-images.ts";
import { tellConditions } from "./stated-conditions.ts";

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

/** What is known of images besides their files; over what those say. */
export interface InvertOptions {
  /** [nm] */
  readonly pixelSizeNm?: number | undefined;
  /** Electrons per pixel of the files. */
  readonly stated?: StatedConditions;
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
  files: readonly SourceImage[],
  options: InvertOptions,
): Promise<FileAnswer[]> {
  const answers: FileAnswer[] = [];
  for (const file of files) answers.push(await invertFile(inversion, file, options));
  return answers;
}

async function invertFile(
  { model, network }: Inversion,
  { path, name = basename(path), image: source, stated: byFile = {}, notes: earlier = [] }: SourceImage,
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
    file: name,
    verdict,
    explanation: explain(verdict, answer),
    notes: [...earlier, ...notes, ...told.notes, ...noteOfErrors(model.calibration.network.length, "images")],
    image,
    reading: readings[0],
    told: toldValues(model.conditions, told.stated),
  };
}

/** Few errors cannot say where 95 % of them lie; what is printed is then the range of all. */
export function noteOfErrors(count: number, what: "images" | "powders"): string[] {
  const widest = widestLevel(count);
  if (widest >= Math.max(...INTERVAL_LEVELS)) return [];
  return [`calibrated on ${count} ${what} only: no interval holds more than ${Math.floor(100 * widest)} %`];
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
