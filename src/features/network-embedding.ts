import { failureText, type GrayImage } from "../core/index.ts";
import { checkDescribable, type Feature } from "./feature.ts";
import { extremes } from "./grey-levels.ts";

/** A float32 tensor, row-major. */
export interface EmbeddingTensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Runs a network once: an ONNX session's `run` with the names of input and output filled in. */
export type RunNetwork = (input: EmbeddingTensor) => Promise<EmbeddingTensor>;

/** What the network wants to see. */
export interface NetworkInput {
  readonly widthPx: number;
  readonly heightPx: number;
  /** 1, or 3 for a network of colour images: the grey plane is given three times. */
  readonly channels: number;
  /** Mean and standard deviation a channel, after the image is brought to 0..1; none by default. */
  readonly mean?: readonly number[];
  readonly deviation?: readonly number[];
  /** Intensities that become 0 and 1; the image's own smallest and largest by default. */
  readonly range?: readonly [number, number];
  /** Word for the names of the features; "embedding" by default. */
  readonly name?: string;
}

/**
 * Activations of a trained network as features, whatever the network: the runtime is the caller's.
 *
 * The image is brought to the network's size by area or bilinear weights and to 0..1. An output with spatial axes is
 * averaged over them [lin2014network], so that the features do not depend on where in the image a thing lies.
 *
 * @param run runs the network on [1, channels, height, width]; gives [1, n] or [1, n, height, width]
 * @throws RangeError when the output has another form or is not finite
 */
export async function networkEmbedding(
  image: GrayImage,
  run: RunNetwork,
  input: NetworkInput,
): Promise<Feature[]> {
  checkDescribable(image);
  const { widthPx, heightPx, channels } = input;
  const output = await run({ data: tensorOf(image, input), shape: [1, channels, heightPx, widthPx] });
  const [batch, count, ...spatial] = output.shape;
  const places = spatial.reduce((product, extent) => product * extent, 1);
  if (batch !== 1 || !(count > 0) || output.data.length !== count * places) {
    const got = `[${output.shape.join(", ")}] with ${output.data.length} numbers`;
    throw new RangeError(
      failureText({ action: "embed image" }, "the network's output must be [1, n] or [1, n, h, w]", got),
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const plane = output.data.subarray(index * places, (index + 1) * places);
    const value = plane.reduce((sum, activation) => sum + activation, 0) / places;
    if (!Number.isFinite(value)) {
      const where = `output ${index}`;
      throw new RangeError(
        failureText({ action: "embed image", where }, "activations must be finite", String(value)),
      );
    }
    return { name: `${input.name ?? "embedding"} ${index}`, value, unit: "1", source: "lin2014network" };
  });
}

function tensorOf(image: GrayImage, input: NetworkInput): Float32Array {
  const { widthPx, heightPx, channels, mean = [], deviation = [] } = input;
  const [low, high] = input.range ?? extremes(image.data);
  const scale = high > low ? 1 / (high - low) : 0;
  const plane = resize(image, widthPx, heightPx).map((value) => (value - low) * scale);
  const tensor = new Float32Array(channels * plane.length);
  for (let channel = 0; channel < channels; channel++) {
    const [m, d] = [mean[channel] ?? 0, deviation[channel] ?? 1];
    tensor.set(
      plane.map((value) => (value - m) / d),
      channel * plane.length,
    );
  }
  return tensor;
}

/** Resizes by a triangle as wide as a new pixel, or an old one where those are larger: no aliasing when shrinking. */
function resize({ width, height, data }: GrayImage, newWidth: number, newHeight: number): Float64Array {
  const columns = resizeWeights(width, newWidth);
  const rows = resizeWeights(height, newHeight);
  const across = new Float64Array(height * newWidth);
  for (let row = 0; row < height; row++) {
    columns.forEach((taps, column) => {
      let sum = 0;
      for (const { index, weight } of taps) sum += weight * data[row * width + index];
      across[row * newWidth + column] = sum;
    });
  }
  const result = new Float64Array(newHeight * newWidth);
  rows.forEach((taps, row) => {
    for (const { index, weight } of taps) {
      for (let column = 0; column < newWidth; column++) {
        result[row * newWidth + column] += weight * across[index * newWidth + column];
      }
    }
  });
  return result;
}

function resizeWeights(from: number, to: number) {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(from - 1, Math.floor(centre + reach));
    const taps = Array.from({ length: last - first + 1 }, (__, k) => ({
      index: first + k,
      weight: Math.max(0, 1 - Math.abs(first + k - centre) / reach),
    }));
    const total = taps.reduce((sum, { weight }) => sum + weight, 0);
    return taps.map(({ index, weight }) => ({ index, weight: weight / total }));
  });
}
