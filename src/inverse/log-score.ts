import type { GaussianComponent } from "./crps.ts";

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

/**
 * Negative log-likelihood of a value under a mixture of Gaussians.
 *
 * @param truth the value that came true
 * @param components Gaussians with weights that sum to 1
 * @returns -ln p(truth) [nat]
 */
export function nllOfMixture(truth: number, components: readonly GaussianComponent[]): number {
  const terms = components.map(
    ({ weight, mean, standardDeviation }) => Math.log(weight) - nllOfGaussian(truth, mean, standardDeviation),
  );
  // log-sum-exp: far from every component the terms underflow one by one
  const largest = Math.max(...terms);
  return -largest - Math.log(terms.reduce((sum, term) => sum + Math.exp(term - largest), 0));
}
