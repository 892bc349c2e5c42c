import { extremes } from "../core/index.ts";
/** Bins of the cumulative histograms: more than the 8-bit and fewer than the 16-bit grey levels. */
const BIN_COUNT = 4096;

/** Share of the values below each value, by bins between the extremes, linear within a bin. */
interface Ranks {
  readonly low: number;
  readonly step: number;
  /** [BIN_COUNT + 1] share of values below each bin edge, 0 to 1. */
  readonly below: Float64Array;
}

/** Replaces each value by its rank, the share of values below it. */
export function equalizeHistogram(data: Float32Array): Float32Array {
  const ranks = ranksOf(data);
  return data.map((value) => rankOf(ranks, value));
}

/** Gives values the histogram of a reference: each becomes the reference's value at its own rank. */
export function matchHistogram(data: Float32Array, reference: Float32Array): Float32Array {
  const ranks = ranksOf(data);
  const sorted = reference.slice().sort();
  const last = sorted.length - 1;
  return data.map((value) => {
    const position = rankOf(ranks, value) * last;
    const first = Math.floor(position);
    const next = Math.min(last, first + 1);
    return sorted[first] + (position - first) * (sorted[next] - sorted[first]);
  });
}

function ranksOf(data: Float32Array): Ranks {
  const [low, high] = extremes(data);
  const step = (high - low) / (BIN_COUNT - 1);
  const counts = new Float64Array(BIN_COUNT);
  for (const value of data) counts[step === 0 ? 0 : Math.round((value - low) / step)]++;
  const below = new Float64Array(BIN_COUNT + 1);
  for (let bin = 0; bin < BIN_COUNT; bin++) below[bin + 1] = below[bin] + counts[bin] / data.length;
  return { low, step, below };
}

/** The middle of the value's bin: tied values share the mean of their ranks. */
function rankOf({ low, step, below }: Ranks, value: number): number {
  const bin = step === 0 ? 0 : Math.round((value - low) / step);
  return (below[bin] + below[bin + 1]) / 2;
}
