import type { GrayImage, RandomStream } from "../../core/index.ts";
import { RAYS_PER_PIXEL } from "./render.ts";

/** How rays become an image. */
export interface Recording {
  /** Pixels along an edge of the image. */
  readonly edgePx: number;
  readonly pixelSizeNm: number;
  /** Full width at half maximum of the probe [nm]. */
  readonly probeFwhmNm: number;
  /** Standard deviation of the shift of rows along the fast axis, independent from row to row [nm]. */
  readonly rowJitterNm: number;
  readonly electronsPerPixel: number;
  /** What the calibration of the detector has wrong: I' = gain I + zero. */
  readonly gain: number;
  readonly zero: number;
}

/** Full width at half maximum of a Gaussian over its standard deviation, 2 sqrt(2 ln 2). */
const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2);

/**
 * Records an image: the probe's width, the scan with its rows out of place, counting, the detector's scale.
 *
 * @param shares [edge, edge] share of the beam ray by ray, of a square that reaches beyond the image on all sides
 * @param edge rays along an edge of that square
 * @returns an image in fractions of the incident beam
 */
export function recordImage(
  rng: RandomStream,
  shares: Float32Array,
  edge: number,
  recording: Recording,
): GrayImage {
  const { edgePx, pixelSizeNm, probeFwhmNm, electronsPerPixel, gain, zero } = recording;
  const sigmaRays = (probeFwhmNm / FWHM_PER_SIGMA / pixelSizeNm) * RAYS_PER_PIXEL;
  const blurred = blurSquare(shares, edge, sigmaRays);
  const ideal = scan(rng.fork("jitter"), blurred, edge, recording);
  const noise = rng.fork("counts");
  const data = ideal.map(
    (share) => (gain * countedElectrons(noise, share * electronsPerPixel)) / electronsPerPixel + zero,
  );
  return { width: edgePx, height: edgePx, data, pixelSizeNm, intensityUnit: "fraction of the incident beam" };
}

/** Means over the rays of every pixel; a row that is out of place has its rays between those that were cast. */
function scan(
  rng: RandomStream,
  rays: Float32Array,
  edge: number,
  { edgePx, pixelSizeNm, rowJitterNm }: Recording,
): Float32Array {
  const margin = (edge - edgePx * RAYS_PER_PIXEL) / 2;
  const image = new Float32Array(edgePx * edgePx);
  for (let y = 0; y < edgePx; y++) {
    const drawn = rowJitterNm === 0 ? 0 : ((rowJitterNm * rng.normal()) / pixelSizeNm) * RAYS_PER_PIXEL;
    const shift = Math.min(margin - 1, Math.max(1 - margin, drawn));
    const [whole, part] = [Math.floor(shift), shift - Math.floor(shift)];
    for (let x = 0; x < edgePx; x++) {
      let sum = 0;
      for (let j = 0; j < RAYS_PER_PIXEL; j++) {
        const start = (margin + y * RAYS_PER_PIXEL + j) * edge + margin + x * RAYS_PER_PIXEL + whole;
        for (let i = start; i < start + RAYS_PER_PIXEL; i++) sum += (1 - part) * rays[i] + part * rays[i + 1];
      }
      image[y * edgePx + x] = sum / RAYS_PER_PIXEL ** 2;
    }
  }
  return image;
}

/** Gaussian blur of a square; beyond its edges the outermost ray counts. */
export function blurSquare(values: Float32Array, edge: number, sigma: number): Float32Array {
  if (sigma === 0) return values;
  const reach = Math.ceil(4 * sigma);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const along = (from: Float32Array, step: number, lineStep: number) => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < edge; line++) {
      for (let i = 0; i < edge; i++) {
        let sum = 0;
        for (let k = 0; k < kernel.length; k++) {
          const place = Math.min(edge - 1, Math.max(0, i + k - reach));
          sum += kernel[k] * from[line * lineStep + place * step];
        }
        to[line * lineStep + i * step] = sum / total;
      }
    }
    return to;
  };
  return along(along(values, 1, edge), edge, 1);
}

/** Mean counts from which on a Poisson number is a corrected normal one. */
const MANY = 50;

/**
 * A Poisson number: by the product of uniform numbers where few are counted, else of a normal one z by the first terms
 * of Cornish and Fisher, m + sqrt(m) z + (z^2 - 1)/6, which has the skewness of the counts.
 */
export function countedElectrons(rng: RandomStream, mean: number): number {
  if (mean >= MANY) {
    const z = rng.normal();
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * z + (z * z - 1) / 6));
  }
  const least = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > least; count++) product *= rng.uniform();
  return count;
}
