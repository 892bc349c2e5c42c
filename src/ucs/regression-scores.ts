import {
  bootstrapInterval,
  coefficientOfDetermination,
  groupedBy,
  mean,
  rootMeanSquareError,
  type BootstrapInterval,
  type RandomStream,
} from "../core/index.ts";

/** True and predicted strength of a specimen, and its lot. */
export interface StrengthPair {
  readonly lot: string;
  readonly truth: number;
  readonly predicted: number;
}

/** How well strengths are predicted, with 95 % intervals by lots. */
export interface RegressionScores {
  /** In the unit of the strength, as are MAE and bias. */
  readonly rmse: BootstrapInterval;
  readonly mae: BootstrapInterval;
  /** Mean of |error| / truth. */
  readonly mape: BootstrapInterval;
  readonly r2: BootstrapInterval;
  /** Mean of predicted less true. */
  readonly bias: BootstrapInterval;
}

/**
 * Scores predictions, with intervals by whole lots.
 *
 * @param rng stream of the bootstrap
 * @param pairs true and predicted strengths
 * @returns scores
 */
export function scoreStrength(rng: RandomStream, pairs: readonly StrengthPair[]): RegressionScores {
  const groups = byLot(pairs);
  const score = (name: string, statistic: (sample: readonly StrengthPair[]) => number) =>
    bootstrapInterval(rng.fork(name), groups, statistic);
  const columns = (sample: readonly StrengthPair[]) =>
    [sample.map(({ predicted }) => predicted), sample.map(({ truth }) => truth)] as const;
  return {
    rmse: score("rmse", (sample) => rootMeanSquareError(...columns(sample))),
    mae: score("mae", (sample) => mean(sample.map(({ truth, predicted }) => Math.abs(predicted - truth)))),
    mape: score("mape", (sample) =>
      mean(sample.map(({ truth, predicted }) => Math.abs(predicted - truth) / Math.abs(truth))),
    ),
    r2: score("r2", (sample) => coefficientOfDetermination(...columns(sample))),
    bias: score("bias", (sample) => mean(sample.map(({ truth, predicted }) => predicted - truth))),
  };
}

/** How much smaller the error is than that of a guess, on the same samples. */
export function gainOverChance(
  rng: RandomStream,
  pairs: readonly StrengthPair[],
  guesses: readonly StrengthPair[],
): BootstrapInterval {
  const both = pairs.map(({ lot, truth, predicted }, i) => {
    return { lot, error: (predicted - truth) ** 2, guess: (guesses[i].predicted - truth) ** 2 };
  });
  return bootstrapInterval(
    rng,
    byLot(both),
    (sample) =>
      Math.sqrt(mean(sample.map(({ guess }) => guess))) - Math.sqrt(mean(sample.map(({ error }) => error))),
  );
}

/** Samples by their lot. */
export function byLot<T extends { readonly lot: string }>(samples: readonly T[]) {
  return groupedBy(samples, ({ lot }) => lot);
}

/** Slope of a straight line through points, by least squares. */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const [mx, my] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const spread = points.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
  return spread === 0 ? NaN : points.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0) / spread;
}
