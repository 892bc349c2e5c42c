import type { RandomStream } from "../../src/core/index.ts";
import {
  add,
  input,
  lowerToOnnx,
  meanOf,
  multiply,
  openSession,
  sizeOf,
  slice,
} from "../../src/graph/index.ts";
import type { Value } from "../../src/graph/index.ts";
import { encodeOnnx } from "../../src/onnx/index.ts";
import { adamW } from "../../src/train/index.ts";
import type { Loss, Network, SampleSource } from "../../src/train/index.ts";
import { parameterCount, slicesOf } from "../../src/train/parameters.ts";
import { forwardSamples } from "../../src/train/sample-rows.ts";
import { learningRateAt } from "../../src/train/schedule.ts";
import { AVERAGE_NAME, initialState, openTrainingStep } from "../../src/train/training-step.ts";

/** Samples that nobody labelled, and what the student must agree on with its teacher. */
export interface Unlabelled {
  /** Weakly changed samples; what it writes as targets is not read. */
  readonly source: SampleSource;
  /** Changes a sample strongly, without moving anything. */
  readonly strengthen: (rng: RandomStream, x: Float32Array) => void;
  /** Error a pixel of a student's answer against the teacher's, both as logits. */
  readonly disagreement: (student: Value, teacher: Value) => Value;
  /** Weight of the mean disagreement beside the loss of the labelled samples, once it has risen. */
  readonly weight: number;
  /** Whether a rectangle of each sample and of its answer is that of another [french2020]. */
  readonly isMixed: boolean;
}

/** What a training takes. */
export interface TeacherCourse {
  readonly network: Network;
  /** Answers against the planes of labelled samples. */
  readonly loss: Loss;
  /** Planes of a labelled sample's target. */
  readonly targetPlanes: number;
  readonly labelled: SampleSource;
  /** Null trains on the labelled samples alone: the same ones. */
  readonly unlabelled: Unlabelled | null;
  /** Labelled samples a step; as many without labels beside them. */
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly averageDecay: number;
  readonly maxGradientNorm: number;
  readonly initialWeights: Float32Array;
  readonly threads: number;
}

/** Share of the steps over which the weight of the disagreement rises, as exp(-5 (1 - t)^2) [tarvainen2017]. */
const RISE_SHARE = 0.4;

/**
 * Trains with a mean teacher [tarvainen2017]: the teacher's weights are the moving average of the student's; of samples without labels it is
 * shown them weakly changed, the student the same ones strongly changed, and the student's answers are drawn to the teacher's.
 *
 * @param rng stream; labelled samples are the same whether there are others or not
 * @param course network, samples, weights, steps
 * @returns the teacher's weights
 */
export async function trainMeanTeacher(rng: RandomStream, course: TeacherCourse): Promise<Float32Array> {
  const { network, batchSize, unlabelled, steps, targetPlanes, threads } = course;
  const [answerPlanes, ...plane] = network.outputShape;
  const planeSize = sizeOf(plane);
  const planes = unlabelled === null ? targetPlanes : Math.max(targetPlanes, answerPlanes + 1);
  const targetShape = [planes, ...plane];
  const [inputSize, targetSize] = [sizeOf(network.inputShape), sizeOf(targetShape)];
  const rows = unlabelled === null ? batchSize : 2 * batchSize;
  const plan = {
    network,
    loss: jointLoss(course),
    optimiser: adamW(),
    batchSize: rows,
    targetShape,
    maxGradientNorm: course.maxGradientNorm,
    averageDecay: course.averageDecay,
  };
  const step = await openTrainingStep(plan, { threads });
  const teacher = unlabelled === null ? null : await openTeacher(network, batchSize, threads);
  const x = new Float32Array(rows * inputSize);
  const target = new Float32Array(rows * targetSize);
  let state = initialState(plan, course.initialWeights);
  for (let now = 1; now <= steps; now++) {
    for (let slot = 0; slot < batchSize; slot++) {
      const own = target.subarray(slot * targetSize, (slot + 1) * targetSize);
      const labels = own.subarray(0, targetPlanes * planeSize);
      const index = ((now - 1) * batchSize + slot) % course.labelled.count;
      const into = x.subarray(slot * inputSize, (slot + 1) * inputSize);
      course.labelled.fillInto(rng.fork("labelled", now, slot), index, into, labels);
    }
    if (unlabelled !== null && teacher !== null) {
      const weak = x.subarray(batchSize * inputSize);
      const unused = new Float32Array(targetPlanes * planeSize);
      for (let slot = 0; slot < batchSize; slot++) {
        const index = ((now - 1) * batchSize + slot) % unlabelled.source.count;
        const into = weak.subarray(slot * inputSize, (slot + 1) * inputSize);
        unlabelled.source.fillInto(rng.fork("unlabelled", now, slot), index, into, unused);
      }
      const answers = await teacher.answer(state.vectors[AVERAGE_NAME], weak);
      const shape = { edge: plane[1], planeSize, answerPlanes };
      const mixed = unlabelled.isMixed
        ? mix(rng.fork("mixed", now), { weak, answers, batchSize }, shape)
        : { weak, answers };
      weak.set(mixed.weak);
      const risen = Math.min(1, now / (RISE_SHARE * steps));
      const weight = unlabelled.weight * Math.exp(-5 * (1 - risen) ** 2);
      for (let slot = 0; slot < batchSize; slot++) {
        unlabelled.strengthen(
          rng.fork("strong", now, slot),
          weak.subarray(slot * inputSize, (slot + 1) * inputSize),
        );
        const own = target.subarray((batchSize + slot) * targetSize, (batchSize + slot + 1) * targetSize);
        own.set(
          mixed.answers.subarray(slot * answerPlanes * planeSize, (slot + 1) * answerPlanes * planeSize),
        );
        own.fill(weight, targetSize - planeSize);
      }
    }
    const schedule = { peak: course.learningRate, warmUpSteps: Math.min(20, Math.floor(steps / 10)) };
    const learningRate = learningRateAt(schedule, now, steps);
    ({ state } = await step.run(
      state,
      { x, target },
      { step: now, learningRate, rng: rng.fork("dropout", now) },
    ));
  }
  const weights = state.vectors[AVERAGE_NAME].slice();
  await step.dispose();
  await teacher?.dispose();
  return weights;
}

