import type { InputScale } from "../inverse/index.ts";
import type { LoadedModel } from "../train/index.ts";
import { encodeInputs, sliceDataSet, type DataSet } from "./data-set.ts";

/** What a network says of a data set. */
export interface CodePredictions {
  /** [count][targetCount] standardised targets. */
  readonly codes: readonly Float32Array[];
  /** [count] embedding of the network followed by the classical measures: what familiarity is judged by. */
  readonly features: readonly Float64Array[];
}

/** Images encoded at once: 64 of 128 x 128 are 4 MB. */
const CHUNK = 64;

/**
 * Applies a network to a data set.
 *
 * @param network a loaded model with an embedding
 * @param data images
 * @param input scale of the inputs
 * @returns standardised targets and features, one row per image
 */
export async function predictCodes(
  network: LoadedModel,
  data: DataSet,
  input: InputScale,
): Promise<CodePredictions> {
  const codes: Float32Array[] = [];
  const features: Float64Array[] = [];
  for (let start = 0; start < data.count; start += CHUNK) {
    const part = sliceDataSet(data, start, Math.min(start + CHUNK, data.count));
    const { outputs, embeddings } = await network.predict(encodeInputs(part, input), part.count);
    const outputCount = outputs.length / part.count;
    const embeddingCount = (embeddings?.length ?? 0) / part.count;
    for (let i = 0; i < part.count; i++) {
      codes.push(outputs.slice(i * outputCount, (i + 1) * outputCount));
      const embedding = embeddings?.subarray(i * embeddingCount, (i + 1) * embeddingCount) ?? [];
      features.push(Float64Array.of(...embedding, ...part.measures[i]));
    }
  }
  return { codes, features };
}
