/** Simulated images that an observed one may be compared with. */
export interface NeighbourReference {
  /** [count] classical measures of each image. */
  readonly measures: readonly ArrayLike<number>[];
  /** [count] standardised truths. */
  readonly codes: readonly ArrayLike<number>[];
}

/**
 * Approximate Bayesian computation by nearest neighbours [beaumont2002]: the posterior of an image is what simulated
 * images with the most similar measures were made of.
 *
 * The distance is Euclidean in measures divided by their deviations. It is the honest baseline of simulation-based
 * inference: no training, no network.
 *
 * @param reference simulated images
 * @param measures of the observed image
 * @param options.deviations scale of each measure
 * @param options.count neighbours that make the posterior
 * @param options.leftOut index in the reference of the observed image itself; none by default
 * @returns [count] standardised truths of the neighbours, the nearest first
 */
export function nearestCodes(
  reference: NeighbourReference,
  measures: ArrayLike<number>,
  options: { readonly deviations: ArrayLike<number>; readonly count: number; readonly leftOut?: number },
): ArrayLike<number>[] {
  const { deviations, count, leftOut = -1 } = options;
  const nearest: { index: number; distance: number }[] = [];
  reference.measures.forEach((row, index) => {
    if (index === leftOut) return;
    const distance = squaredDistance(row, measures, deviations);
    if (nearest.length === count && !(distance < nearest[count - 1]?.distance)) return;
    if (nearest.length === count) nearest.pop();
    const place = nearest.findIndex((other) => other.distance > distance);
    nearest.splice(place === -1 ? nearest.length : place, 0, { index, distance });
  });
  return nearest.map(({ index }) => reference.codes[index]);
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>, scales: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < scales.length; j++) sum += ((a[j] - b[j]) / scales[j]) ** 2;
  return sum;
}
