import { coefficientOfDetermination, mean, median, rangeError } from "../core/index.ts";
import type { Quantity } from "./quantities.ts";
import type { PredictedNumber, TrueNumber } from "./tables.ts";

/** How well a quantity is predicted. */
export interface NumberScore extends Quantity {
  /** What the second simulator changed; "" for all images of a task together. */
  readonly change: string;
  /** Groups that have the quantity, and those of them that were answered: the scores are theirs. */
  readonly askedCount: number;
  readonly answeredCount: number;
  /** Share of the truths' variance that the medians explain, of logarithms where the scale is "log"; null below five answers. */
  readonly r2: number | null;
  /** Median of |median - truth| in the quantity's unit. */
  readonly medianError: number | null;
  /** Share of truths inside the central 68 and 95 % intervals; null where none are stated. */
  readonly inside68: number | null;
  readonly inside95: number | null;
  /** Weighted interval score in the quantity's unit: small for narrow intervals that hold; null where none are stated. */
  readonly intervalScore: number | null;
}

/** Fewer truths than this have no variance to speak of. */
const FEWEST_FOR_R2 = 5;

/**
 * Scores predicted numbers, quantity by quantity; where the second simulator changed something, each change by itself as well.
 *
 * @param quantities that the task asks for
 * @param truths of all its groups
 * @param predictions of whoever answers; groups may be left out, and are counted
 * @returns a score a quantity, then a score a change and quantity
 * @throws RangeError for predictions of groups or quantities that the task does not have
 */
export function scoreNumbers(
  quantities: readonly Quantity[],
  truths: readonly TrueNumber[],
  predictions: readonly PredictedNumber[],
): NumberScore[] {
  checkNames(quantities, truths, predictions);
  const answers = new Map(predictions.map((row) => [keyOf(row), row]));
  const changes = [...new Set(truths.map(({ change }) => change))].filter((change) => change !== "");
  return ["", ...changes].flatMap((change) =>
    quantities.map((quantity) => {
      const asked = truths.filter(
        (row) => row.quantity === quantity.key && (change === "" || row.change === change),
      );
      const pairs = asked.flatMap((row) => {
        const answer = answers.get(keyOf(row));
        return answer === undefined ? [] : [{ truth: row.truth, answer }];
      });
      return { ...quantity, change, askedCount: asked.length, ...scorePairs(quantity, pairs) };
    }),
  );
}

const keyOf = ({ group, quantity }: { readonly group: string; readonly quantity: string }) =>
  JSON.stringify([group, quantity]);

function checkNames(
  quantities: readonly Quantity[],
  truths: readonly TrueNumber[],
  predictions: readonly PredictedNumber[],
): void {
  const groups = new Set(truths.map(({ group }) => group));
  const keys = quantities.map(({ key }) => key);
  for (const { group, quantity } of predictions) {
    if (!groups.has(group)) {
      const known = `${[...groups][0]} to ${[...groups].at(-1)}`;
      throw rangeError({ action: "score predictions" }, `group must be one of ${known}`, group);
    }
    if (!keys.includes(quantity)) {
      throw rangeError(
        { action: "score predictions" },
        `quantity must be one of ${keys.join(", ")}`,
        quantity,
      );
    }
  }
}

interface Pair {
  readonly truth: number;
  readonly answer: PredictedNumber;
}

function scorePairs({ scale }: Quantity, pairs: readonly Pair[]) {
  const onScale = (value: number) => (scale === "log" ? Math.log(Math.max(value, Number.MIN_VALUE)) : value);
  const medians = pairs.map(({ answer }) => onScale(answer.median));
  const truths = pairs.map(({ truth }) => onScale(truth));
  const isEmpty = pairs.length === 0;
  return {
    answeredCount: pairs.length,
    r2: pairs.length < FEWEST_FOR_R2 ? null : coefficientOfDetermination(medians, truths),
    medianError: isEmpty ? null : median(pairs.map(({ truth, answer }) => Math.abs(answer.median - truth))),
    inside68: shareInside(pairs, "interval68"),
    inside95: shareInside(pairs, "interval95"),
    intervalScore: isEmpty ? null : meanIntervalScore(pairs),
  };
}

function shareInside(pairs: readonly Pair[], level: "interval68" | "interval95"): number | null {
  if (pairs.length === 0 || pairs.some(({ answer }) => answer[level] === null)) return null;
  return mean(
    pairs.map(({ truth, answer }) => {
      const [low, high] = answer[level] ?? [NaN, NaN];
      return Number(truth >= low && truth <= high);
    }),
  );
}

function meanIntervalScore(pairs: readonly Pair[]): number | null {
  const scores = pairs.map(({ truth, answer }) => weightedIntervalScore(truth, answer));
  return scores.some((score) => score === null) ? null : mean(scores.map(Number));
}

/**
 * Weighted interval score of a median and central intervals, the CRPS of an answer that is given by quantiles [bracher2021]:
 *
 *   WIS = (|m - y| / 2 + sum_k (alpha_k / 2) IS_k) / (K + 1/2)
 *   IS  = (u - l) + (2 / alpha) max(0, l - y) + (2 / alpha) max(0, y - u)
 *
 * @param truth y
 * @param answer median m, intervals [l, u] of alpha 0.32 and 0.05
 * @returns in the truth's unit; null where an interval is missing
 * @example
 * import { weightedIntervalScore } from "../src/benchmark/score-numbers.ts";
 * import { expect } from "vitest";
 * // the truth is the median, and both intervals are 1 wide: (0 + 0.16 + 0.025) / 2.5
 * const answer = { median: 3, interval68: [2.5, 3.5], interval95: [2.5, 3.5] } as const;
 * expect(weightedIntervalScore(3, answer)).toBeCloseTo(0.074, 12);
 */
export function weightedIntervalScore(
  truth: number,
  { median: middle, interval68, interval95 }: Pick<PredictedNumber, "median" | "interval68" | "interval95">,
): number | null {
  if (interval68 === null || interval95 === null) return null;
  const parts = [
    { alpha: 0.32, ends: interval68 },
    { alpha: 0.05, ends: interval95 },
  ].map(({ alpha, ends: [low, high] }) => {
    const missed = Math.max(0, low - truth) + Math.max(0, truth - high);
    return (alpha / 2) * (high - low + (2 / alpha) * missed);
  });
  return (Math.abs(middle - truth) / 2 + parts[0] + parts[1]) / (parts.length + 0.5);
}
