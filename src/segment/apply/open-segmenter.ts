import type { GrayImage } from "../../core/index.ts";
import { failureText, parseJson, openRandomStream } from "../../core/index.ts";
import { decodeOnnx } from "../../onnx/index.ts";
import type { SessionOptions } from "../../graph/index.ts";
import { imageTiles } from "../../micrograph/index.ts";
import { mapTiles, planTiles } from "../../image/index.ts";
import { exportModel, loadModel, METADATA_KEY, weightsFromModel } from "../../train/index.ts";
import type { LoadedModel } from "../../train/index.ts";
import { normalizeForNetwork } from "../data/normalize.ts";
import { segmenterMetadataSchema } from "../stored-schemas.ts";
import { SEGMENTER_KIND } from "../segmenter-model.ts";
import type { SegmenterMetadata } from "../segmenter-model.ts";
import { segmenterNetwork } from "../train/segmenter-network.ts";
import { padToGrid } from "./pad-to-grid.ts";

/** Probabilities of the classes at each pixel. */
export interface ProbabilityMap {
  readonly width: number;
  readonly height: number;
  /** 1 (probability of class 1) for two classes, else one a class. */
  readonly channelCount: number;
  /** [height, width, channelCount], row-major, 0 to 1. */
  readonly data: Float32Array;
}

/** A segmentation model that is ready to be used. */
export interface Segmenter {
  readonly metadata: SegmenterMetadata;
  /** Probabilities for an image as it was read; images that do not fit in one go are tiled, to the same numbers. */
  probabilities(image: GrayImage): Promise<ProbabilityMap>;
  /** Probabilities for a part whose intensities are normalised already and whose sides are multiples of the network's grid. */
  tileProbabilities(part: GrayImage): Promise<ProbabilityMap>;
  dispose(): Promise<void>;
}

/** How a segmenter runs. */
export interface SegmenterOptions extends Pick<SessionOptions, "threads" | "device"> {
  /** Edge of the largest piece computed at once [px]; 1280, or four times the network's reach. */
  readonly tileSize?: number;
  /** File that the bytes came from, for error texts. */
  readonly where?: string;
}

/**
 * Opens a segmentation model.
 *
 * The network has no fixed input size: it is compiled for the size of the image, or of its tiles. Tiles overlap by twice the network's reach
 * and begin on its pooling grid, so that tiling changes nothing but rounding.
 *
 * @param bytes the .onnx file
 * @param options tile size, threads, device
 * @returns the segmenter; dispose it when done
 * @throws RangeError when the model is of another kind, or a tile holds nothing but margin
 */
export function openSegmenter(bytes: Uint8Array, options: SegmenterOptions = {}): Segmenter {
  const metadata = readSegmenterMetadata(bytes, options.where);
  const { gridPx, marginPx } = metadata.tiling;
  const tileSize = Math.ceil((options.tileSize ?? Math.max(1280, 4 * marginPx)) / gridPx) * gridPx;
  const sessions = new Map<string, Promise<LoadedModel>>();
  const modelFor = (width: number, height: number) => {
    const key = `${width}x${height}`;
    const found = sessions.get(key) ?? compile(bytes, metadata, { width, height }, options);
    sessions.set(key, found);
    return found;
  };
  const channelCount = metadata.classNames.length === 2 ? 1 : metadata.classNames.length;
  const logitsOf = async (tile: GrayImage) => {
    const model = await modelFor(tile.width, tile.height);
    const { outputs } = await model.predict(tile.data, 1);
    return channelsLast(outputs, channelCount);
  };
  return {
    metadata,
    async tileProbabilities(part) {
      const { width, height } = part;
      return toProbabilities(await logitsOf(part), width, { width, height, channelCount });
    },
    async probabilities(image) {
      const padded = padToGrid(normalizeForNetwork(image, metadata.config.model), gridPx);
      const logits = new Float32Array(padded.width * padded.height * channelCount);
      const plan = planTiles(padded.width, padded.height, { tileSize, margin: marginPx });
      for await (const band of mapTiles(imageTiles(padded), plan, channelCount, logitsOf)) {
        logits.set(band.data, band.firstRow * padded.width * channelCount);
      }
      return toProbabilities(logits, padded.width, {
        width: image.width,
        height: image.height,
        channelCount,
      });
    },
    async dispose() {
      for (const session of sessions.values()) await (await session).dispose();
      sessions.clear();
    },
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
    throw new RangeError(failureText(context, "wanted an ONNX file", "other bytes"), { cause });
  }
  if (text !== undefined) return parseJson(text, segmenterMetadataSchema, context);
  throw new RangeError(
    failureText(context, `kind of model must be ${SEGMENTER_KIND}`, "one without metadata"),
  );
}

function compile(
  bytes: Uint8Array,
  metadata: SegmenterMetadata,
  size: { readonly width: number; readonly height: number },
  { threads, device }: SegmenterOptions,
): Promise<LoadedModel> {
  const network = segmenterNetwork(metadata.config.model, size, metadata.classNames.length);
  const { weights } = weightsFromModel(bytes, network, { rng: openRandomStream(0, "unused") });
  const sized = exportModel(network, weights, { kind: SEGMENTER_KIND });
  return loadModel(sized, {
    kind: SEGMENTER_KIND,
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
  });
}

function channelsLast(planes: Float32Array, channelCount: number): Float32Array {
  if (channelCount === 1) return planes;
  const size = planes.length / channelCount;
  const result = new Float32Array(planes.length);
  for (let channel = 0; channel < channelCount; channel++) {
    for (let i = 0; i < size; i++) result[i * channelCount + channel] = planes[channel * size + i];
  }
  return result;
}

/** Logistic function of one logit, softmax of several; the padding is cut off. */
function toProbabilities(
  logits: Float32Array,
  paddedWidth: number,
  size: Omit<ProbabilityMap, "data">,
): ProbabilityMap {
  const { width, height, channelCount } = size;
  const data = new Float32Array(width * height * channelCount);
  for (let y = 0; y < height; y++) {
    const from = y * paddedWidth * channelCount;
    data.set(logits.subarray(from, from + width * channelCount), y * width * channelCount);
  }
  if (channelCount === 1) {
    for (let i = 0; i < data.length; i++) data[i] = 1 / (1 + Math.exp(-data[i]));
  } else {
    for (let at = 0; at < data.length; at += channelCount)
      softmaxInPlace(data.subarray(at, at + channelCount));
  }
  return { ...size, data };
}

function softmaxInPlace(values: Float32Array): void {
  let [most, sum] = [-Infinity, 0];
  for (const value of values) most = Math.max(most, value);
  for (let i = 0; i < values.length; i++) sum += values[i] = Math.exp(values[i] - most);
  for (let i = 0; i < values.length; i++) values[i] /= sum;
}
