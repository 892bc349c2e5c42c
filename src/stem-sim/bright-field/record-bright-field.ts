import type { RandomStream } from "../../core/index.ts";

/** How a camera records a bright-field image. */
export interface Camera {
  /** Electrons on a pixel where nothing is in the beam. */
  readonly electronsPerPixel: number;
  /** Standard deviation of the Gaussian that an electron's light spreads over; MTF exp(-2 pi^2 s^2 q^2) [px]. */
  readonly spreadPx: number;
  /** Standard deviation of the read-out noise [electrons]. */
  readonly readoutElectrons: number;
  /** Relative change of the illumination from one side of the field to the other. */
  readonly gradient: number;
  /** Direction in which it grows, from x to y [degrees]. */
  readonly gradientDeg: number;
}

/** Below this mean, counts are drawn one by one; above, a normal law differs from Poisson's by less than 3 % in its skewness's effect. */
const NORMAL_FROM = 30;
/** Reach of the camera's spread, in standard deviations: 0.01 % lie beyond. */
const REACH = 4;

/**
 * Records an expected bright-field image: uneven illumination, counting noise, the camera's spread, read-out noise.
 *
 * Every electron is spread after it was counted, so the noise is softened with the signal, as in a scintillator camera.
 *
 * @param rng stream of the noise
 * @param share [height, width], expected fraction of the incident beam
 * @param size of the image [px]
 * @param camera dose, spread, read-out, gradient
 * @returns [height, width], fraction of the incident beam as recorded; may be below 0 by read-out noise
 */
export function recordBrightField(
  rng: RandomStream,
  share: Float32Array,
  size: { readonly width: number; readonly height: number },
  camera: Camera,
): Float32Array {
  const { electronsPerPixel, readoutElectrons, gradient, gradientDeg } = camera;
  const { width, height } = size;
  const counts = new Float64Array(share.length);
  rng.fillNormal(counts);
  const angle = (gradientDeg * Math.PI) / 180;
  for (let i = 0; i < counts.length; i++) {
    const u = ((i % width) + 0.5) / width - 0.5;
    const v = (Math.floor(i / width) + 0.5) / height - 0.5;
    const light = 1 + gradient * (u * Math.cos(angle) - v * Math.sin(angle));
    const mean = Math.max(0, share[i] * light * electronsPerPixel);
    counts[i] = mean < NORMAL_FROM ? rng.poisson(mean) : mean + Math.sqrt(mean) * counts[i];
  }
  const spread = spreadPeriodic(counts, width, height, camera.spreadPx);
  const noise = readoutElectrons > 0 ? rng.fillNormal(new Float64Array(counts.length)) : null;
  return Float32Array.from(
    spread,
    (count, i) => (count + (noise === null ? 0 : readoutElectrons * noise[i])) / electronsPerPixel,
  );
}

/** A Gaussian along both axes; beyond an edge lies the other side, so that nothing is lost. */
function spreadPeriodic(data: Float64Array, width: number, height: number, sigmaPx: number): Float64Array {
  if (sigmaPx < 0.05) return data;
  const reach = Math.ceil(REACH * sigmaPx);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * sigmaPx ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const along = (from: Float64Array, length: number, step: number, lines: number, lineStep: number) => {
    const to = new Float64Array(from.length);
    // the line goes on beyond its ends with its other side
    const wide = new Float64Array(length + 2 * reach);
    for (let line = 0; line < lines; line++) {
      const start = line * lineStep;
      for (let x = -reach; x < length + reach; x++) {
        wide[x + reach] = from[start + (((x % length) + length) % length) * step];
      }
      for (let x = 0; x < length; x++) {
        let total = 0;
        for (let k = 0; k <= 2 * reach; k++) total += weights[k] * wide[x + k];
        to[start + x * step] = total / sum;
      }
    }
    return to;
  };
  return along(along(data, width, 1, height, width), height, width, width, 1);
}
