const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Negative log-likelihood of a value under a Gaussian forecast.
 *
 * @param truth the value that came true
 * @param mean of the forecast
 * @param standardDeviation of the forecast; above 0
 * @returns -ln p(truth) [nat]
 */
export function nllOfGaussian(truth: number, mean: number, standardDeviation: number): number {
  const z = (truth - mean) / standardDeviation;
  return HALF_LOG_TWO_PI + Math.log(standardDeviation) + 0.5 * z * z;
}
