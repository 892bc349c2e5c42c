import { CENSUS_CELL_PX, CENSUS_CHANNELS, takeCensus } from "../corpus/index.ts";
import { encodeInputInto, type CensusRecord, type InputEncoding, type Target } from "../inverse/index.ts";
import { dihedralInto, type Samples, type SampleSource } from "../train/index.ts";
import { encodeInputs, encodeTargets, imageOf, type DataSet } from "./data-set.ts";

/** How samples become inputs and targets of a network. */
export interface SampleEncoding {
  readonly input: InputEncoding;
  readonly targets: readonly Target[];
  /** Units of the census, where the network takes one. */
  readonly census: CensusRecord | null;
}

/**
 * Units in which a census is taught: the standard deviation over cells and images of each channel.
 *
 * @param data training images whose aggregates were kept
 * @returns cell and units
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

/**
 * Training samples of a data set, each under a random symmetry of the square; encoded when they are drawn, so that no
 * second copy of all images is kept.
 *
 * @param data training images
 * @param encoding inputs, targets and census
 * @returns the source
 */
export function inversionSource(data: DataSet, encoding: SampleEncoding): SampleSource {
  const { targets, census } = encoding;
  const edge = data.widthPx;
  const codes = encodeTargets(data, targets);
  const upright = new Float32Array(edge * edge);
  return {
    count: data.count,
    fillInto(rng, index, x, target) {
      const symmetry = rng.integerBelow(8);
      encodeInputInto(upright, imageOf(data, index), { input: encoding.input, offset: 0 });
      dihedralInto(upright, edge, symmetry, x);
      target.set(codes.subarray(index * targets.length, (index + 1) * targets.length));
      if (census === null) return;
      const counts = encodeCensus(data, index, census);
      const cellEdge = edge / census.cellPx;
      for (let start = 0; start < counts.length; start += cellEdge ** 2) {
        const turned = target.subarray(targets.length + start, targets.length + start + cellEdge ** 2);
        dihedralInto(counts.subarray(start, start + cellEdge ** 2), cellEdge, symmetry, turned);
      }
    },
  };
}

/**
 * A whole data set as inputs and targets, upright.
 *
 * @param data images
 * @param encoding inputs, targets and census
 * @returns the samples
 */
export function encodeSamples(data: DataSet, encoding: SampleEncoding): Samples {
  const { targets, census } = encoding;
  const inputs = encodeInputs(data, encoding.input);
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

function encodeCensus(data: DataSet, index: number, { units }: CensusRecord): Float32Array {
  const counts = censusOf(data, index);
  const cells = counts.length / units.length;
  return counts.map((count, i) => count / units[Math.floor(i / cells)]);
}
