import type { GrayImage } from "../core/index.ts";
import { mean } from "../core/index.ts";
import type { Feature } from "./feature.ts";

/** A wave under a round Gaussian envelope. */
export interface GaborWave {
  /** Waves per pixel, above 0 and at most 0.5. */
  readonly frequencyPerPx: number;
  /** Direction in which the wave runs: 0 across, pi/2 down. */
  readonly angleRad: number;
}

/** Standard deviations of the envelope on either side of the middle. */
const REACH = 3;

/**
 * Magnitude of an image's response to a Gabor wave of one octave bandwidth [daugman1985].
 *
 * The envelope is round, so that wave and envelope are products of a factor across and one down: two passes instead
 * of a plane of weights. The image is mirrored at its edges.
 *
 * @returns [height, width], modulus of the complex response, in the image's intensity
 */
export function gaborMagnitude(image: GrayImage, wave: GaborWave): Float64Array {
  const { width, height } = image;
  // sigma f = sqrt(ln 2 / 2) / pi (2^b + 1) / (2^b - 1), bandwidth b = 1 octave
  const sigmaPx = ((Math.sqrt(Math.LN2 / 2) / Math.PI) * 3) / wave.frequencyPerPx;
  const [cos, sin] = [Math.cos(wave.angleRad), Math.sin(wave.angleRad)];
  // scikit-image takes one reach for both axes: that of the longer projection
  const reach = Math.ceil(Math.max(REACH * sigmaPx * Math.abs(cos), REACH * sigmaPx * Math.abs(sin), 1));
  const across = waveFactor(wave.frequencyPerPx * cos, sigmaPx, reach);
  const down = waveFactor(wave.frequencyPerPx * sin, sigmaPx, reach);
  const first = rowsOfProducts(image, across);
  const magnitude = new Float64Array(width * height);
  const [real, imaginary] = [new Float64Array(width), new Float64Array(width)];
  for (let row = 0; row < height; row++) {
    const middle = row * width;
    for (let column = 0; column < width; column++) {
      real[column] = down.real[0] * first.real[middle + column];
      imaginary[column] = down.real[0] * first.imaginary[middle + column];
    }
    for (let k = 1; k <= reach; k++) {
      const [above, below] = [mirror(row - k, height) * width, mirror(row + k, height) * width];
      const [c, s] = [down.real[k], down.imaginary[k]];
      for (let column = 0; column < width; column++) {
        const [a, b] = [above + column, below + column];
        real[column] += c * (first.real[b] + first.real[a]) - s * (first.imaginary[b] - first.imaginary[a]);
        imaginary[column] +=
          c * (first.imaginary[b] + first.imaginary[a]) + s * (first.real[b] - first.real[a]);
      }
    }
    for (let column = 0; column < width; column++) {
      magnitude[middle + column] = Math.sqrt(real[column] ** 2 + imaginary[column] ** 2);
    }
  }
  return magnitude;
}

interface ComplexLine {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/**
 * exp(-x^2 / 2 sigma^2 + 2 pi i f x) / (sqrt(2 pi) sigma) for x from 0 to reach. On the other side of 0 the real part is the same and the
 * imaginary part has the other sign, so that two pixels as far from the middle take one product.
 */
function waveFactor(frequencyPerPx: number, sigmaPx: number, reach: number): ComplexLine {
  const line = { real: new Float64Array(reach + 1), imaginary: new Float64Array(reach + 1) };
  for (let x = 0; x <= reach; x++) {
    const envelope = Math.exp(-0.5 * (x / sigmaPx) ** 2) / (Math.sqrt(2 * Math.PI) * sigmaPx);
    line.real[x] = envelope * Math.cos(2 * Math.PI * frequencyPerPx * x);
    line.imaginary[x] = envelope * Math.sin(2 * Math.PI * frequencyPerPx * x);
  }
  return line;
}

function rowsOfProducts({ width, height, data }: GrayImage, factor: ComplexLine): ComplexLine {
  const real = new Float64Array(width * height);
  const imaginary = new Float64Array(width * height);
  const reach = factor.real.length - 1;
  const line = new Float64Array(width + 2 * reach);
  for (let row = 0; row < height; row++) {
    for (let i = 0; i < line.length; i++) line[i] = data[row * width + mirror(i - reach, width)];
    for (let column = 0; column < width; column++) {
      const middle = column + reach;
      let [re, im] = [factor.real[0] * line[middle], 0];
      for (let k = 1; k <= reach; k++) {
        re += factor.real[k] * (line[middle + k] + line[middle - k]);
        im += factor.imaginary[k] * (line[middle + k] - line[middle - k]);
      }
      real[row * width + column] = re;
      imaginary[row * width + column] = im;
    }
  }
  return { real, imaginary };
}

/** Index of the mirrored image: d c b a | a b c d | d c b a. */
function mirror(index: number, length: number): number {
  const place = ((index % (2 * length)) + 2 * length) % (2 * length);
  return place < length ? place : 2 * length - 1 - place;
}

const FREQUENCIES_PER_PX = [0.1, 0.2, 0.4];
const ANGLES_DEGREES = [0, 45, 90, 135];

/**
 * Gabor energies: mean and standard deviation of the magnitude at three frequencies and four directions.
 *
 * @returns 24 features [intensity]
 */
export function gaborFeatures(image: GrayImage): Feature[] {
  return FREQUENCIES_PER_PX.flatMap((frequencyPerPx) =>
    ANGLES_DEGREES.flatMap((angle) => {
      const magnitude = gaborMagnitude(image, { frequencyPerPx, angleRad: (angle * Math.PI) / 180 });
      const center = mean(magnitude);
      const variance = mean(magnitude.map((value) => (value - center) ** 2));
      const entry = (of: string, value: number): Feature => ({
        name: `gabor ${of} f${frequencyPerPx} ${angle} degrees`,
        value,
        unit: "intensity",
        source: "daugman1985",
      });
      return [entry("mean", center), entry("deviation", Math.sqrt(variance))];
    }),
  );
}
