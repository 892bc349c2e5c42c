import { openRandomStream, rangeError, type StartStage } from "../../core/index.ts";
import { backgroundPixels } from "../../image/index.ts";
import { decodeTarget, encodeConditioning, encodeInputInto, type Target } from "../../posterior/index.ts";
import { predictOriented } from "../fit/predict.ts";
import type { InvertedImage } from "./inverted-image.ts";
import type { Inversion } from "./open-inversion.ts";

/** What a quantity's answer owes to each place of an image. */
export interface HiddenPatches extends Pick<Target, "key" | "label" | "unit"> {
  /** The answer with nothing hidden. */
  readonly value: number;
  /** Edge of the patches [px of the network's image]. */
  readonly patchPx: number;
  /** [height, width] answer with nothing hidden, less that with the patch about the pixel hidden: positive where a place raises it. */
  readonly contributions: Float32Array;
}

/** Patches that lie side by side along an edge of the image. */
const PATCHES_ALONG = 10;

/** What is asked of an answer. */
export interface PatchQuestion {
  /** Key of a quantity that the network reads. */
  readonly key: string;
  /** Patches side by side along an edge; 10 by default. Each costs eight passes of the network, and they overlap by half. */
  readonly patchesAlong?: number;
}

/**
 * Which places of an image an answer comes from: it is asked for anew with one patch after another hidden under the background, noise
 * and all [zeiler2014]. Patches overlap by half; a pixel has the mean of those that hide it.
 *
 * @param inversion the network
 * @param answer of an image, with the image as the network saw it
 * @param question which quantity, and how fine
 * @param startStage to show progress
 * @returns contributions in the quantity's unit
 * @throws RangeError where the network does not read the quantity
 */
export async function hidePatches(
  { model, network }: Inversion,
  { file, image, conditioning }: Pick<InvertedImage, "file" | "image" | "conditioning">,
  { key, patchesAlong = PATCHES_ALONG }: PatchQuestion,
  startStage: StartStage,
): Promise<HiddenPatches> {
  const t = model.targets.findIndex((target) => target.key === key);
  if (t < 0) {
    const known = model.targets.map((target) => target.key).join(", ");
    throw rangeError({ action: "explain answer" }, `quantity must be one of ${known}`, key);
  }
  const target = model.targets[t];
  const conditions = encodeConditioning(model.conditions, conditioning);
  const { width: edge } = image;
  const answerTo = async (data: Float32Array) => {
    const input = encodeInputInto(new Float32Array(data.length), data, { input: model.input, offset: 0 });
    const { outputs } = await predictOriented(network, input, { count: 1, edge, conditions }, model);
    return decodeTarget(target, outputs[0].centers[t]);
  };
  const value = await answerTo(image.data);
  const patchPx = Math.ceil(edge / patchesAlong);
  const starts = patchStarts(edge, patchPx);
  const sums = new Float64Array(edge * edge);
  const counts = new Uint8Array(edge * edge);
  const background = backgroundPixels(image, edge * edge, openRandomStream(0, "hidden patches"));
  const stage = startStage(`Hiding one place of ${file} after another`, starts.length ** 2);
  let done = 0;
  for (const top of starts) {
    for (const left of starts) {
      const hidden = Float32Array.from(image.data);
      const pixels = pixelsOf({ top, left, patchPx, edge });
      for (const i of pixels) hidden[i] = background[i];
      const change = value - (await answerTo(hidden));
      for (const i of pixels) {
        sums[i] += change;
        counts[i]++;
      }
      stage.update(++done);
    }
  }
  stage.finish();
  const { label, unit } = target;
  return {
    key,
    label,
    unit,
    value,
    patchPx,
    contributions: Float32Array.from(sums, (sum, i) => sum / counts[i]),
  };
}

/** Every half patch, and the last one flush with the end. */
function patchStarts(edge: number, patchPx: number): number[] {
  const step = Math.max(1, Math.floor(patchPx / 2));
  const starts = Array.from({ length: Math.floor((edge - patchPx) / step) + 1 }, (_, k) => k * step);
  return starts.at(-1) === edge - patchPx ? starts : [...starts, edge - patchPx];
}

function pixelsOf(patch: Readonly<Record<"top" | "left" | "patchPx" | "edge", number>>): number[] {
  const { top, left, patchPx, edge } = patch;
  return Array.from(
    { length: patchPx * patchPx },
    (_, k) => (top + Math.floor(k / patchPx)) * edge + left + (k % patchPx),
  );
}
