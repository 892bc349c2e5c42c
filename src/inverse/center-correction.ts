import { quantile } from "../core/index.ts";
import type { Reading } from "./posterior.ts";
import { fitRidge } from "./ridge.ts";

/** How far truths lie from a stated centre on average: a polynomial of the centre c and the spread s. */
export interface CenterCorrection {
  /** Centres and spreads that it was fitted to; beyond them it stays what it is at their edge. */
  readonly centers: readonly [number, number];
  readonly spreads: readonly [number, number];
  /** Of 1, c, c^2, c^3, s and s c. */
  readonly coefficients: readonly number[];
}

/** Fewer images would fit the polynomial to their chance. */
const MIN_IMAGES = 300;
/** Share of the images beyond either edge of the fitted range, where a cubic would run away. */
const TAIL = 0.005;
/** Ridge per image: six powers of standardised numbers are nearly dependent where spreads hardly vary. */
const RIDGE = 1e-6;

/**
 * Fits what is wrong with stated centres on average: nonhomogeneous regression on the forecast's own mean and spread [gneiting2005].
 *
 * A network that states distributions weighs images by how sure it is of them, so that its centres are not quite the mean of the
 * truths: large values of skew quantities, such as the hetero-coordination number, come out too small.
 *
 * @param readings of images that were not trained on
 * @param codes [imageCount][targetCount] standardised truths; what is not finite is left out
 * @returns [targetCount] corrections; none where there are too few images
 */
export function fitCenterCorrections(
  readings: readonly Reading[],
  codes: readonly ArrayLike<number>[],
): CenterCorrection[] {
  if (readings.length < MIN_IMAGES) return [];
  return Array.from(codes[0], (_, t) => {
    const known = readings.filter((__, i) => Number.isFinite(codes[i][t]));
    const range = (values: readonly number[]) =>
      [quantile(values, TAIL), quantile(values, 1 - TAIL)] as const;
    const centers = range(known.map((reading) => reading.centers[t]));
    const spreads = range(known.map((reading) => reading.spreads[t]));
    const truths = codes.map((row) => row[t]).filter(Number.isFinite);
    const errors = truths.map((code, i) => code - known[i].centers[t]);
    const rows = known.map((reading) => termsOf(reading, t, { centers, spreads }));
    return { centers, spreads, coefficients: fitRidge(rows, [errors], RIDGE)[0] };
  });
}

/**
 * Moves centres by what they err on average.
 *
 * @param reading as the network states it
 * @param corrections [targetCount], or none, which leaves the reading as it is
 * @returns the reading with other centres and the same spreads
 */
export function correctReading(reading: Reading, corrections: readonly CenterCorrection[]): Reading {
  if (corrections.length === 0) return reading;
  const centers = corrections.map((correction, t) => {
    const terms = termsOf(reading, t, correction);
    return terms.reduce((sum, term, j) => sum + correction.coefficients[j] * term, reading.centers[t]);
  });
  return { centers, spreads: reading.spreads };
}

function termsOf(
  { centers, spreads }: Reading,
  t: number,
  ranges: Pick<CenterCorrection, "centers" | "spreads">,
): number[] {
  const c = clamped(centers[t], ranges.centers);
  const s = clamped(spreads[t], ranges.spreads);
  return [1, c, c ** 2, c ** 3, s, s * c];
}

function clamped(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(Math.max(value, low), high);
}
