import { mean } from "../core/index.ts";
import { decodeTarget, fromScaleCode, toScaleCode, type Target } from "./target-codes.ts";

/** What a network states of one image, on the standardised scale: where each target lies, and how surely. */
export interface NetworkOutput {
  /** [targetCount] */
  readonly centers: ArrayLike<number>;
  /** [targetCount], above 0; all 1 for a network that states no spread. */
  readonly spreads: ArrayLike<number>;
}

/** Errors of outputs on images that were not trained on, in units of the stated spreads: [imageCount][targetCount]. */
export type ResidualRows = readonly ArrayLike<number>[];

/**
 * Errors of outputs in units of their spreads.
 *
 * @param outputs one per image
 * @param codes [imageCount][targetCount] standardised truths
 * @returns (truth - center) / spread, image by image
 */
export function residualRows(
  outputs: readonly NetworkOutput[],
  codes: readonly ArrayLike<number>[],
): number[][] {
  return outputs.map(({ centers, spreads }, i) =>
    Array.from(codes[i], (code, t) => (code - centers[t]) / spreads[t]),
  );
}

/**
 * Draws of the calibrated posterior of one image, on the standardised scale: center + spread x residual.
 *
 * Every residual row of the calibration images gives one joint draw, a conformal predictive system [vovk2019]: each
 * marginal is calibrated whatever the distribution of the errors, the errors of different targets stay correlated as they
 * were, and the spread of the network makes one image's posterior wider than another's.
 *
 * @param output the network's answer for the image
 * @param residuals of the calibration images
 * @returns [residuals.length][targetCount] equally likely codes
 * @example
 * import { drawCodes } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const output = { centers: [1, 0], spreads: [0.5, 2] };
 * expect(drawCodes(output, [[-1, 0.5], [1, -0.5]]).map((row) => [...row])).toEqual([[0.5, 1], [1.5, -1]]);
 */
export function drawCodes({ centers, spreads }: NetworkOutput, residuals: ResidualRows): Float64Array[] {
  const size = centers.length;
  // one block for all rows: thousands of images have millions of rows, and a buffer costs more than fifteen numbers
  const codes = new Float64Array(residuals.length * size);
  return residuals.map((row, draw) => {
    const code = codes.subarray(draw * size, (draw + 1) * size);
    for (let t = 0; t < size; t++) code[t] = centers[t] + spreads[t] * row[t];
    return code;
  });
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

/** The middle of a posterior: the mean of its draws on the target's own scale. */
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
 * import { pointValue } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const size = { key: "c", label: "cluster size", unit: "", scale: "log", low: 1, high: 100 } as const;
 * expect(pointValue(size, [2, 8], null)).toBeCloseTo(4, 12);
 * expect(pointValue(size, [2, 8], 0)).toBeCloseTo(10, 12);
 */
export function pointValue(target: Target, values: ArrayLike<number>, stated: number | null): number {
  if (stated !== null) return decodeTarget(target, stated);
  return fromScaleCode(target, meanScaleCode(target, values));
}
