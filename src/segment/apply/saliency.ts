import type { GrayImage } from "../../core/index.ts";
import { checkNumber, mean, openRandomStream } from "../../core/index.ts";
import {
  constant,
  gradients,
  input,
  lowerToOnnx,
  multiply,
  openSession,
  slice,
  sumOf,
} from "../../graph/index.ts";
import { encodeOnnx } from "../../onnx/index.ts";
import { constantsOf, weightsFromModel } from "../../train/index.ts";
import { normalizeForNetwork } from "../data/normalize.ts";
import { segmenterNetwork } from "../train/segmenter-network.ts";
import { readSegmenterMetadata } from "./open-segmenter.ts";
import type { Segmenter } from "./open-segmenter.ts";
import type { ProbabilityMap } from "./pixel-classifier.ts";
import { padToGrid } from "./pad-to-grid.ts";

/** What is to be explained: the mean logit of a class over some pixels. */
export interface SaliencyQuestion {
  readonly classId: number;
  /** [height, width]; pixels other than 0 are asked about. */
  readonly region: ArrayLike<number>;
}

/**
 * Gradient times input: how much each pixel's deviation from the mean adds to the answer, to first order [shrikumar2017].
 *
 * @param bytes the segmentation model
 * @param image as it was read; the whole image goes through the network at once
 * @param question class and pixels
 * @returns [height, width] contributions to the mean logit over the region; NaN nowhere, zero beyond the network's reach
 * @throws RangeError when the region is empty or the class is not the model's
 */
export async function gradientSaliency(
  bytes: Uint8Array,
  image: GrayImage,
  { classId, region }: SaliencyQuestion,
): Promise<Float32Array> {
  const metadata = readSegmenterMetadata(bytes);
  const classCount = metadata.classNames.length;
  const action = "explain answer";
  checkNumber("classId", classId, {
    min: classCount === 2 ? 1 : 0,
    max: classCount - 1,
    integer: true,
    action,
  });
  const padded = padToGrid(normalizeForNetwork(image, metadata.config.model), metadata.tiling.gridPx);
  const network = segmenterNetwork(metadata.config.model, padded, classCount);
  const { weights } = weightsFromModel(bytes, network, { rng: openRandomStream(0, "unused") });
  const x = input("input", [1, 1, padded.height, padded.width]);
  const { output } = network.forward(x, constantsOf(network, weights));
  const channel = classCount === 2 ? 0 : classId;
  const logits = slice(output, 1, channel, channel + 1);
  const score = sumOf(multiply(logits, constant(regionWeights(region, image, padded), logits.shape)));
  const [slope] = gradients(score, [x]);
  const model = lowerToOnnx({ saliency: multiply(slope, x) }, { graphName: "saliency" });
  const session = await openSession(encodeOnnx(model));
  try {
    const { saliency } = await session.run({ input: { data: padded.data, shape: x.shape } });
    return cropped(saliency.data, padded.width, image);
  } finally {
    await session.dispose();
  }
}

/**
 * Occlusion: how much the mean probability of a class over a region falls when a patch is replaced by the image's mean [zeiler2014].
 *
 * @param segmenter the model
 * @param image as it was read
 * @param question class, pixels, and the edge of the patches [px]; each patch costs one pass
 * @returns [height, width] falls of the probability, constant over each patch; positive where the patch speaks for the class
 * @throws RangeError when the region is empty
 */
export async function occlusionSaliency(
  segmenter: Pick<Segmenter, "probabilities">,
  image: GrayImage,
  { classId, region, patchPx }: SaliencyQuestion & { readonly patchPx: number },
): Promise<Float32Array> {
  const { width, height, data } = image;
  const weights = regionWeights(region, image, image);
  const scoreOf = (map: ProbabilityMap) =>
    weights.reduce(
      (sum, weight, i) => (weight === 0 ? sum : sum + weight * classProbability(map, i, classId)),
      0,
    );
  const whole = scoreOf(await segmenter.probabilities(image));
  const grey = mean(data);
  const result = new Float32Array(data.length);
  for (let top = 0; top < height; top += patchPx) {
    for (let left = 0; left < width; left += patchPx) {
      const patch = {
        top,
        left,
        bottom: Math.min(height, top + patchPx),
        right: Math.min(width, left + patchPx),
      };
      const hidden = data.slice();
      fillInPlace(hidden, width, patch, grey);
      const fall = whole - scoreOf(await segmenter.probabilities({ ...image, data: hidden }));
      fillInPlace(result, width, patch, fall);
    }
  }
  return result;
}

/** Weights that take the mean over the region; zero in the padding. */
function regionWeights(
  region: ArrayLike<number>,
  { width, height }: GrayImage,
  padded: { readonly width: number; readonly height: number },
): Float32Array {
  let count = 0;
  for (let i = 0; i < width * height; i++) if (region[i] !== 0) count++;
  checkNumber("pixels of the region", count, { min: 1, action: "explain answer" });
  const weights = new Float32Array(padded.width * padded.height);
  for (let i = 0; i < width * height; i++) {
    if (region[i] !== 0) weights[Math.floor(i / width) * padded.width + (i % width)] = 1 / count;
  }
  return weights;
}

function classProbability({ data, channelCount }: ProbabilityMap, pixel: number, classId: number): number {
  if (channelCount > 1) return data[pixel * channelCount + classId];
  return classId === 1 ? data[pixel] : 1 - data[pixel];
}

function cropped(data: Float32Array, paddedWidth: number, { width, height }: GrayImage): Float32Array {
  return Float32Array.from(
    { length: width * height },
    (_, i) => data[Math.floor(i / width) * paddedWidth + (i % width)],
  );
}

interface Patch {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

function fillInPlace(
  data: Float32Array,
  width: number,
  { top, left, bottom, right }: Patch,
  value: number,
): void {
  for (let y = top; y < bottom; y++) data.fill(value, y * width + left, y * width + right);
}
