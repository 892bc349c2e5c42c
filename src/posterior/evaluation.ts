import {
  coefficientOfDetermination,
  mean,
  type RandomStream,
  rangeError,
  rootMeanSquareError,
  standardDeviation,
} from "../core/index.ts";
import { expectedCoverage, sharpness } from "./coverage.ts";
import { crpsOfSample } from "./crps.ts";
import { nllOfGaussian } from "./log-score.ts";
import { drawnValues, meanScaleCode, pointValue } from "./posterior.ts";
import { kolmogorovSmirnov, moodTest, rankHistogram, rankShare } from "./rank-statistics.ts";
import {
  encodeTarget,
  fromScaleCode,
  logDensityFactor,
  toScale,
  toScaleCode,
  type Target,
} from "./target-codes.ts";

/** How well a method without a network does; errors are in the target's unit. */
export interface BaselineScore {
  readonly rmse: number;
  readonly crps: number;
}

/** How well one target is found on held-out images; errors are in the target's unit. */
export interface TargetScore {
  readonly key: string;
  readonly name: string;
  readonly unit: string;
  readonly quantity: "parameter" | "descriptor";
  /** R2 of the network on the values themselves. */
  readonly r2: number;
  /** R2 on the target's own scale: of the logarithm where the scale is "log", else the same as r2. */
  readonly r2OnScale: number;
  readonly scale: "linear" | "log";
  readonly rmse: number;
  /** Error of always answering the mean of the truths that calibrate the model, on the target's scale. */
  readonly baselineRmse: number;
  /** Error and R2 (on the target's scale) of the classical estimate from area and intensity. */
  readonly classicalRmse: number;
  readonly classicalR2OnScale: number;
  /** Mean continuous ranked probability score of the posterior. */
  readonly crps: number;
  /** The lowest of the baselines' scores. */
  readonly baselineCrps: number;
  /** Prior, classical estimate, and nearest neighbours in the classical measures. */
  readonly baselines: Readonly<Record<"prior" | "classical" | "neighbours", BaselineScore>>;
  /** Mean -ln p(truth) of a Gaussian with the moments of the posterior's codes, as a density on the standardised scale [nat]. */
  readonly nll: number;
  /** Mean width of the central 68 % interval. */
  readonly sharpness: number;
  /** Share of held-out truths inside the central interval of each level, such as {"0.68": 0.67}. */
  readonly coverage: Readonly<Record<string, number>>;
  /** Probability of ranks as uneven as these under a calibrated posterior (Kolmogorov-Smirnov, two samples). */
  readonly sbcP: number;
  /** Probability of ranks as far from the middle, or as close to it, as these (Mood): posteriors of a wrong width. */
  readonly sbcWidthP: number;
  /** Counts of the truths' ranks in RANK_BINS equal parts. */
  readonly sbcHistogram: readonly number[];
  /** Pairs behind the figures. */
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
}

/** Parts of a rank histogram. */
export const RANK_BINS = 20;

/** Codes are standardised targets. */
export interface HeldOutPredictions {
  /** [imageCount] values by target key. */
  readonly truths: readonly Readonly<Record<string, number>>[];
  /** [imageCount][targetCount] points of a network that states nothing else; null for one that states distributions. */
  readonly points: readonly ArrayLike<number>[] | null;
  /** [imageCount][drawCount][targetCount] posteriors, each method's made from one sample of errors: of the network, and beside it. */
  readonly posteriors: PosteriorSet;
  readonly classical: PosteriorSet;
  readonly neighbours: PosteriorSet;
  /** [drawCount][targetCount] */
  readonly prior: readonly ArrayLike<number>[];
}

/** Draws of the posterior of every image, on the standardised scale. */
export type PosteriorSet = readonly (readonly ArrayLike<number>[])[];

/**
 * Scores predictions on images that were not trained on, beside prior, classical estimate and nearest neighbours.
 *
 * @param rng stream for the places inside ranks
 * @param targets what was predicted
 * @param predictions truths and standardised predictions of the held-out images
 * @returns one score per target, in the targets' order
 * @throws RangeError for a truth that the target's bounds exclude
 */
export function scoreTargets(
  rng: RandomStream,
  targets: readonly Target[],
  predictions: HeldOutPredictions,
): TargetScore[] {
  return targets.map((target, t) =>
    scoreTarget(rng.fork(target.key), { target, t }, withTarget(target, predictions)),
  );
}

/** Images that have the quantity: an aggregate without a particle of one material has no cluster of it. */
function withTarget(target: Target, predictions: HeldOutPredictions): HeldOutPredictions {
  const has = (record: Readonly<Record<string, number>>) => hasQuantity(target, record[target.key]);
  const { truths, points, posteriors, classical, neighbours } = predictions;
  if (truths.every(has)) return predictions;
  const kept = <Row>(rows: readonly Row[]) => rows.filter((_, i) => has(truths[i]));
  return {
    ...predictions,
    truths: kept(truths),
    points: points === null ? null : kept(points),
    posteriors: kept(posteriors),
    classical: kept(classical),
    neighbours: kept(neighbours),
  };
}

