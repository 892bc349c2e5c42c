import { basename } from "node:path";
import type { GrayImage } from "../../core/index.ts";
import {
  answerImage,
  encodeConditioning,
  encodeInputInto,
  INTERVAL_LEVELS,
  measureImage,
  measureRecording,
  givenValues,
  widestLevel,
  type ImageAnswer,
  type NetworkOutput,
  type ConditioningValues,
} from "../../posterior/index.ts";
import { fitToField } from "./fit-to-field.ts";
import type { Inversion } from "./open-inversion.ts";
import { predictOriented } from "../fit/predict.ts";
import type { SourceImage } from "./read-images.ts";
import { prepareImage } from "./prepare-image.ts";
import { conditioningFor } from "./image-conditioning.ts";

/** What can be believed of an answer. */
export type Verdict = "in distribution" | "uncalibrated" | "out of distribution";

/** The answer for one image file. */
export interface InvertedImage extends ImageAnswer {
  readonly file: string;
  readonly verdict: Verdict;
  /** The verdict in words, with the reason. */
  readonly explanation: string;
  /** What was done to the image before the network saw it. */
  readonly notes: readonly string[];
  /** The image as the network saw it. */
  readonly image: GrayImage;
  /** What the network said of it, on the standardised scale. */
  readonly output: NetworkOutput;
  /** The conditioning inputs that the network was given; electrons per pixel of the network. */
  readonly conditioning: ConditioningValues;
}

/** What is known of images besides their files; over what those say. */
export interface InvertOptions {
  /** Electrons per pixel of the files. */
  readonly stated?: ConditioningValues;
}

/**
 * Inverts images: estimates with intervals, and a verdict on each.
 *
 * @param inversion network and record
 * @param files from readImages
 * @param options conditions given by hand
 * @returns one answer per file, in order
 * @throws RangeError for the first image that cannot be inverted or does not fit the network's field
 */
export async function invertImages(
  inversion: Inversion,
  files: readonly SourceImage[],
  options: InvertOptions,
): Promise<InvertedImage[]> {
  const answers: InvertedImage[] = [];
  for (const file of files) answers.push(await invertFile(inversion, file, options));
  return answers;
}

async function invertFile(
  { model, network }: Inversion,
  recorded: SourceImage,
  { stated: byHand = {} }: InvertOptions,
): Promise<InvertedImage> {
  const { path, stated: byFile = {}, ...file } = prepareImage(recorded, model.pixelSizeNm);
  const source = file.image;
  const { image, doubts, notes } = fitToField(source, model, path);
  const pixelSizeNm = source.pixelSizeNm ?? model.pixelSizeNm;
  const given = conditioningFor(model, { byHand, byFile, pixelSizeNm });
  const input = encodeInputInto(new Float32Array(image.data.length), image.data, {
    input: model.input,
    offset: 0,
  });
  const conditions = encodeConditioning(model.conditions, given.values);
  const shape = { count: 1, edge: image.width, conditions };
  const { outputs, embeddings } = await predictOriented(network, input, shape, model);
  const measures = measureImage(image, model.pixelSizeNm);
  const features = Float64Array.of(...embeddings, ...measures, ...measureRecording(image));
  const answer = answerImage(model, outputs[0], features);
  const allDoubts = [...(file.doubts ?? []), ...doubts];
  const verdict = verdictOf(answer, allDoubts);
  return {
    ...answer,
    file: file.name ?? basename(path),
    verdict,
    explanation: explain(verdict, answer, allDoubts),
    notes: [
      ...(file.notes ?? []),
      ...notes,
      ...given.notes,
      ...noteOfErrors(model.calibration.network.length, "images"),
    ],
    image,
    output: outputs[0],
    conditioning: givenValues(model.conditions, given.values),
  };
}

/** Few errors cannot say where 95 % of them lie; what is printed is then the range of all. */
export function noteOfErrors(count: number, what: "images" | "powders"): string[] {
  const widest = widestLevel(count);
  if (widest >= Math.max(...INTERVAL_LEVELS)) return [];
  return [`calibrated on ${count} ${what} only: no interval holds more than ${Math.floor(100 * widest)} %`];
}

function verdictOf({ isInDistribution }: ImageAnswer, doubts: readonly string[]): Verdict {
  if (!isInDistribution) return "out of distribution";
  return doubts.length === 0 ? "in distribution" : "uncalibrated";
}

function explain(
  verdict: Verdict,
  { distance, distanceLimit }: ImageAnswer,
  doubts: readonly string[],
): string {
  const distances = `distance ${distance.toFixed(1)}, limit ${distanceLimit.toFixed(1)}`;
  switch (verdict) {
    case "in distribution":
      return `like the training images (${distances})`;
    case "uncalibrated":
      return `looks like the training images (${distances}), but ${doubts.join("; ")}: do not rely on the numbers`;
    case "out of distribution":
      return `unlike anything the network was trained on (${distances}): no numbers are given`;
  }
}
