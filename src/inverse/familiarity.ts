import { choleskyFactor, quantile, solveLowerTriangular } from "../core/index.ts";

/**
 * What images like the training images look like to the network and to the classical measures: a Gaussian cloud.
 * An image far outside is one the network knows nothing about.
 */
export interface Familiarity {
  /** [size] mean of the feature vectors. */
  readonly center: readonly number[];
  /** [size, size], row-major: Cholesky factor of their regularised covariance. */
  readonly factor: readonly number[];
  /** Largest distance that counts as familiar. */
  readonly limit: number;
  /** Share of images from the simulator itself that lie beyond the limit. */
  readonly falseAlarmRate: number;
}

/** Added to the covariance as a share of each variance: features that never vary must not divide by zero. */
const SHRINKAGE = 1e-2;

/**
 * Learns what is familiar: centre and covariance from one set of images, the limit from another.
 *
 * @param features one vector per training image
 * @param heldOut one vector per image that was not trained on; the limit is a quantile of their distances
 * @param falseAlarmRate share of simulated images that may be called unfamiliar
 * @returns the cloud and its limit
 */
export function fitFamiliarity(
  features: readonly ArrayLike<number>[],
  heldOut: readonly ArrayLike<number>[],
  falseAlarmRate: number,
): Familiarity {
  const size = features[0].length;
  const center = new Float64Array(size);
  for (const row of features) for (let j = 0; j < size; j++) center[j] += row[j] / features.length;
  const covariance = new Float64Array(size * size);
  for (const row of features) {
    for (let a = 0; a < size; a++) {
      const deviation = (row[a] - center[a]) / features.length;
      for (let b = 0; b <= a; b++) covariance[a * size + b] += deviation * (row[b] - center[b]);
    }
  }
  const variances = Array.from({ length: size }, (_, a) => covariance[a * size + a]);
  // of the features that vary: up to half of a network's features may never have fired in training
  const varying = variances.filter((variance) => variance > 0);
  const floor = varying.length === 0 ? 1e-12 : 1e-3 * quantile(varying, 0.5);
  for (let a = 0; a < size; a++) covariance[a * size + a] += SHRINKAGE * variances[a] + floor;
  const cloud = { center: [...center], factor: [...choleskyFactor(covariance, size)] };
  const distances = heldOut.map((row) => familiarityDistance(cloud, row));
  return { ...cloud, limit: quantile(distances, 1 - falseAlarmRate), falseAlarmRate };
}

/**
 * Mahalanobis distance of an image's features from the training images, per root dimension.
 *
 * d = sqrt((f - m)^T C^-1 (f - m) / size) [mahalanobis1936], about 1 for a typical training image.
 *
 * @param familiarity the cloud
 * @param features the image's feature vector
 * @returns the distance; beyond `limit` the image is unfamiliar
 */
export function familiarityDistance(
  { center, factor }: Pick<Familiarity, "center" | "factor">,
  features: ArrayLike<number>,
): number {
  const offset = Float64Array.from(center, (value, j) => features[j] - value);
  const white = solveLowerTriangular(factor, offset);
  return Math.sqrt(white.reduce((sum, value) => sum + value * value, 0) / center.length);
}
