import type { RandomStream } from "../../core/index.ts";
import {
  CENSUS_CELL_PX,
  CENSUS_CHANNELS,
  drawSamples,
  takeCensus,
  type Sample,
  type SampleRecipe,
} from "../../corpus/index.ts";
import {
  encodeInputInto,
  type CensusRecord,
  type Condition,
  type InputEncoding,
  type Target,
} from "../../posterior/index.ts";
import { dihedralInto, type Samples, type SampleSource, type SampleStream } from "../../train/index.ts";
import { encodeDataConditions } from "./conditioning.ts";
import { encodeInputs, encodeTargets, gatherDataSet, imageOf, type DataSet } from "./data-set.ts";

/** How samples become inputs and targets of a network. */
export interface SampleEncoding {
  readonly input: InputEncoding;
  readonly targets: readonly Target[];
  /** What the network is told beside an image; none by default. */
  readonly conditions?: readonly Condition[];
  /** Units of the census, where the network takes one. */
  readonly census: CensusRecord | null;
}

/**
 * Units in which a census is taught: the standard deviation over cells and images of each channel.
 *
 * @throws RangeError where the data set has no aggregates
 */
export function censusRecord(data: DataSet): CensusRecord {
  const sums = CENSUS_CHANNELS.map(() => ({ count: 0, sum: 0, square: 0 }));
  for (let index = 0; index < data.count; index++) {
    const counts = censusOf(data, index);
    counts.forEach((count, i) => {
      const channel = sums[Math.floor((i * sums.length) / counts.length)];
      channel.count++;
      channel.sum += count;
      channel.square += count * count;
    });
  }
  const units = sums.map(({ count, sum, square }) => Math.sqrt(square / count - (sum / count) ** 2) || 1);
  return { cellPx: CENSUS_CELL_PX, units };
}

function censusOf(data: DataSet, index: number): Float32Array {
  const aggregate = data.aggregates?.[index];
  if (aggregate !== undefined) return takeCensus(aggregate, data);
  throw new RangeError("Cannot take census: the data set must hold its aggregates, got none");
}

/** One sample on the network's scale. */
interface TrainingSample {
  readonly intensities: Float32Array;
  /** Standardised truths. */
  readonly codes: Float32Array;
  /** In the units in which it is taught; empty without one. */
  readonly census: Float32Array;
}

/** Writes a sample under a random symmetry of the square, image and census alike. */
function fillTurned(
  rng: RandomStream,
  { intensities, codes, census }: TrainingSample,
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
  if (encoding.census === null) return;
  const cells = edge / encoding.census.cellPx;
  for (let start = 0; start < census.length; start += cells ** 2) {
    const turned = target.subarray(codes.length + start, codes.length + start + cells ** 2);
    dihedralInto(census.subarray(start, start + cells ** 2), cells, symmetry, turned);
  }
}

/**
 * Training samples of a data set, each under a random symmetry of the square; encoded when they are drawn, so that no
 * second copy of all images is kept.
 */
export function inversionSource(data: DataSet, encoding: SampleEncoding): SampleSource {
  const width = encoding.targets.length;
  const codes = encodeTargets(data, encoding.targets);
  const conditions = encodeDataConditions(data, encoding.conditions ?? []);
  const conditionCount = conditions.length / data.count;
  return {
    count: data.count,
    fillInto(rng, index, xAll, target) {
      const x = xAll.subarray(0, xAll.length - conditionCount);
      const sample = {
        intensities: imageOf(data, index),
        codes: codes.subarray(index * width, (index + 1) * width),
        census: encoding.census === null ? NO_CENSUS : encodeCensus(data, index, encoding.census),
      };
      fillTurned(rng, sample, encoding, { x, target });
      const stated = conditions.subarray(index * conditionCount, (index + 1) * conditionCount);
      withholdInto(rng, stated, xAll.subarray(x.length));
    },
  };
}

/** Share of the conditions that are not told in training: the network learns to answer without. */
const WITHHELD_SHARE = 0.5;

/** Writes conditions, two numbers each, or zeros where one is withheld. */
function withholdInto(rng: RandomStream, stated: Float32Array, told: Float32Array): void {
  for (let at = 0; at < stated.length; at += 2) {
    if (rng.uniform() < WITHHELD_SHARE) told.fill(0, at, at + 2);
    else told.set(stated.subarray(at, at + 2), at);
  }
}

const NO_CENSUS = new Float32Array(0);

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
        const one = await gatherDataSet(only(sample), {
          count: 1,
          scale: encoding.input.scale,
          hasAggregates: encoding.census !== null,
        });
        const source = inversionSource(one, encoding);
        yield { fillInto: (rng, x, target) => source.fillInto(rng, 0, x, target) };
      }
    },
  };
}

async function* only(sample: Sample): AsyncGenerator<Sample, void, undefined> {
  yield sample;
}

/** A whole data set as inputs and targets, upright. */
export function encodeSamples(data: DataSet, encoding: SampleEncoding): Samples {
  const { targets, census, conditions = [] } = encoding;
  const images = encodeInputs(data, encoding.input);
  const inputs = joinRows(images, encodeDataConditions(data, conditions), data.count);
  const codes = encodeTargets(data, targets);
  if (census === null) return { inputs, targets: codes };
  const cells = (data.widthPx * data.heightPx) / census.cellPx ** 2;
  const width = targets.length + census.units.length * cells;
  const joined = new Float32Array(data.count * width);
  for (let i = 0; i < data.count; i++) {
    joined.set(codes.subarray(i * targets.length, (i + 1) * targets.length), i * width);
    joined.set(encodeCensus(data, i, census), i * width + targets.length);
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

function encodeCensus(data: DataSet, index: number, { units }: CensusRecord): Float32Array {
  const counts = censusOf(data, index);
  const cells = counts.length / units.length;
  return counts.map((count, i) => count / units[Math.floor(i / cells)]);
}
