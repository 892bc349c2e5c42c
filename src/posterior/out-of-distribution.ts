import { choleskyFactor, median, quantile, solveLowerTriangular } from "../core/index.ts";

/**
 * What images like the training images look like to the network and to the classical measures: a Gaussian cloud.
 * An image far outside is one the network knows nothing about. Beside the cloud stand limits of how an image may be recorded:
 * noise or blur a little beyond the training images' is too small a step among a hundred features to be seen there.
 */
export interface OutOfDistributionTest {
  /** [size] mean of the feature vectors. */
  readonly center: readonly number[];
  /** [size, size], row-major: Cholesky factor of their regularised covariance. */
  readonly factor: readonly number[];
  /** Largest distance that counts as in distribution. */
  readonly limit: number;
  /** Share of images from the simulator itself that lie beyond the limit. */
  readonly falseAlarmRate: number;
  /** Measures behind the cloud's features that must not be too large; none in models of earlier versions. */
  readonly recording: readonly RecordingLimit[];
}

/** How large a measure of the recording is and may be. */
export interface RecordingLimit {
  readonly typical: number;
  readonly limit: number;
}

/** Added to the covariance as a share of each variance: features that never vary must not divide by zero. */
const SHRINKAGE = 1e-2;

/** Share of the false alarms that the cloud may give; the recording's measures divide the rest. */
const CLOUD_SHARE = 0.5;

/**
 * Learns what is in distribution: centre and covariance from one set of images, limits from another.
 *
 * @param features one vector per training image: features of the cloud, then `recordingCount` measures of the recording
 * @param heldOut one vector per image that was not trained on; limits are order statistics of these
 * @param falseAlarmRate share of simulated images that may be called out of distribution, at most
 * @param recordingCount measures at the end of every vector that are held to limits of their own
 * @returns the cloud and the limits
 */
export function fitOutOfDistributionTest(
  features: readonly ArrayLike<number>[],
  heldOut: readonly ArrayLike<number>[],
  falseAlarmRate: number,
  recordingCount = 0,
): OutOfDistributionTest {
  const cloud = fitCloud(features, features[0].length - recordingCount);
  const cloudRate = recordingCount === 0 ? falseAlarmRate : CLOUD_SHARE * falseAlarmRate;
  const limit = upperLimit(
    heldOut.map((row) => cloudDistance(cloud, row)),
    cloudRate,
  );
  const recording = Array.from({ length: recordingCount }, (_, k) => {
    const values = heldOut.map((row) => row[cloud.center.length + k]);
    const rate = (falseAlarmRate - cloudRate) / recordingCount;
    return { typical: median(Float64Array.from(values)), limit: upperLimit(values, rate) };
  });
  return { ...cloud, limit, falseAlarmRate, recording };
}

/**
 * What at most this share of new values lies above: the ceil((n + 1)(1 - rate))-th smallest of n [lei2018].
 *
 * Fewer than 1 / rate - 1 values cannot tell; the largest then lets 1 / (n + 1) of new values pass beyond.
 */
function upperLimit(values: readonly number[], rate: number): number {
  const rank = Math.ceil((values.length + 1) * (1 - rate));
  return Float64Array.from(values).sort()[Math.min(rank, values.length) - 1];
}

type Cloud = Pick<OutOfDistributionTest, "center" | "factor">;

function fitCloud(features: readonly ArrayLike<number>[], size: number): Cloud {
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
  return { center: [...center], factor: [...choleskyFactor(covariance, size)] };
}

/**
 * How far an image lies from the training images: the largest of its distances, each in units of its own limit.
 *
 * In the cloud it is the Mahalanobis distance per root dimension, d = sqrt((f - m)^T C^-1 (f - m) / size) [mahalanobis1936],
 * about 1 for a typical training image; for a measure of the recording, the way from the typical value towards the limit.
 *
 * @param test the cloud and its limits
 * @param features the image's feature vector
 * @returns the distance; beyond `limit` the image is out of distribution
 */
export function distanceFromTraining(test: OutOfDistributionTest, features: ArrayLike<number>): number {
  const { center, limit, recording } = test;
  const excesses = recording.map(
    (measure, k) => (features[center.length + k] - measure.typical) / (measure.limit - measure.typical || 1),
  );
  return Math.max(cloudDistance(test, features), ...excesses.map((excess) => limit * excess));
}

function cloudDistance({ center, factor }: Cloud, features: ArrayLike<number>): number {
  const offset = Float64Array.from(center, (value, j) => features[j] - value);
  const white = solveLowerTriangular(factor, offset);
  return Math.sqrt(white.reduce((sum, value) => sum + value * value, 0) / center.length);
}
