import type { RandomStream } from "../../core/index.ts";

/**
 * Cumulative Poisson probabilities of equally spaced means, for drawing counts by one look-up.
 *
 * Row m holds P(n <= k) for the mean m STEP, k = 0 to COUNT_LIMIT - 1.
 */
export interface PoissonTable {
  /** [MEAN_COUNT, COUNT_LIMIT] */
  readonly cumulative: Float64Array;
  /** [MEAN_COUNT, GUIDE_LENGTH]: the first count whose cumulative probability exceeds g/GUIDE_LENGTH. */
  readonly guide: Uint8Array;
}

const STEP = 0.25;
const MEAN_COUNT = 161;
const COUNT_LIMIT = 128;
const GUIDE_LENGTH = 64;

/**
 * Tabulates the Poisson law for means from 0 to 40; counts above 127 have a probability below 1e-27 there.
 *
 * @returns plain numbers
 */
export function poissonTable(): PoissonTable {
  const cumulative = new Float64Array(MEAN_COUNT * COUNT_LIMIT);
  const guide = new Uint8Array(MEAN_COUNT * GUIDE_LENGTH);
  for (let m = 0; m < MEAN_COUNT; m++) {
    let probability = Math.exp(-m * STEP);
    let sum = 0;
    for (let k = 0; k < COUNT_LIMIT; k++) {
      sum += probability;
      cumulative[m * COUNT_LIMIT + k] = sum;
      probability *= (m * STEP) / (k + 1);
    }
    // rounding must not leave a gap below 1
    cumulative[(m + 1) * COUNT_LIMIT - 1] = 1;
    let count = 0;
    for (let g = 0; g < GUIDE_LENGTH; g++) {
      while (cumulative[m * COUNT_LIMIT + count] <= g / GUIDE_LENGTH) count++;
      guide[m * GUIDE_LENGTH + g] = count;
    }
  }
  return { cumulative, guide };
}

/**
 * Draws a Poisson count, exactly and in the same time for all means up to 40.
 *
 * A Poisson variable of mean a + b is the sum of independent ones: a is the tabulated mean below, drawn by its
 * cumulative law; b, less than 0.25, is nothing four times out of five, which 1 - b <= exp(-b) tells without an exponential.
 *
 * @param rng stream of the counts
 * @param table see poissonTable
 * @param mean expected count, 0 or more
 * @returns the count
 */
export function drawPoissonCount(rng: RandomStream, table: PoissonTable, mean: number): number {
  const row = Math.floor(mean * (1 / STEP));
  if (row >= MEAN_COUNT) return rng.poisson(mean);
  const rest = mean - row * STEP;
  const u = rng.uniform();
  let count = table.guide[row * GUIDE_LENGTH + Math.floor(u * GUIDE_LENGTH)];
  const start = row * COUNT_LIMIT;
  while (u >= table.cumulative[start + count]) count++;
  const v = rng.uniform();
  if (v < 1 - rest) return count;
  let probability = Math.exp(-rest);
  let left = v - probability;
  for (let extra = 1; left >= 0 && extra < 50; extra++) {
    count++;
    probability *= rest / extra;
    left -= probability;
  }
  return count;
}
