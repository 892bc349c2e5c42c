import { mean } from "../../core/index.ts";
import {
  correctOutput,
  type InversionModel,
  type PosteriorHead,
  type NetworkOutput,
} from "../../posterior/index.ts";
import { dihedralInto, headMoments, headOutputs, type LoadedModel } from "../../train/index.ts";
import { encodeDataConditioning } from "../data/fit-conditioning.ts";
import { imageChunks, encodeInputs, type ImageSet } from "../data/data-set.ts";

/** How outputs of a network are read, and how its inputs are made. */
export type NetworkFormat = Pick<
  InversionModel,
  "head" | "memberCount" | "input" | "targets" | "conditions" | "corrections"
>;

/** What a network says of a data set. */
export interface DataSetOutputs {
  readonly outputs: readonly NetworkOutput[];
  /** [count] embedding of the network, classical measures and measures of the recording: what an image is tested by against the training images. */
  readonly features: readonly Float64Array[];
}

/** What a network says of some images. */
export interface OrientedOutputs {
  readonly outputs: readonly NetworkOutput[];
  /** [count, embeddingSize] */
  readonly embeddings: Float32Array;
}

/** How many images there are and what is given beside them. */
export interface OrientedShape {
  readonly count: number;
  readonly edge: number;
  /** [count, 2 x varying inputs], as encodeConditioning gives them. */
  readonly conditions?: Float32Array;
}

/** Rotations and mirror images of a square. */
const ORIENTATION_COUNT = 8;

/**
 * Asks a network about images in all eight orientations and takes the answers together.
 *
 * How an aggregate lies in the image plane says nothing of its parameters, but a trained network's answer scatters
 * with it; the mean scatters less, and is the same for a turned image. Answers of all orientations and all members of
 * an ensemble are mixed: mean of the means, and the mean variance plus the variance of the means [lakshminarayanan2017].
 *
 * @param inputs [count, 1, edge, edge]
 * @param shape number and edge [px] of the images, and the conditioning inputs beside them; nothing by default
 */
export async function predictOriented(
  network: LoadedModel,
  inputs: Float32Array,
  { count, edge, conditions }: OrientedShape,
  format: Pick<NetworkFormat, "head" | "memberCount" | "targets" | "corrections">,
): Promise<OrientedOutputs> {
  const turned = new Float32Array(inputs.length);
  const raw: Float32Array[] = [];
  let embeddings = new Float32Array(0);
  for (let orientation = 0; orientation < ORIENTATION_COUNT; orientation++) {
    turnInto(turned, inputs, edge, orientation);
    const prediction = await network.predict(turned, count, conditions);
    raw.push(prediction.outputs);
    embeddings = addShare(embeddings, prediction.embeddings ?? new Float32Array(0));
  }
  const outputs = Array.from({ length: count }, (_, i) => {
    const rows = raw.map((numbers) => {
      const size = numbers.length / count;
      return numbers.subarray(i * size, (i + 1) * size);
    });
    return correctOutput(mixMoments(rows, format), format.corrections);
  });
  return { outputs, embeddings };
}

/** Images of one edge [px] under a symmetry of the square, image by image. */
export function turnInto(
  turned: Float32Array,
  images: Float32Array,
  edge: number,
  symmetry: number,
): Float32Array {
  const pixelCount = edge * edge;
  for (let start = 0; start < images.length; start += pixelCount) {
    const [source, target] = [images, turned].map((part) => part.subarray(start, start + pixelCount));
    dihedralInto(source, edge, symmetry, target);
  }
  return turned;
}

function addShare(sum: Float32Array, values: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(values, (value, i) => (sum[i] ?? 0) + value / ORIENTATION_COUNT);
}

/** One output from the numbers of all orientations, each those of all members one after another. */
function mixMoments(
  rows: readonly Float32Array[],
  { head, memberCount, targets }: Pick<NetworkFormat, "head" | "memberCount" | "targets">,
): NetworkOutput {
  // behind the head's numbers there may be count maps
  const width = rows[0].length / memberCount;
  const answers = rows.flatMap((row) =>
    Array.from({ length: memberCount }, (_, j) =>
      headMoments(
        head,
        row.subarray(j * width, j * width + headOutputs(head, targets.length)),
        targets.length,
      ),
    ),
  );
  const centers = targets.map((_, t) => mean(answers.map((answer) => answer.mean[t])));
  const spreads = targets.map((_, t) => mixedSpread(head, answers, { t, center: centers[t] }));
  return { centers, spreads };
}

function mixedSpread(
  head: PosteriorHead,
  answers: readonly ReturnType<typeof headMoments>[],
  { t, center }: { readonly t: number; readonly center: number },
): number {
  if (head.kind === "point") return 1;
  const variance = answers.reduce(
    (sum, answer) => sum + answer.standardDeviation[t] ** 2 + (answer.mean[t] - center) ** 2,
    0,
  );
  return Math.sqrt(variance / answers.length);
}

/** Applies a network to a data set. */
export async function predictDataSet(
  network: LoadedModel,
  data: ImageSet,
  format: NetworkFormat,
): Promise<DataSetOutputs> {
  const outputs: NetworkOutput[] = [];
  const features: Float64Array[] = [];
  for (const part of imageChunks(data)) {
    const conditions = encodeDataConditioning(part, format.conditions);
    const shape = { count: part.count, edge: part.widthPx, conditions };
    const answer = await predictOriented(network, encodeInputs(part, format.input), shape, format);
    const size = answer.embeddings.length / part.count;
    answer.outputs.forEach((output, i) => {
      outputs.push(output);
      const embedding = answer.embeddings.subarray(i * size, (i + 1) * size);
      features.push(Float64Array.of(...embedding, ...part.measures[i], ...part.recordings[i]));
    });
  }
  return { outputs, features };
}
