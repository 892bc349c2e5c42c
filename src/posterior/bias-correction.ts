import { quantile } from "../core/index.ts";
import type { NetworkOutput } from "./posterior.ts";
import { fitRidge } from "./ridge.ts";

/** How far truths lie from a stated centre on average: a polynomial of the centre c and the spread s, all standardised. */
export interface BiasCorrection {
  /** Centres and spreads that it was fitted to; beyond them it stays what it is at their edge. */
  readonly centers: readonly [number, number];
  readonly spreads: readonly [number, number];
  /** Six, of 1, c, c^2, c^3, s and s c. */
  readonly coefficients: readonly number[];
}

/** Six coefficients fitted to n images make their squared errors 1 - 6/n of what they were: 0.6 % too small at most. */
const MIN_IMAGES = 1000;
/** Share of the images beyond either edge of the fitted range, where a cubic would run away. */
const TAIL = 0.005;
/** Ridge per image: powers of standardised numbers are nearly dependent where spreads hardly vary. */
const RIDGE = 1e-6;

/**
 * Fits what is wrong with stated centres on average: truth - c = b0 + b1 c + b2 c^2 + b3 c^3 + b4 s + b5 s c by least squares.
 *
 * That is the bias part of model output statistics, which take a forecast's own mean and spread as predictors; spreads are left to the
 * residuals, where [gneiting2005] fit them as well. A network that states distributions weighs images by how sure it is of them, so that
 * its centres are not quite the mean of the truths: large values of skew quantities come out too small.
 *
 * @param outputs of images that were not trained on
 * @param codes [imageCount][targetCount] standardised truths
 * @returns [targetCount] corrections; none where there are fewer than 1,000 images
 */
export function fitBiasCorrections(
  outputs: readonly NetworkOutput[],
  codes: readonly ArrayLike<number>[],
): BiasCorrection[] {
  if (outputs.length < MIN_IMAGES) return [];
  return Array.from(codes[0], (_, t) => {
    const ranges = {
      centers: innerRange(outputs.map(({ centers }) => centers[t])),
      spreads: innerRange(outputs.map(({ spreads }) => spreads[t])),
    };
    const rows = outputs.map((output) => termsOf(output, t, ranges));
    const errors = outputs.map(({ centers }, i) => codes[i][t] - centers[t]);
    return { ...ranges, coefficients: fitRidge(rows, [errors], RIDGE)[0] };
  });
}

/**
 * Moves centres by what they err on average.
 *
 * @param output as the network states it
 * @param corrections [targetCount], or none, which leaves the output as it is
 * @returns the output with other centres and the same spreads
 * @example
 * import { correctOutput } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const halfTooSmall = { centers: [-2, 2], spreads: [0, 1], coefficients: [0, 0.5, 0, 0, 0, 0] } as const;
 * expect(correctOutput({ centers: [1], spreads: [0.2] }, [halfTooSmall]).centers).toEqual([1.5]);
 * expect(correctOutput({ centers: [3], spreads: [0.2] }, [halfTooSmall]).centers).toEqual([4]);
 */
export function correctOutput(output: NetworkOutput, corrections: readonly BiasCorrection[]): NetworkOutput {
  if (corrections.length === 0) return output;
  const centers = corrections.map((correction, t) => {
    const terms = termsOf(output, t, correction);
    return terms.reduce((sum, term, j) => sum + correction.coefficients[j] * term, output.centers[t]);
  });
  return { centers, spreads: output.spreads };
}

function innerRange(values: readonly number[]): readonly [number, number] {
  return [quantile(values, TAIL), quantile(values, 1 - TAIL)];
}

function termsOf(
  { centers, spreads }: NetworkOutput,
  t: number,
  ranges: Pick<BiasCorrection, "centers" | "spreads">,
): number[] {
  const c = clamped(centers[t], ranges.centers);
  const s = clamped(spreads[t], ranges.spreads);
  return [1, c, c ** 2, c ** 3, s, s * c];
}

function clamped(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(Math.max(value, low), high);
}