/** A truth that is there but has no place on the network's line must not pass for one that is missing: it is a miss. */
function hasQuantity(target: Target, value: number): boolean {
  if (!Number.isFinite(toScale(target, value))) return false;
  if (Number.isFinite(encodeTarget(target, value))) return true;
  const { label, unit } = target;
  throw rangeError(
    { action: `score ${label}` },
    "truths must lie inside the target's bounds",
    `${value} ${unit}`.trim(),
  );
}

interface TargetColumn {
  readonly target: Target;
  /** Place of the target in every row of codes. */
  readonly t: number;
}

function scoreTarget(rng: RandomStream, column: TargetColumn, predictions: HeldOutPredictions): TargetScore {
  const { target, t } = column;
  const truth = predictions.truths.map((record) => record[target.key]);
  const values = valuesOf(column, predictions.posteriors);
  const predicted = values.map((draws, i) => pointValue(target, draws, predictions.points?.[i][t] ?? null));
  const prior = drawnValues(target, predictions.prior, t);
  const baselines = {
    prior: scoreDraws(
      column,
      truth,
      truth.map(() => prior),
    ),
    classical: scoreDraws(column, truth, valuesOf(column, predictions.classical)),
    neighbours: scoreDraws(column, truth, valuesOf(column, predictions.neighbours)),
  };
  const onScale = (numbers: readonly number[]) => numbers.map((value) => toScaleCode(target, value));
  return {
    key: target.key,
    name: target.label,
    unit: target.unit,
    quantity: target.quantity ?? "parameter",
    scale: target.scale,
    r2: coefficientOfDetermination(predicted, truth),
    r2OnScale: coefficientOfDetermination(onScale(predicted), onScale(truth)),
    rmse: rootMeanSquareError(predicted, truth),
    baselineRmse: baselines.prior.rmse,
    classicalRmse: baselines.classical.rmse,
    classicalR2OnScale: baselines.classical.r2OnScale,
    baselineCrps: Math.min(...Object.values(baselines).map(({ crps }) => crps)),
    baselines: {
      prior: baselineOf(baselines.prior),
      classical: baselineOf(baselines.classical),
      neighbours: baselineOf(baselines.neighbours),
    },
    ...scoreTrust(rng, column, { truth, values, posteriors: predictions.posteriors }),
    truth,
    predicted,
  };
}

/** Scores of a method by the center of its draws (on the target's scale) and by its draws. */
function scoreDraws(
  { target }: TargetColumn,
  truth: readonly number[],
  values: readonly ArrayLike<number>[],
): BaselineScore & { readonly r2OnScale: number } {
  const centers = values.map((draws) => meanScaleCode(target, draws));
  const points = centers.map((code) => fromScaleCode(target, code));
  const truthCodes = truth.map((value) => toScaleCode(target, value));
  return {
    rmse: rootMeanSquareError(points, truth),
    crps: mean(values.map((draws, i) => crpsOfSample(truth[i], draws))),
    r2OnScale: coefficientOfDetermination(centers, truthCodes),
  };
}

function baselineOf({ rmse, crps }: BaselineScore): BaselineScore {
  return { rmse, crps };
}

type TrustScore = Pick<
  TargetScore,
  "crps" | "nll" | "sharpness" | "coverage" | "sbcP" | "sbcWidthP" | "sbcHistogram"
>;

interface TrustedPosteriors {
  readonly truth: readonly number[];
  /** Draws of one target in its unit. */
  readonly values: readonly ArrayLike<number>[];
  readonly posteriors: PosteriorSet;
}

function scoreTrust(
  rng: RandomStream,
  column: TargetColumn,
  { truth, values, posteriors }: TrustedPosteriors,
): TrustScore {
  const { target, t } = column;
  const codes = posteriors.map((draws) => draws.map((row) => row[t]));
  const truthCodes = truth.map((value) => encodeTarget(target, value));
  // ranks among codes, not values: without a transform draws outside the bounds are moved to them, and ties would hide them
  const shares = truthCodes.map((code, i) => rankShare(rng, code, codes[i]));
  const drawCount = codes[0].length;
  return {
    crps: mean(values.map((draws, i) => crpsOfSample(truth[i], draws))),
    nll: mean(
      truthCodes.map(
        (code, i) =>
          nllOfGaussian(code, mean(codes[i]), standardDeviation(codes[i])) -
          logDensityFactor(target, truth[i]),
      ),
    ),
    sharpness: sharpness(values, 0.68),
    coverage: expectedCoverage(truthCodes, codes),
    sbcP: kolmogorovSmirnov(shares, drawCount).p,
    sbcWidthP: moodTest(shares, drawCount).p,
    sbcHistogram: rankHistogram(shares, RANK_BINS),
  };
}

function valuesOf({ target, t }: TargetColumn, posteriors: PosteriorSet): Float64Array[] {
  return posteriors.map((draws) => drawnValues(target, draws, t));
}
