import type { GrayImage } from "../../core/index.ts";
import { openRandomStream, rangeError } from "../../core/index.ts";
import { sizeOf } from "../../graph/index.ts";
import type { SessionOptions } from "../../graph/index.ts";
import { mapTiles, planTiles } from "../../image/index.ts";
import { imageTiles } from "../../micrograph/index.ts";
import { exportModel, loadModel, weightsFromModel } from "../../train/index.ts";
import type { LoadedModel, Network } from "../../train/index.ts";
import { padToGrid } from "./pad-to-grid.ts";

/** Probabilities of the classes at each pixel. */
export interface ProbabilityMap {
  readonly width: number;
  readonly height: number;
  /** As many as the network has logits: 1 (probability of class 1), or one a class. */
  readonly channelCount: number;
  /** [height, width, channelCount], row-major, 0 to 1. */
  readonly data: Float32Array;
}

/** A network that gives logits of the classes at each pixel, whatever the size of the image. */
export interface PixelNetwork {
  /** Network for a size [px]: [1, height, width] to [channels, height, width]. */
  readonly networkOf: (size: { readonly width: number; readonly height: number }) => Network;
  /** How far the answer at a pixel looks, and the grid that tiles must begin on [px]. */
  readonly tiling: { readonly marginPx: number; readonly gridPx: number };
}

/** How it runs. */
export interface PixelClassifierOptions extends Pick<SessionOptions, "threads" | "device"> {
  /** Edge of the largest piece computed at once [px]; 1280, or four times the network's reach. */
  readonly tileSize?: number;
}

/** A trained network of pixels that is ready to be used. */
export interface PixelClassifier {
  /** Probabilities for an image whose intensities are as the network wants them; large ones are tiled, to the same numbers. */
  probabilities(image: GrayImage): Promise<ProbabilityMap>;
  /** The network's deepest features of such an image, averaged over it; the image goes through as a whole. */
  embedding(image: GrayImage): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Opens the weights of a network of pixels.
 *
 * The network has no fixed input size: it is compiled for the size of the image, or of its tiles. Tiles overlap by twice the network's
 * reach and begin on its pooling grid, so that tiling changes nothing but rounding.
 *
 * @param bytes the .onnx file
 * @param network what the weights belong to
 * @param options tile size, threads, device
 * @returns the classifier; dispose it when done
 * @throws RangeError when weights are missing, or a tile holds nothing but margin
 */
export function openPixelClassifier(
  bytes: Uint8Array,
  { networkOf, tiling: { gridPx, marginPx } }: PixelNetwork,
  options: PixelClassifierOptions = {},
): PixelClassifier {
  const tileSize = Math.ceil((options.tileSize ?? Math.max(1280, 4 * marginPx)) / gridPx) * gridPx;
  const sessions = new Map<string, Promise<LoadedModel>>();
  const modelFor = (width: number, height: number) => {
    const key = `${width}x${height}`;
    const found = sessions.get(key) ?? compile(bytes, networkOf({ width, height }), options);
    sessions.set(key, found);
    return found;
  };
  const channelCount = sizeOf(networkOf({ width: gridPx, height: gridPx }).outputShape) / gridPx ** 2;
  const logitsOf = async (tile: GrayImage) => {
    const model = await modelFor(tile.width, tile.height);
    const { outputs } = await model.predict(tile.data, 1);
    return channelsLast(outputs, channelCount);
  };
  return {
    async probabilities(image) {
      const padded = padToGrid(image, gridPx);
      const logits = new Float32Array(padded.width * padded.height * channelCount);
      const plan = planTiles(padded.width, padded.height, { tileSize, margin: marginPx });
      for await (const band of mapTiles(imageTiles(padded), plan, channelCount, logitsOf)) {
        logits.set(band.data, band.firstRow * padded.width * channelCount);
      }
      const { width, height } = image;
      return toProbabilities(logits, padded.width, { width, height, channelCount });
    },
    async embedding(image) {
      const { width, height, data } = padToGrid(image, gridPx);
      const { embeddings } = await (await modelFor(width, height)).predict(data, 1);
      if (embeddings !== null) return embeddings;
      throw rangeError({ action: "embed image" }, "network must have an embedding", "one without");
    },
    async dispose() {
      for (const session of sessions.values()) await (await session).dispose();
      sessions.clear();
    },
  };
}

const SIZED_KIND = "heterostem-sized-network";

function compile(
  bytes: Uint8Array,
  network: Network,
  { threads, device }: PixelClassifierOptions,
): Promise<LoadedModel> {
  const { weights } = weightsFromModel(bytes, network, { rng: openRandomStream(0, "unused") });
  return loadModel(exportModel(network, weights, { kind: SIZED_KIND }), {
    kind: SIZED_KIND,
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
