import type { GridDensity } from "./flat-prior.ts";

/** What one image says of a parameter, apart from the prior: ln L(x) = shift x - precision x^2 / 2, up to a constant. */
export interface ImageLikelihood {
  readonly shift: number;
  readonly precision: number;
}

/** Mean and standard deviation of a posterior, on the standardised scale. */
export interface PosteriorMoments {
  readonly center: number;
  readonly spread: number;
}

const SAYS_NOTHING: ImageLikelihood = { shift: 0, precision: 0 };

/** Centre and spread of the posterior of a prior and a likelihood. */
export function momentsUnder(prior: GridDensity, likelihood: ImageLikelihood): PosteriorMoments {
  const { center, variance } = statisticsUnder(prior, likelihood);
  const cell = prior.codes[1] - prior.codes[0];
  // an even spread over one cell has the variance width^2 / 12
  return { center, spread: Math.sqrt(Math.max(variance, cell ** 2 / 12)) };
}

/**
 * The likelihood that turns the prior into a network's output: under both together, mean and deviation are centre and spread.
 *
 * A network that was trained on its density states the first two moments of the posterior [bishop1994]; near an end of the prior
 * these are not those of a Gaussian, which the end cuts off, so they are matched with the end in place.
 *
 * A output at least as wide as the prior says nothing. One too near an end for its width has the likelihood of the same
 * width whose peak lies PEAK_OUTSIDE of its own deviations beyond that end.
 */
export function likelihoodOfOutput(
  prior: GridDensity,
  { center, spread }: PosteriorMoments,
): ImageLikelihood {
  const before = momentsUnder(prior, SAYS_NOTHING);
  if (spread >= before.spread) return SAYS_NOTHING;
  const { codes } = prior;
  const isBelow = center < before.center;
  const end = isBelow ? codes[0] : codes[codes.length - 1];
  const outwards = isBelow ? -1 : 1;
  if (outwards * (end - center) > CLEAR_OF_END * spread) return matchMoments(prior, { center, spread });
  const utmost = likelihoodBeyond(prior, { end, outwards }, spread);
  const limit = momentsUnder(prior, utmost).center;
  const isBeyond = Math.abs(center - before.center) >= Math.abs(limit - before.center);
  return isBeyond ? utmost : matchMoments(prior, { center, spread });
}

/** Spreads from an end at which every output has moments that can be matched; the limit is 1.2 or less. */
const CLEAR_OF_END = 2;
/** A truth at the prior's end gives data that point further out than this once in forty times. */
const PEAK_OUTSIDE = 2;
/** Steps of bisection: widths from 2^-10 to 2^6 to four digits. */
const BISECTIONS = 20;

/** The likelihood under which the posterior at an end of the prior is so wide; its own width is found by bisection. */
function likelihoodBeyond(
  prior: GridDensity,
  { end, outwards }: { readonly end: number; readonly outwards: -1 | 1 },
  spread: number,
): ImageLikelihood {
  let [low, high] = [-10, 6];
  const ofWidth = (log2Width: number): ImageLikelihood => {
    const width = 2 ** log2Width;
    return { shift: (end + outwards * PEAK_OUTSIDE * width) / width ** 2, precision: width ** -2 };
  };
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (momentsUnder(prior, ofWidth(middle)).spread < spread) low = middle;
    else high = middle;
  }
  return ofWidth((low + high) / 2);
}

/** Newton steps; four or five are needed where the output keeps clear of the ends. */
const NEWTON_STEPS = 30;
const CLOSE_ENOUGH = 1e-9;

/** Minimises the convex ln Z - shift E[x] + precision E[x^2] / 2, whose gradient is the difference of the moments. */
function matchMoments(prior: GridDensity, { center, spread }: PosteriorMoments): ImageLikelihood {
  const square = center ** 2 + spread ** 2;
  const objective = ({ shift, precision }: ImageLikelihood, logNorm: number) =>
    logNorm - shift * center + (precision * square) / 2;
  let found: ImageLikelihood = { shift: center / spread ** 2, precision: spread ** -2 };
  let now = statisticsUnder(prior, found);
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const [first, second] = [now.center - center, now.square - square];
    if (Math.abs(first) + Math.abs(second) < CLOSE_ENOUGH) break;
    const { variance, covariance, squareVariance } = now;
    const determinant = variance * squareVariance - covariance ** 2;
    const shiftStep = -(squareVariance * first - covariance * second) / determinant;
    const precisionStep = (2 * (variance * second - covariance * first)) / determinant;
    const before = objective(found, now.logNorm);
    for (let share = 1; share > 1e-6; share /= 2) {
      const next = {
        shift: found.shift + share * shiftStep,
        precision: found.precision + share * precisionStep,
      };
      const there = statisticsUnder(prior, next);
      if (objective(next, there.logNorm) > before) continue;
      [found, now] = [next, there];
      break;
    }
  }
  return found;
}

/** Moments of x and x^2 under prior and likelihood, and ln of the sum over the cells. */
function statisticsUnder({ codes, logDensities }: GridDensity, { shift, precision }: ImageLikelihood) {
  const logs = new Float64Array(codes.length);
  let largest = -Infinity;
  for (let i = 0; i < codes.length; i++) {
    const x = codes[i];
    logs[i] = logDensities[i] + shift * x - (precision * x * x) / 2;
    if (logs[i] > largest) largest = logs[i];
  }
  const sums = new Float64Array(5);
  for (let i = 0; i < codes.length; i++) {
    let term = Math.exp(logs[i] - largest);
    for (let power = 0; power < 5; power++, term *= codes[i]) sums[power] += term;
  }
  const [, center, square, cube, fourth] = sums.map((sum) => sum / sums[0]);
  return {
    logNorm: largest + Math.log(sums[0]),
    center,
    square,
    variance: square - center ** 2,
    covariance: cube - center * square,
    squareVariance: fourth - square ** 2,
  };
}
