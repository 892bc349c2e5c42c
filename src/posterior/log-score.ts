const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Negative log-likelihood of a value under a Gaussian forecast.
 *
 * @returns -ln p(truth) [nat]
 */
export function nllOfGaussian(truth: number, mean: number, standardDeviation: number): number {
  const z = (truth - mean) / standardDeviation;
  return HALF_LOG_TWO_PI + Math.log(standardDeviation) + 0.5 * z * z;
}
