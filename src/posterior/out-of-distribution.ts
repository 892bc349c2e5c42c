import { choleskyFactor, quantile, solveLowerTriangular } from "../core/index.ts";

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
  /** Measures behind the cloud's features that have limits of their own; fewer, or none, in models of earlier versions. */
  readonly recording: readonly RecordingLimit[];
}

/** How large a measure of the recording is, and between which ends it may be. */
export interface RecordingLimit {
  readonly typical: number;
  readonly limit: number;
  /** None where less is no fault, and in models of earlier versions. */
  readonly low?: number | undefined;
}

/** Which ends of a measure have a limit. */
export type RecordingEnds = "above" | "both";

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
 * @param recordingEnds of the measures at the end of every vector, which are held to limits of their own
 * @returns the cloud and the limits
 */
export function fitOutOfDistributionTest(
  features: readonly ArrayLike<number>[],
  heldOut: readonly ArrayLike<number>[],
  falseAlarmRate: number,
  recordingEnds: readonly RecordingEnds[] = [],
): OutOfDistributionTest {
  const cloud = fitCloud(features, features[0].length - recordingEnds.length);
  const cloudRate = recordingEnds.length === 0 ? falseAlarmRate : CLOUD_SHARE * falseAlarmRate;
  const limit = upperLimit(
    heldOut.map((row) => cloudDistance(cloud, row)),
    cloudRate,
  );
  const measured = heldOut.map((row) => Array.from(row).slice(cloud.center.length));
  const recording = fitRecordingLimits(measured, recordingEnds, falseAlarmRate - cloudRate);
  return { ...cloud, limit, falseAlarmRate, recording };
}

/** Share of the images beyond which a measure counts as one step away from its typical value. */
const STEP_SHARE = 0.05;

/**
 * Limits that at most this share of images passes by any of the measures.
 *
 * Each is counted in steps of its own, upwards and downwards, and all limits are as many steps away: those of the order statistic of
 * the largest step of every image. So the rate is that of all measures together, however many there are and however they hang together.
 */
function fitRecordingLimits(
  rows: readonly (readonly number[])[],
  ends: readonly RecordingEnds[],
  rate: number,
): RecordingLimit[] {
  const scales = ends.map((end, k) => {
    const values = rows.map((row) => row[k]);
    const [low, typical, high] = [STEP_SHARE, 0.5, 1 - STEP_SHARE].map((share) => quantile(values, share));
    return { typical, high: high - typical || 1, low: end === "both" ? typical - low || 1 : Infinity };
  });
  const steps = rows.map((row) =>
    scales.reduce((most, { typical, high, low }, k) => {
      const away = row[k] - typical;
      return Math.max(most, away / high, -away / low);
    }, 0),
  );
  const reach = upperLimit(steps, rate);
  return scales.map(({ typical, high, low }) => ({
    typical,
    limit: typical + reach * high,
    ...(low === Infinity ? {} : { low: typical - reach * low }),
  }));
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
  const excesses = recordingExcesses(test, features).map(({ share }) => test.limit * share);
  return Math.max(cloudDistance(test, features), ...excesses);
}

/** How far a measure of the recording lies from its typical value. */
export interface RecordingExcess {
  /** Index of the measure. */
  readonly measure: number;
  readonly end: "above" | "below";
  /** Way from the typical value over that to the limit; beyond 1 the image is out of distribution. */
  readonly share: number;
}

/**
 * What of an image's recording lies beyond what is known, the farthest first.
 *
 * @param test the cloud and its limits
 * @param features the image's feature vector
 * @returns none for an image that is in distribution, or strange for what it shows
 */
export function strangeRecording(
  test: OutOfDistributionTest,
  features: ArrayLike<number>,
): RecordingExcess[] {
  return recordingExcesses(test, features)
    .filter(({ share }) => share > 1)
    .sort((a, b) => b.share - a.share);
}

function recordingExcesses(
  { center, recording }: OutOfDistributionTest,
  features: ArrayLike<number>,
): RecordingExcess[] {
  return recording.map(({ typical, limit, low }, measure) => {
    const away = features[center.length + measure] - typical;
    if (away < 0 && low !== undefined) {
      return { measure, end: "below", share: -away / (typical - low || 1) };
    }
    return { measure, end: "above", share: away / (limit - typical || 1) };
  });
}

function cloudDistance({ center, factor }: Cloud, features: ArrayLike<number>): number {
  const offset = Float64Array.from(center, (value, j) => features[j] - value);
  const white = solveLowerTriangular(factor, offset);
  return Math.sqrt(white.reduce((sum, value) => sum + value * value, 0) / center.length);
}
