import type { RandomStream } from "../../core/index.ts";
import { drawSamples, type SampleRecipe } from "../../corpus/index.ts";
import {
  encodeInputInto,
  varyingInputs,
  type ConditioningInput,
  type ConditioningKey,
} from "../../posterior/index.ts";
import {
  dihedralInto,
  type Samples,
  type SampleSource,
  type SampleStream,
  type StreamedSample,
} from "../../train/index.ts";
import type { LabelledSample } from "./labelled-sample.ts";
import { encodeDataConditioning } from "./fit-conditioning.ts";
import { encodeCountMaps } from "./count-maps.ts";
import { encodeInputs, encodeTargets, imageSetOf, intensitiesOf, type ImageSet } from "./data-set.ts";
import type { SampleEncoding } from "./fit-encoding.ts";

/** One sample on the network's scale. */
interface TrainingSample {
  readonly intensities: Float32Array;
  /** Standardised truths. */
  readonly codes: Float32Array;
  /** In the units in which it is taught; empty without one. */
  readonly countMaps: Float32Array;
}

/** Writes a sample under a random symmetry of the square, image and count maps alike. */
function fillTurned(
  rng: RandomStream,
  { intensities, codes, countMaps }: TrainingSample,
  encoding: SampleEncoding,
  { x, target }: { readonly x: Float32Array; readonly target: Float32Array },
): void {
  const symmetry = rng.integerBelow(8);
  const edge = Math.sqrt(intensities.length);
  const upright = new Float32Array(intensities.length);
  dihedralInto(
    encodeInputInto(upright, intensities, { input: encoding.input, offset: 0 }),
    edge,
    symmetry,
    x,
  );
  target.set(codes);
  if (encoding.countMaps === null) return;
  const cells = edge / encoding.countMaps.cellPx;
  for (let start = 0; start < countMaps.length; start += cells ** 2) {
    const turned = target.subarray(codes.length + start, codes.length + start + cells ** 2);
    dihedralInto(countMaps.subarray(start, start + cells ** 2), cells, symmetry, turned);
  }
}

/**
 * Training samples of a data set, each under a random symmetry of the square; encoded when they are drawn, so that no
 * second copy of all images is kept.
 */
export function inversionSource(data: ImageSet, encoding: SampleEncoding): SampleSource {
  const width = encoding.targets.length;
  const codes = encodeTargets(data, encoding.targets);
  const inputs = varyingInputs(encoding.conditions ?? []);
  const conditions = encodeDataConditioning(data, inputs);
  const conditionCount = conditions.length / data.count;
  return {
    count: data.count,
    fillInto(rng, index, xAll, target) {
      const x = xAll.subarray(0, xAll.length - conditionCount);
      const sample = {
        intensities: intensitiesOf(data, index),
        codes: codes.subarray(index * width, (index + 1) * width),
        countMaps:
          encoding.countMaps === null ? NO_COUNT_MAPS : encodeCountMaps(data, index, encoding.countMaps),
      };
      fillTurned(rng, sample, encoding, { x, target });
      const stated = conditions.subarray(index * conditionCount, (index + 1) * conditionCount);
      giveSomeInto(rng, inputs, stated, xAll.subarray(x.length));
    },
  };
}

/** Share of the conditioning inputs that are missing in training: the network learns to answer without. */
const MISSING_SHARE = 0.5;
/** Whoever asks about materials knows which they are, and seldom does not; the signal of a pixel's length says that intensities have a scale. */
const MISSING_SHARES: Readonly<Partial<Record<ConditioningKey, number>>> = {
  strengthRatio: 0.1,
  signalPerPixel: 0,
};

/** Writes conditioning inputs, two numbers each, or zeros where one is missing. */
function giveSomeInto(
  rng: RandomStream,
  inputs: readonly ConditioningInput[],
  stated: Float32Array,
  given: Float32Array,
): void {
  inputs.forEach(({ key }, i) => {
    const at = 2 * i;
    if (rng.uniform() < (MISSING_SHARES[key] ?? MISSING_SHARE)) given.fill(0, at, at + 2);
    else given.set(stated.subarray(at, at + 2), at);
  });
}

const NO_COUNT_MAPS = new Float32Array(0);

/**
 * Fresh training samples without end, drawn by worker threads ahead of the trainer: those of the recipe's corpus, in order.
 */
export function inversionStream(
  recipe: SampleRecipe,
  encoding: SampleEncoding,
  { count, workers }: { readonly count: number; readonly workers: number },
): SampleStream {
  return {
    count,
    async *samplesFrom(start) {
      for await (const sample of drawSamples(recipe, { start, workers })) {
        yield encodeStreamed(sample, encoding);
      }
    },
  };
}

/** A sample that passes by, ready to be written into a batch. */
export function encodeStreamed(sample: LabelledSample, encoding: SampleEncoding): StreamedSample {
  const one = imageSetOf(sample, {
    scale: encoding.input.scale,
    lengths: encoding.lengths ?? "nm",
    hasAggregates: encoding.countMaps !== null,
  });
  const source = inversionSource(one, encoding);
  return { fillInto: (rng, x, target) => source.fillInto(rng, 0, x, target) };
}

/** A whole data set as inputs and targets, upright. */
export function encodeSamples(data: ImageSet, encoding: SampleEncoding): Samples {
  const { targets, countMaps, conditions = [] } = encoding;
  const images = encodeInputs(data, encoding.input);
  const inputs = joinRows(images, encodeDataConditioning(data, conditions), data.count);
  const codes = encodeTargets(data, targets);
  if (countMaps === null) return { inputs, targets: codes };
  const cells = (data.widthPx * data.heightPx) / countMaps.cellPx ** 2;
  const width = targets.length + countMaps.units.length * cells;
  const joined = new Float32Array(data.count * width);
  for (let i = 0; i < data.count; i++) {
    joined.set(codes.subarray(i * targets.length, (i + 1) * targets.length), i * width);
    joined.set(encodeCountMaps(data, i, countMaps), i * width + targets.length);
  }
  return { inputs, targets: joined };
}

/** Rows of two tables one behind the other: [count, a + b]. */
function joinRows(first: Float32Array, second: Float32Array, count: number): Float32Array {
  if (second.length === 0) return first;
  const [a, b] = [first, second].map((rows) => rows.length / count);
  const joined = new Float32Array(first.length + second.length);
  for (let i = 0; i < count; i++) {
    joined.set(first.subarray(i * a, (i + 1) * a), i * (a + b));
    joined.set(second.subarray(i * b, (i + 1) * b), i * (a + b) + a);
  }
  return joined;
}
