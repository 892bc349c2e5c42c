import type { GrayImage } from "../../core/index.ts";
import { parseJson, rangeError } from "../../core/index.ts";
import { decodeOnnx } from "../../onnx/index.ts";
import { METADATA_KEY } from "../../train/index.ts";
import { normalizeForNetwork } from "../data/normalize.ts";
import { segmenterMetadataSchema } from "../stored-schemas.ts";
import { SEGMENTER_KIND } from "../segmenter-model.ts";
import type { SegmenterMetadata } from "../segmenter-model.ts";
import { segmenterNetwork } from "../train/segmenter-network.ts";
import { openPixelClassifier } from "./pixel-classifier.ts";
import type { PixelClassifierOptions, PixelNetwork, ProbabilityMap } from "./pixel-classifier.ts";

/** A segmentation model that is ready to be used. */
export interface Segmenter {
  readonly metadata: SegmenterMetadata;
  /** Probabilities for an image as it was read; images that do not fit in one go are tiled, to the same numbers. */
  probabilities(image: GrayImage): Promise<ProbabilityMap>;
  /** Probabilities for a part whose intensities are normalised already. */
  tileProbabilities(part: GrayImage): Promise<ProbabilityMap>;
  /** The network's deepest features of such a part, averaged over it: parts that look alike to it lie near each other. */
  tileEmbedding(part: GrayImage): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** How a segmenter runs. */
export interface SegmenterOptions extends PixelClassifierOptions {
  /** File that the bytes came from, for error texts. */
  readonly where?: string;
}

/**
 * Opens a segmentation model.
 *
 * @param bytes the .onnx file
 * @param options tile size, threads, device
 * @returns the segmenter; dispose it when done
 * @throws RangeError when the model is of another kind, or a tile holds nothing but margin
 */
export function openSegmenter(bytes: Uint8Array, options: SegmenterOptions = {}): Segmenter {
  const metadata = readSegmenterMetadata(bytes, options.where);
  const { config, classNames, tiling } = metadata;
  const networkOf: PixelNetwork["networkOf"] = (size) =>
    segmenterNetwork(config.model, size, classNames.length);
  const pixels = openPixelClassifier(bytes, { networkOf, tiling }, options);
  return {
    metadata,
    tileProbabilities: pixels.probabilities,
    tileEmbedding: pixels.embedding,
    async probabilities(image) {
      return pixels.probabilities(normalizeForNetwork(image, config.model));
    },
    dispose: pixels.dispose,
  };
}

/**
 * What a segmentation model says of itself.
 *
 * @param bytes the .onnx file
 * @param where file name for error texts
 * @returns its metadata
 * @throws RangeError when the file is no segmentation model
 */
export function readSegmenterMetadata(bytes: Uint8Array, where?: string): SegmenterMetadata {
  const context = { action: "open segmenter", ...(where === undefined ? {} : { where }) };
  let text: string | undefined;
  try {
    text = decodeOnnx(bytes).metadata[METADATA_KEY];
  } catch (cause) {
    throw rangeError(context, "wanted an ONNX file", "other bytes", { cause });
  }
  if (text !== undefined) return parseJson(text, segmenterMetadataSchema, context);
  throw rangeError(context, `kind of model must be ${SEGMENTER_KIND}`, "one without metadata");
}