/** Loss of the labelled rows, and the weighed disagreement of the others. */
function jointLoss({ loss, unlabelled, batchSize, targetPlanes, network }: TeacherCourse): Loss {
  if (unlabelled === null) return loss;
  return (output, target) => {
    const labels = slice(slice(target, 0, 0, batchSize), 1, 0, targetPlanes);
    const known = loss(slice(output, 0, 0, batchSize), labels);
    const others = slice(target, 0, batchSize, 2 * batchSize);
    const answers = slice(others, 1, 0, network.outputShape[0]);
    const weight = slice(others, 1, target.shape[1] - 1, target.shape[1]);
    const error = unlabelled.disagreement(slice(output, 0, batchSize, 2 * batchSize), answers);
    return add(known, meanOf(multiply(error, weight)));
  };
}

async function openTeacher(network: Network, batchSize: number, threads: number) {
  const weights = input("weights", [parameterCount(network)]);
  const { output } = forwardSamples(network, batchSize, slicesOf(network, weights, false));
  const session = await openSession(encodeOnnx(lowerToOnnx({ output }, { graphName: "teacher" })), {
    threads,
  });
  return {
    async answer(average: Float32Array, x: Float32Array): Promise<Float32Array> {
      const results = await session.run({
        weights: { data: average, shape: [average.length] },
        x: { data: x.slice(), shape: [batchSize, ...network.inputShape] },
      });
      return results.output.data;
    },
    dispose: () => session.dispose(),
  };
}

/** Lays a rectangle of half the area, of the next sample and of its answer, into each; only where an answer has a pixel's own plane. */
function mix(
  rng: RandomStream,
  {
    weak,
    answers,
    batchSize,
  }: { readonly weak: Float32Array; readonly answers: Float32Array; readonly batchSize: number },
  {
    edge,
    planeSize,
    answerPlanes,
  }: { readonly edge: number; readonly planeSize: number; readonly answerPlanes: number },
) {
  const [mixedX, mixedAnswers] = [weak.slice(), answers.slice()];
  for (let slot = 0; slot < batchSize; slot++) {
    const width = Math.round(edge * Math.sqrt(0.5) * (0.75 + 0.5 * rng.uniform()));
    const height = Math.min(edge, Math.round((0.5 * edge * edge) / width));
    const [left, top] = [rng.integerBelow(edge - width + 1), rng.integerBelow(edge - height + 1)];
    const other = (slot + 1) % batchSize;
    for (let row = top; row < top + height; row++) {
      const at = row * edge + left;
      const from = other * planeSize + at;
      mixedX.set(weak.subarray(from, from + width), slot * planeSize + at);
      for (let p = 0; p < answerPlanes; p++) {
        const source = (other * answerPlanes + p) * planeSize + at;
        mixedAnswers.set(
          answers.subarray(source, source + width),
          (slot * answerPlanes + p) * planeSize + at,
        );
      }
    }
  }
  return { weak: mixedX, answers: mixedAnswers };
}
