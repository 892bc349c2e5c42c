import type { InversionModel } from "../inverse/index.ts";
import { dihedralInto, type LoadedModel } from "../train/index.ts";
import { encodeInputs, sliceDataSet, type DataSet } from "./data-set.ts";

/** What a network says of a data set. */
export interface CodePredictions {
  /** [count][targetCount] standardised targets. */
  readonly codes: readonly Float32Array[];
  /** [count] embedding of the network followed by the classical measures: what familiarity is judged by. */
  readonly features: readonly Float64Array[];
}

/** Mean over the orientations of an image, [count, ...] each. */
export interface OrientedPrediction {
  readonly outputs: Float32Array;
  readonly embeddings: Float32Array;
}

/** Rotations and mirror images of a square. */
const ORIENTATION_COUNT = 8;

/**
 * Asks a network about images in all eight orientations and averages the answers.
 *
 * How an aggregate lies in the image plane says nothing of its parameters, but a trained network's answer scatters
 * with it; the mean scatters less, and is the same for a turned image.
 *
 * @param network a loaded model with an embedding
 * @param inputs [count, 1, edge, edge]
 * @param shape number and edge [px] of the images
 * @returns mean outputs and embeddings
 */
export async function predictOriented(
  network: LoadedModel,
  inputs: Float32Array,
  { count, edge }: { readonly count: number; readonly edge: number },
): Promise<OrientedPrediction> {
  const pixelCount = edge * edge;
  const turned = new Float32Array(inputs.length);
  const sums: { outputs: Float32Array; embeddings: Float32Array } = {
    outputs: new Float32Array(0),
    embeddings: new Float32Array(0),
  };
  for (let orientation = 0; orientation < ORIENTATION_COUNT; orientation++) {
    for (let start = 0; start < count * pixelCount; start += pixelCount) {
      const [source, target] = [inputs, turned].map((part) => part.subarray(start, start + pixelCount));
      dihedralInto(source, edge, orientation, target);
    }
    const { outputs, embeddings } = await network.predict(turned, count);
    sums.outputs = addShare(sums.outputs, outputs);
    sums.embeddings = addShare(sums.embeddings, embeddings ?? new Float32Array(0));
  }
  return sums;
}

function addShare(sum: Float32Array, values: Float32Array): Float32Array {
  return values.map((value, i) => (sum[i] ?? 0) + value / ORIENTATION_COUNT);
}

/** Images encoded at once: 64 of 128 x 128 are 4 MB. */
const CHUNK = 64;

/**
 * Applies a network to a data set.
 *
 * @param network a loaded model with an embedding
 * @param data images
 * @param input standardisation of the inputs
 * @returns standardised targets and features, one row per image
 */
export async function predictCodes(
  network: LoadedModel,
  data: DataSet,
  input: InversionModel["input"],
): Promise<CodePredictions> {
  const codes: Float32Array[] = [];
  const features: Float64Array[] = [];
  for (let start = 0; start < data.count; start += CHUNK) {
    const part = sliceDataSet(data, start, Math.min(start + CHUNK, data.count));
    const shape = { count: part.count, edge: part.widthPx };
    const { outputs, embeddings } = await predictOriented(network, encodeInputs(part, input), shape);
    const outputCount = outputs.length / part.count;
    const embeddingCount = embeddings.length / part.count;
    for (let i = 0; i < part.count; i++) {
      codes.push(outputs.slice(i * outputCount, (i + 1) * outputCount));
      const embedding = embeddings.subarray(i * embeddingCount, (i + 1) * embeddingCount);
      features.push(Float64Array.of(...embedding, ...part.measures[i]));
    }
  }
  return { codes, features };
}
