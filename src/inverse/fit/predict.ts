import { mean } from "../../core/index.ts";
import {
  correctReading,
  type InversionModel,
  type PosteriorHead,
  type Reading,
} from "../../posterior/index.ts";
import { dihedralInto, headMoments, headOutputs, type LoadedModel } from "../../train/index.ts";
import { encodeDataConditions } from "../data/conditioning.ts";
import { encodeInputs, sliceDataSet, type DataSet } from "../data/data-set.ts";

/** How outputs of a network are read, and how its inputs are made. */
export type ReadingRule = Pick<
  InversionModel,
  "head" | "memberCount" | "input" | "targets" | "conditions" | "corrections"
>;

/** What a network says of a data set. */
export interface DataSetReadings {
  readonly readings: readonly Reading[];
  /** [count] embedding of the network, classical measures and measures of the recording: what familiarity is judged by. */
  readonly features: readonly Float64Array[];
}

/** What a network says of some images. */
export interface OrientedReadings {
  readonly readings: readonly Reading[];
  /** [count, embeddingSize] */
  readonly embeddings: Float32Array;
}

/** How many images there are and what is told of them. */
export interface OrientedShape {
  readonly count: number;
  readonly edge: number;
  /** [count, 2 x told conditions], as encodeConditions gives them. */
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
 * @param shape number and edge [px] of the images, and what the network is told beside them; nothing by default
 */
export async function readOriented(
  network: LoadedModel,
  inputs: Float32Array,
  { count, edge, conditions }: OrientedShape,
  rule: Pick<ReadingRule, "head" | "memberCount" | "targets" | "corrections">,
): Promise<OrientedReadings> {
  const pixelCount = edge * edge;
  const turned = new Float32Array(inputs.length);
  const outputsOf: Float32Array[] = [];
  let embeddings = new Float32Array(0);
  for (let orientation = 0; orientation < ORIENTATION_COUNT; orientation++) {
    for (let start = 0; start < count * pixelCount; start += pixelCount) {
      const [source, target] = [inputs, turned].map((part) => part.subarray(start, start + pixelCount));
      dihedralInto(source, edge, orientation, target);
    }
    const prediction = await network.predict(turned, count, conditions);
    outputsOf.push(prediction.outputs);
    embeddings = addShare(embeddings, prediction.embeddings ?? new Float32Array(0));
  }
  const readings = Array.from({ length: count }, (_, i) => {
    const rows = outputsOf.map((outputs) => {
      const size = outputs.length / count;
      return outputs.subarray(i * size, (i + 1) * size);
    });
    return correctReading(mixAnswers(rows, rule), rule.corrections);
  });
  return { readings, embeddings };
}

function addShare(sum: Float32Array, values: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(values, (value, i) => (sum[i] ?? 0) + value / ORIENTATION_COUNT);
}

/** One reading from the outputs of all orientations, each the outputs of all members one after another. */
function mixAnswers(
  outputs: readonly Float32Array[],
  { head, memberCount, targets }: Pick<ReadingRule, "head" | "memberCount" | "targets">,
): Reading {
  // behind the head's numbers there may be a census
  const width = outputs[0].length / memberCount;
  const answers = outputs.flatMap((row) =>
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

/** Images encoded at once: 64 of 160 x 160 are 7 MB. */
const CHUNK = 64;

/** Applies a network to a data set. */
export async function readDataSet(
  network: LoadedModel,
  data: DataSet,
  rule: ReadingRule,
): Promise<DataSetReadings> {
  const readings: Reading[] = [];
  const features: Float64Array[] = [];
  for (let start = 0; start < data.count; start += CHUNK) {
    const part = sliceDataSet(data, start, Math.min(start + CHUNK, data.count));
    const conditions = encodeDataConditions(part, rule.conditions);
    const shape = { count: part.count, edge: part.widthPx, conditions };
    const answer = await readOriented(network, encodeInputs(part, rule.input), shape, rule);
    const size = answer.embeddings.length / part.count;
    answer.readings.forEach((reading, i) => {
      readings.push(reading);
      const embedding = answer.embeddings.subarray(i * size, (i + 1) * size);
      features.push(Float64Array.of(...embedding, ...part.measures[i], ...part.recordings[i]));
    });
  }
  return { readings, features };
}
