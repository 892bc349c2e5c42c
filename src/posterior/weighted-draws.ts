/** Values in rising order, and the share of the weight up to each. */
interface RankedDraws {
  readonly values: Float64Array;
  readonly shares: Float64Array;
}

function ranked(values: ArrayLike<number>, weights: ArrayLike<number>): RankedDraws {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const shares = new Float64Array(order.length);
  let sum = 0;
  order.forEach((draw, rank) => {
    sum += weights[draw];
    shares[rank] = sum;
  });
  return { values: Float64Array.from(order, (draw) => values[draw]), shares: shares.map((s) => s / sum) };
}

/** The smallest value up to which at least so much of the weight lies. */
function weightedQuantile({ values, shares }: RankedDraws, share: number): number {
  const rank = shares.findIndex((upTo) => upTo >= share - 1e-12);
  return values[rank === -1 ? values.length - 1 : rank];
}

/**
 * The middle of weighted draws.
 *
 * @param values any order
 * @param weights one a value, at least 0 and not all 0
 */
export function weightedMedian(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  return weightedQuantile(ranked(values, weights), 0.5);
}

/**
 * The central interval of weighted draws: equal shares of the weight lie below and above it.
 *
 * @param values any order
 * @param weights one a value, at least 0 and not all 0
 * @param level share of the weight inside
 */
export function weightedInterval(
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
  level: number,
): readonly [number, number] {
  const draws = ranked(values, weights);
  return [weightedQuantile(draws, (1 - level) / 2), weightedQuantile(draws, (1 + level) / 2)];
}
