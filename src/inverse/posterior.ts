import { mean } from "../core/index.ts";
import { decodeTarget, fromScaleCode, toScaleCode, type Target } from "./target.ts";

/** What a network says of one image, on the standardised scale: where each target lies, and how surely. */
export interface Reading {
  /** [targetCount] */
  readonly centers: ArrayLike<number>;
  /** [targetCount], above 0; all 1 for a network that states no spread. */
  readonly spreads: ArrayLike<number>;
}

/** Errors of readings on images that were not trained on, in units of the stated spreads: [imageCount][targetCount]. */
export type ResidualRows = readonly ArrayLike<number>[];

/**
 * Errors of readings in units of their spreads.
 *
 * @param readings one per image
 * @param codes [imageCount][targetCount] standardised truths
 * @returns (truth - center) / spread, image by image
 */
export function residualRows(readings: readonly Reading[], codes: readonly ArrayLike<number>[]): number[][] {
  return readings.map(({ centers, spreads }, i) =>
    Array.from(codes[i], (code, t) => (code - centers[t]) / spreads[t]),
  );
}

/**
 * Draws of the calibrated posterior of one image, on the standardised scale: center + spread x residual.
 *
 * Every residual row of the calibration images gives one joint draw, a conformal predictive system [vovk2019]: each
 * marginal is calibrated whatever the law of the errors, the errors of different targets stay correlated as they
 * were, and the spread of the network makes one image's posterior wider than another's.
 *
 * @param reading the network's answer for the image
 * @param residuals of the calibration images
 * @returns [residuals.length][targetCount] equally likely codes
 * @example
 * import { drawCodes } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * const reading = { centers: [1, 0], spreads: [0.5, 2] };
 * expect(drawCodes(reading, [[-1, 0.5], [1, -0.5]]).map((row) => [...row])).toEqual([[0.5, 1], [1.5, -1]]);
 */
export function drawCodes({ centers, spreads }: Reading, residuals: ResidualRows): Float64Array[] {
  return residuals.map((row) => Float64Array.from(row, (residual, t) => centers[t] + spreads[t] * residual));
}

/**
 * Values of one target in posterior draws, in its unit and inside its bounds.
 *
 * @param target the quantity
 * @param codes draws on the standardised scale, [drawCount][targetCount]
 * @param index of the target
 * @returns [drawCount] values
 */
export function drawnValues(
  target: Target,
  codes: readonly ArrayLike<number>[],
  index: number,
): Float64Array {
  return Float64Array.from(codes, (row) => decodeTarget(target, row[index]));
}

/**
 * The middle of a posterior: the mean of its draws on the target's own scale.
 *
 * @param target the quantity
 * @param values draws in its unit
 * @returns the mean as a code of that scale
 */
export function meanScaleCode(target: Target, values: ArrayLike<number>): number {
  return mean(Array.from(values, (value) => toScaleCode(target, value)));
}

/**
 * The answer as one number: the mean of the posterior on the target's own scale, for every method and on every scale alike.
 *
 * A network that states points and no distribution is taken at its word instead.
 *
 * @param target the quantity
 * @param values draws of the posterior in the target's unit
 * @param stated standardised point of a network that states nothing else; null for one that states distributions
 * @returns the value in its unit
 * @example
 * import { pointValue } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * const size = { key: "c", label: "cluster size", unit: "", scale: "log", low: 1, high: 100 } as const;
 * expect(pointValue(size, [2, 8], null)).toBeCloseTo(4, 12);
 * expect(pointValue(size, [2, 8], 0)).toBeCloseTo(10, 12);
 */
export function pointValue(target: Target, values: ArrayLike<number>, stated: number | null): number {
  if (stated !== null) return decodeTarget(target, stated);
  return fromScaleCode(target, meanScaleCode(target, values));
}

/** Mean and standard deviation of the prior of each target, on the standardised scale. */
export interface PriorMoments {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/**
 * Pools readings of several images of one powder.
 *
 * A parameter is the same for all images: the posteriors multiply and the prior, counted n times, is divided out
 * n - 1 times. For Gaussians the precisions add, 1/s^2 = sum 1/s_i^2 - (n - 1)/s_0^2, and the mean is weighted alike,
 * so an image that says nothing (s_i = s_0) changes nothing. A descriptor belongs to one aggregate: pooled is the
 * mean over the aggregates, with the errors taken as independent.
 *
 * Readings of one network err together, so the product claims too much; the residuals of pools of the same size
 * (`InversionModel.pools`) set that right.
 *
 * @param targets what was read
 * @param readings one per image; at least one
 * @param prior moments of the targets under the prior
 * @returns the pooled reading
 * @example
 * import { poolReadings } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * const target = { key: "r", label: "r", unit: "nm", scale: "linear", low: 0, high: 1 } as const;
 * const prior = { means: [0], deviations: [1] };
 * const pooled = poolReadings([target], Array.from({ length: 4 }, () => ({ centers: [0.5], spreads: [0.5] })), prior);
 * // precision 4 x 4 - 3 = 13, weighted mean 4 x 4 x 0.5 = 8
 * expect(pooled.spreads[0]).toBeCloseTo(1 / Math.sqrt(13), 5);
 * expect(pooled.centers[0]).toBeCloseTo(8 / 13, 5);
 */
export function poolReadings(
  targets: readonly Target[],
  readings: readonly Reading[],
  prior: PriorMoments,
): Reading {
  const pooled = targets.map((target, t) =>
    target.quantity === "descriptor" ? meanOfReadings(readings, t) : productOfReadings(readings, t, prior),
  );
  return { centers: pooled.map(({ center }) => center), spreads: pooled.map(({ spread }) => spread) };
}

interface TargetReading {
  readonly center: number;
  readonly spread: number;
}

function meanOfReadings(readings: readonly Reading[], t: number): TargetReading {
  const n = readings.length;
  const center = readings.reduce((sum, { centers }) => sum + centers[t], 0) / n;
  const spread = Math.sqrt(readings.reduce((sum, { spreads }) => sum + spreads[t] ** 2, 0)) / n;
  return { center, spread };
}

function productOfReadings(
  readings: readonly Reading[],
  t: number,
  { means, deviations }: PriorMoments,
): TargetReading {
  const priorPrecision = deviations[t] ** -2;
  let precision = priorPrecision;
  let weighted = priorPrecision * means[t];
  for (const { centers, spreads } of readings) {
    const own = spreads[t] ** -2;
    // no image widens the prior: one that seems to says nothing
    if (own <= priorPrecision) continue;
    precision += own - priorPrecision;
    weighted += own * centers[t] - priorPrecision * means[t];
  }
  return { center: weighted / precision, spread: precision ** -0.5 };
}
