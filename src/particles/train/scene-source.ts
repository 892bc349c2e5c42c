import type { RandomStream } from "../../core/index.ts";
import { dihedralInto } from "../../train/index.ts";
import type { SampleSource } from "../../train/index.ts";
import { centreTargetsInto } from "../detect/centre-targets.ts";
import { STRIDE_PX } from "../detect/octaves.ts";
import { standardised } from "../detect/prepare-input.ts";
import type { TrainingImage, TrueParticle } from "../simulate/training-image.ts";

/** A simulated image as it is kept for training. */
export interface StoredField {
  /** [edge, edge], standardised, in steps of STORED_STEP. */
  readonly image: Int16Array;
  readonly particles: readonly TrueParticle[];
}

/** Standardised intensities are kept in these steps [standard deviations]. */
export const STORED_STEP = 1 / 2000;
/** Largest change of the contrast and of the level after an image was standardised: ln of a factor, standard deviations. */
const CONTRAST_CHANGE = 0.3;
const LEVEL_CHANGE = 0.3;
/** Share of samples with a blank rectangle, as panels and scale bars leave it. */
const BLANK_SHARE = 0.15;
/** Most noise that is added to a sample [standard deviations]. */
const MOST_NOISE = 0.3;

/**
 * Draws the images of a training, one a stream, and keeps them small.
 *
 * The middle of each is cut out: what lies near an edge of a simulated field sees its other side.
 *
 * @param rng stream; image i has its fork ("field", i)
 * @param drawImage an image from a stream
 * @param options edge of what is kept [px], how many, what is told after each
 * @returns the images
 */
export function drawFields(
  rng: RandomStream,
  drawImage: (rng: RandomStream) => TrainingImage,
  options: {
    readonly edgePx: number;
    readonly count: number;
    readonly onField?: (done: number) => void;
  },
): StoredField[] {
  return Array.from({ length: options.count }, (_, i) => {
    const { image, particles } = cutOut(drawImage(rng.fork("field", i)), options.edgePx);
    options.onField?.(i + 1);
    return {
      image: Int16Array.from(standardised(image), (value) => Math.round(value / STORED_STEP)),
      particles,
    };
  });
}

/**
 * A source of the stored images with what the network is to answer, each time under another symmetry, contrast and noise.
 *
 * @param fields see drawFields
 * @param edgePx edge of an image [px]
 * @param isChanged whether samples are changed at all; false for those that the training is judged by
 * @returns the source
 */
export function fieldSource(
  fields: readonly StoredField[],
  edgePx: number,
  isChanged: boolean,
): SampleSource {
  const cells = edgePx / STRIDE_PX;
  const plain = new Float32Array(edgePx * edgePx);
  return {
    count: fields.length,
    fillInto(rng, index, x, target) {
      const { image, particles } = fields[index];
      for (let i = 0; i < plain.length; i++) plain[i] = image[i] * STORED_STEP;
      const symmetry = isChanged ? rng.integerBelow(8) : 0;
      dihedralInto(plain, edgePx, symmetry, x);
      let turned = particles.map((particle) => turn(particle, edgePx, symmetry));
      if (isChanged) {
        const blank = rng.uniform() < BLANK_SHARE ? drawBlank(rng, edgePx) : null;
        changeInPlace(rng, x, blank);
        turned = turned.map((particle) =>
          isBlank(blank, particle, edgePx) ? { ...particle, isSeen: false } : particle,
        );
      }
      centreTargetsInto(target, turned, cells);
    },
  };
}

/** A particle of an image that `dihedralInto` has turned. */
function turn(particle: TrueParticle, edge: number, symmetry: number): TrueParticle {
  // dihedralInto reads the source at mirrored, then transposed places: target (x, y) shows source (u, v)
  const [a, b] = (symmetry & 4) === 0 ? [particle.x, particle.y] : [particle.y, particle.x];
  return {
    ...particle,
    x: (symmetry & 1) === 0 ? a : edge - a,
    y: (symmetry & 2) === 0 ? b : edge - b,
  };
}

function changeInPlace(rng: RandomStream, x: Float32Array, blank: Uint8Array | null): void {
  const contrast = Math.exp(CONTRAST_CHANGE * rng.normal());
  const level = LEVEL_CHANGE * rng.normal();
  const noise = rng.uniform() < 0.5 ? 0 : MOST_NOISE * rng.uniform() ** 2;
  const deviates = noise > 0 ? rng.fillNormal(new Float64Array(x.length)) : null;
  for (let i = 0; i < x.length; i++) {
    const noisy = deviates === null ? x[i] : x[i] + noise * deviates[i];
    x[i] = blank !== null && blank[i] !== 0 ? 0 : contrast * noisy + level;
  }
}

function isBlank(blank: Uint8Array | null, { x, y }: TrueParticle, edge: number): boolean {
  const place = (value: number) => Math.max(0, Math.min(edge - 1, Math.floor(value)));
  return blank !== null && blank[place(y) * edge + place(x)] !== 0;
}

/** The middle of an image. */
export function cutOut(
  { image, side, particles }: TrainingImage,
  edgePx: number,
): { readonly image: Float32Array; readonly particles: readonly TrueParticle[] } {
  const start = Math.floor((side - edgePx) / 2);
  const cut = new Float32Array(edgePx * edgePx);
  for (let row = 0; row < edgePx; row++) {
    const from = (row + start) * side + start;
    cut.set(image.subarray(from, from + edgePx), row * edgePx);
  }
  const moved = particles.map((particle) => ({ ...particle, x: particle.x - start, y: particle.y - start }));
  const isInside = ({ x, y }: TrueParticle) => x >= 0 && y >= 0 && x < edgePx && y < edgePx;
  return { image: cut, particles: moved.filter(isInside) };
}

function drawBlank(rng: RandomStream, edge: number): Uint8Array {
  const blank = new Uint8Array(edge * edge);
  const [width, height] = [0, 1].map(() => Math.floor(edge * (0.1 + 0.4 * rng.uniform())));
  const [left, top] = [width, height].map((size) => Math.floor((edge - size) * rng.uniform()));
  for (let row = top; row < top + height; row++) blank.fill(1, row * edge + left, row * edge + left + width);
  return blank;
}
