import type { RandomStream } from "../../core/index.ts";

/**
 * Cumulative laws of Poisson counts for equally spaced means, for drawing counts by one look-up.
 *
 * A row holds round(2^32 P(n <= k)) - 1 for the counts k that 32 bits can tell from impossible ones: a uniform integer of 32
 * bits is at most that for a share P(n <= k) of its values. The first FINE_ROWS rows have means FINE_STEP apart, the
 * others COARSE_STEP, so that any mean below COARSE_END is a coarse one, a fine one and a small rest.
 */
export interface PoissonTable {
  readonly cumulative: Uint32Array;
  /** [rows] where the row's count 0 stands, or would stand, in `cumulative`. */
  readonly start: Int32Array;
  /** [rows, 2^GUIDE_BITS] the row's lowest count for integers that begin with these bits. */
  readonly guide: Uint16Array;
}

const FINE_STEP = 1 / 16;
const COARSE_STEP = 32;
const COARSE_END = 1024;
const FINE_ROWS = COARSE_STEP / FINE_STEP;
const COARSE_ROWS = COARSE_END / COARSE_STEP;
/** Long enough that the guide mostly names the count itself, short enough that the rows of an image stay in the cache. */
const GUIDE_BITS = 7;
const TWO_TO_32 = 2 ** 32;

/** Tabulates the Poisson law for means from 0 to 32 in steps of 1/16, and to 1024 in steps of 32. */
export function poissonTable(): PoissonTable {
  const fineMeans = Array.from({ length: FINE_ROWS }, (_, row) => row * FINE_STEP);
  const coarseMeans = Array.from({ length: COARSE_ROWS }, (_, row) => row * COARSE_STEP);
  const means = [...fineMeans, ...coarseMeans];
  const start = new Int32Array(means.length);
  const cumulative: number[] = [];
  const guide = new Uint16Array(means.length << GUIDE_BITS);
  means.forEach((mean, row) => {
    const law = cumulativeLaw(mean);
    const impossible = law.findIndex((share) => share >= 1);
    start[row] = cumulative.length - impossible;
    for (const share of law.slice(impossible)) cumulative.push(share - 1);
    for (let bits = 0, count = impossible; bits < 1 << GUIDE_BITS; bits++) {
      while (cumulative[start[row] + count] < bits * 2 ** (32 - GUIDE_BITS)) count++;
      guide[(row << GUIDE_BITS) | bits] = count;
    }
  });
  return { cumulative: Uint32Array.from(cumulative), start, guide };
}

/** round(2^32 P(n <= k)) for k = 0, 1, ... up to the first count where it is 2^32. */
function cumulativeLaw(mean: number): number[] {
  // in logarithms, because exp(-1000) is no double; P(n = k + 1) = P(n = k) mean/(k + 1)
  let logProbability = -mean;
  let sum = 0;
  const law: number[] = [];
  for (let k = 0; ; k++) {
    sum += Math.exp(logProbability);
    law.push(Math.min(TWO_TO_32, Math.round(sum * TWO_TO_32)));
    // beyond the mean, rounding errors of 1e-13 must not keep the sum below 1
    if (k > mean && (1 - sum) * TWO_TO_32 < 0.5) return law;
    logProbability += Math.log(mean / (k + 1));
  }
}

/**
 * Draws Poisson counts to the 32 bits of a uniform deviate, in nearly the same time for all means.
 *
 * A Poisson variable of mean a + b + c is the sum of independent ones: a and b are means of table rows, drawn by their cumulative
 * laws; c, less than 1/16, is nothing 31 times out of 32, which 1 - c <= exp(-c) tells without an exponential.
 * Means of 1024 and more are drawn by transformed rejection. What only some pixels need comes from a stream of its own, so
 * that one more or less of them leaves the other counts as they are.
 */
export function fillPoissonCounts(
  counts: Float64Array,
  rng: RandomStream,
  table: PoissonTable,
  means: Float64Array,
  extras: RandomStream,
  uniforms: Float64Array,
): Float64Array {
  rng.fillUniform(uniforms);
  for (let i = 0; i < counts.length; i++) {
    let mean = means[i];
    let count = 0;
    if (mean >= COARSE_STEP) {
      if (mean >= COARSE_END) {
        counts[i] = extras.poisson(mean);
        continue;
      }
      const row = (mean / COARSE_STEP) | 0;
      count = tabulatedCount(table, FINE_ROWS + row, extras.uniform());
      mean -= row * COARSE_STEP;
    }
    const row = (mean / FINE_STEP) | 0;
    count += tabulatedCount(table, row, uniforms[2 * i]);
    const rest = mean - row * FINE_STEP;
    const v = uniforms[2 * i + 1];
    counts[i] = v < 1 - rest ? count : count + smallCount(rest, v);
  }
  return counts;
}

function tabulatedCount({ cumulative, start, guide }: PoissonTable, row: number, u: number): number {
  const bits = (u * TWO_TO_32) >>> 0;
  const zero = start[row];
  let count = guide[(row << GUIDE_BITS) | (bits >>> (32 - GUIDE_BITS))];
  while (bits > cumulative[zero + count]) count++;
  return count;
}

/** Poisson count of a mean below 1/16, by inversion. */
function smallCount(mean: number, v: number): number {
  let probability = Math.exp(-mean);
  let left = v - probability;
  let count = 0;
  while (left >= 0 && count < 50) {
    count++;
    probability *= mean / count;
    left -= probability;
  }
  return count;
}
