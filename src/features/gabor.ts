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
  const first = rowsOfProducts(image, across, reach);
  const magnitude = new Float64Array(width * height);
  const [real, imaginary] = [new Float64Array(width), new Float64Array(width)];
  for (let row = 0; row < height; row++) {
    real.fill(0);
    imaginary.fill(0);
    for (let k = -reach; k <= reach; k++) {
      const start = mirror(row + k, height) * width;
      const [c, s] = [down.real[k + reach], down.imaginary[k + reach]];
      for (let column = 0; column < width; column++) {
        const [re, im] = [first.real[start + column], first.imaginary[start + column]];
        real[column] += c * re - s * im;
        imaginary[column] += c * im + s * re;
      }
    }
    for (let column = 0; column < width; column++) {
      magnitude[row * width + column] = Math.sqrt(real[column] ** 2 + imaginary[column] ** 2);
    }
  }
  return magnitude;
}

interface ComplexLine {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** exp(-x^2 / 2 sigma^2 + 2 pi i f x) / (sqrt(2 pi) sigma) for x from -reach to reach. */
function waveFactor(frequencyPerPx: number, sigmaPx: number, reach: number): ComplexLine {
  const line = { real: new Float64Array(2 * reach + 1), imaginary: new Float64Array(2 * reach + 1) };
  for (let x = -reach; x <= reach; x++) {
    const envelope = Math.exp(-0.5 * (x / sigmaPx) ** 2) / (Math.sqrt(2 * Math.PI) * sigmaPx);
    line.real[x + reach] = envelope * Math.cos(2 * Math.PI * frequencyPerPx * x);
    line.imaginary[x + reach] = envelope * Math.sin(2 * Math.PI * frequencyPerPx * x);
  }
  return line;
}

function rowsOfProducts({ width, height, data }: GrayImage, factor: ComplexLine, reach: number): ComplexLine {
  const real = new Float64Array(width * height);
  const imaginary = new Float64Array(width * height);
  const line = new Float64Array(width + 2 * reach);
  for (let row = 0; row < height; row++) {
    for (let i = 0; i < line.length; i++) line[i] = data[row * width + mirror(i - reach, width)];
    for (let column = 0; column < width; column++) {
      let [re, im] = [0, 0];
      for (let k = 0; k <= 2 * reach; k++) {
        re += factor.real[k] * line[column + k];
        im += factor.imaginary[k] * line[column + k];
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
