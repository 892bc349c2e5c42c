import type { GrayImage } from "../../core/index.ts";
import {
  answerImage,
  encodeInputInto,
  INTERVAL_LEVELS,
  measureImage,
  measureRecording,
  widestLevel,
  type ImageAnswer,
} from "../../posterior/index.ts";
import { predictOriented } from "../fit/predict.ts";
import type { ResolvedKnowledge } from "./given-knowledge.ts";
import type { InvertedImage, Verdict } from "./inverted-image.ts";
import type { Inversion } from "./open-inversion.ts";

/** An image in a network's frame, and the numbers that are stated beside it. */
interface FramedImage {
  readonly image: GrayImage;
  readonly conditions: Float32Array;
}

/** What is known of an image before the network is asked. */
interface ImageRecord {
  readonly file: string;
  /** Why an answer cannot be relied on, clauses with the image as "it". */
  readonly doubts: readonly string[];
  readonly notes: readonly string[];
  /** What a user knows of the answer besides. */
  readonly given: ResolvedKnowledge;
}

/**
 * Asks a network about an image in its frame: estimates with intervals, and a verdict.
 */
export async function answerFramed(
  { model, network }: Inversion,
  { image, conditions }: FramedImage,
  { file, doubts, notes, given }: ImageRecord,
): Promise<Omit<InvertedImage, "conditioning">> {
  const input = encodeInputInto(new Float32Array(image.data.length), image.data, {
    input: model.input,
    offset: 0,
  });
  const shape = { count: 1, edge: image.width, conditions };
  const { outputs, embeddings } = await predictOriented(network, input, shape, model);
  const measures = measureImage(image, model.pixelSizeNm);
  const features = Float64Array.of(...embeddings, ...measures, ...measureRecording(image));
  const answer = answerImage(model, outputs[0], features, given.knowledge);
  const verdict = verdictOf(answer, doubts);
  return {
    ...answer,
    file,
    verdict,
    explanation: explain(verdict, answer, doubts),
    notes: [
      ...notes,
      ...noteOfErrors(model.calibration.network.length, "images"),
      ...notesOfKnowledge(given, answer.effectiveDraws, model.calibration.network.length),
    ],
    image,
    output: outputs[0],
  };
}

/** Few errors cannot say where 95 % of them lie; what is printed is then the range of all. */
export function noteOfErrors(count: number, what: "images" | "powders" | "aggregates"): string[] {
  const widest = widestLevel(count);
  if (widest >= Math.max(...INTERVAL_LEVELS)) return [];
  return [`calibrated on ${count} ${what} only: no interval holds more than ${Math.floor(100 * widest)} %`];
}

/** What was given, and on how many draws the answer rests under it. */
export function notesOfKnowledge(
  { notes }: ResolvedKnowledge,
  effectiveDraws: number | null,
  drawCount: number,
): string[] {
  if (effectiveDraws === null) return [];
  return [
    ...notes,
    `the answer rests on ${effectiveDraws.toFixed(0)} of ${drawCount} draws (effective number)`,
  ];
}

function verdictOf({ isInDistribution }: ImageAnswer, doubts: readonly string[]): Verdict {
  if (!isInDistribution) return "out of distribution";
  return doubts.length === 0 ? "in distribution" : "uncalibrated";
}

function explain(
  verdict: Verdict,
  { distance, distanceLimit, faults }: ImageAnswer,
  doubts: readonly string[],
): string {
  const distances = `distance ${distance.toFixed(1)}, limit ${distanceLimit.toFixed(1)}`;
  switch (verdict) {
    case "in distribution":
      return `like the training images (${distances})`;
    case "uncalibrated":
      return `looks like the training images (${distances}), but ${doubts.join("; ")}: do not rely on the numbers`;
    case "out of distribution": {
      const unlike = `unlike anything the network was trained on (${distances})`;
      if (faults.length === 0) return `${unlike}: no numbers are given`;
      const reasons = faults.map(({ text }) => text).join("; ");
      return `${unlike}, for ${reasons}: no numbers are given; ${faults[0].remedy}`;
    }
  }
}
