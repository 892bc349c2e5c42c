import { median } from "../core/index.ts";
import { centralInterval, INTERVAL_LEVELS } from "./coverage.ts";
import { drawCodes, drawnValues, type NetworkOutput, type ResidualRows } from "./posterior.ts";
import { decodeTarget, toScale, toScaleCode, type Target } from "./target-codes.ts";
import { weightedInterval, weightedMedian } from "./weighted-draws.ts";

/** One quantity as answered for one image, or for a pool of images. */
export interface Estimate {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly quantity: "parameter" | "descriptor";
  /** Median of the posterior. */
  readonly value: number;
  /** Central interval per level, such as {"0.68": [4.9, 6.3]}, inside the bounds of the quantity. */
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  /** Central 95 % of the values that the network knew before it saw the image; null where no truths are kept. */
  readonly prior: readonly [number, number] | null;
  /** What the image says beyond that. */
  readonly information: Information;
  /** Where the median lies at an end of what the network knows: the truth may lie beyond it. */
  readonly beyond: "above" | "below" | null;
}

/** How much narrower than the prior a posterior is. */
export type Information = "determined" | "hinted at" | "the prior";

/**
 * Largest width of the 68 % interval as a share of the prior's, on the quantity's own scale. An R2 of 1 - share^2 goes with it for
 * normal distributions: 0.84 for what is determined, below 0.28 for what is but the prior.
 */
const WIDEST_SHARE = { determined: 0.4, hinted: 0.85 } as const;

/** How near to an end of the prior a median lies that may stand for anything beyond it, as share of the range on its own scale. */
const AT_THE_END = 0.02;

/**
 * What a network can say of a quantity, by its R2 on images that it was not trained on: the same words as of one image.
 *
 * @param r2 share of the variance that its centres explain
 */
export function informationOfR2(r2: number): Information {
  if (r2 >= 1 - WIDEST_SHARE.determined ** 2) return "determined";
  return r2 >= 1 - WIDEST_SHARE.hinted ** 2 ? "hinted at" : "the prior";
}

/** What draws of a posterior are made of. */
export interface PosteriorSource {
  /** Errors that calibrate it. */
  readonly residuals: ResidualRows;
  /** Standardised truths of images that were not trained on: the prior. */
  readonly truths: ResidualRows;
  /** One weight a residual, together 1; even by default. */
  readonly weights?: ArrayLike<number> | undefined;
}

/**
 * Median and central intervals of a posterior, target by target, beside the prior.
 *
 * @param targets what was read
 * @param output of an image or of a pool, standardised
 * @param source what calibrates it, and what was known before
 * @returns estimates in the targets' order
 */
export function summarisePosterior(
  targets: readonly Target[],
  output: NetworkOutput,
  { residuals, truths, weights }: PosteriorSource,
): Estimate[] {
  const draws = drawCodes(output, residuals);
  return targets.map((target, t) => {
    const values = drawnValues(target, draws, t);
    const { value, intervals } =
      weights === undefined ? evenSummary(values) : weightedSummary(values, weights);
    const known = Float64Array.from(truths, (row) => decodeTarget(target, row[t])).sort();
    return {
      key: target.key,
      label: target.label,
      unit: target.unit,
      quantity: target.quantity ?? "parameter",
      value,
      intervals,
      prior: known.length === 0 ? null : centralInterval(known, 0.95),
      information: informationOf(target, intervals["0.68"], known),
      beyond: beyondEnd(target, value),
    };
  });
}

type Summary = Pick<Estimate, "value" | "intervals">;

function evenSummary(values: Float64Array): Summary {
  const sorted = values.sort();
  return {
    value: median(sorted),
    intervals: Object.fromEntries(
      INTERVAL_LEVELS.map((level) => [String(level), centralInterval(sorted, level)]),
    ),
  };
}

function weightedSummary(values: Float64Array, weights: ArrayLike<number>): Summary {
  return {
    value: weightedMedian(values, weights),
    intervals: Object.fromEntries(
      INTERVAL_LEVELS.map((level) => [String(level), weightedInterval(values, weights, level)]),
    ),
  };
}

function informationOf(
  target: Target,
  interval: readonly [number, number],
  known: Float64Array,
): Information {
  if (known.length === 0) return "hinted at";
  const widthOf = ([low, high]: readonly [number, number]) =>
    toScaleCode(target, high) - toScaleCode(target, low);
  const share = widthOf(interval) / widthOf(centralInterval(known, 0.68));
  if (share <= WIDEST_SHARE.determined) return "determined";
  return share <= WIDEST_SHARE.hinted ? "hinted at" : "the prior";
}

/** Parameters end where their prior does; descriptors end where aggregates do. */
function beyondEnd(target: Target, value: number): Estimate["beyond"] {
  if (target.quantity === "descriptor") return null;
  const [low, high, place] = [target.low, target.high, value].map((number) => toScale(target, number));
  const share = (place - low) / (high - low);
  if (share >= 1 - AT_THE_END) return "above";
  return share <= AT_THE_END ? "below" : null;
}
