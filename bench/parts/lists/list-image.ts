import { softChordInto, softReachPx } from "../../../src/particles/fit/soft-chord.ts";
import type { SoftChord } from "../../../src/particles/fit/soft-chord.ts";

/** A particle of a list as an image shows it, in the pixels of the fit. */
export interface ListedSphere {
  readonly x: number;
  readonly y: number;
  readonly radiusPx: number;
  /** 0 for the first material, 1 for the second. */
  readonly material: 0 | 1;
}

/** A signal that is linear in the thickness along the beam, and how far a pixel of it may be from what particles explain. */
export interface ListImage {
  readonly width: number;
  readonly height: number;
  /** [height, width] */
  readonly signal: Float64Array;
  /** [height, width], 1 over the variance of a pixel; 0 where it does not count. */
  readonly weights: Float64Array;
  /** Standard deviation of what softens the edges [px]. */
  readonly softPx: number;
}

/** Scratch of a change: pixels that it touches, and by how much the model rises there. */
export interface ChangeScratch {
  count: number;
  readonly pixels: Int32Array;
  readonly rises: Float64Array;
  /** [height, width] place of a pixel among those of this change, by the change's number. */
  readonly stamps: Int32Array;
  readonly places: Int32Array;
  stamp: number;
}

/** Scratch for changes of an image's list. */
export function changeScratch({ width, height }: Pick<ListImage, "width" | "height">): ChangeScratch {
  const size = width * height;
  return {
    count: 0,
    pixels: new Int32Array(size),
    rises: new Float64Array(size),
    stamps: new Int32Array(size),
    places: new Int32Array(size),
    stamp: 0,
  };
}

const chord: SoftChord = { value: 0, bySquare: 0, byLogRadius: 0 };

/** Adds a sphere's thickness times a factor to a map of rises or to whatever `put` does. */
export function eachChord(
  { width, height, softPx }: Pick<ListImage, "width" | "height" | "softPx">,
  { x, y, radiusPx }: ListedSphere,
  put: (pixel: number, thicknessPx: number) => void,
): void {
  const reach = softReachPx(radiusPx, softPx);
  // so far inside the edge is not softened, to a part in a hundred thousand
  const inside = radiusPx * radiusPx - (reach * reach - radiusPx * radiusPx) / 2;
  const [left, right] = [Math.max(0, Math.floor(x - reach)), Math.min(width - 1, Math.floor(x + reach))];
  const [top, bottom] = [Math.max(0, Math.floor(y - reach)), Math.min(height - 1, Math.floor(y + reach))];
  for (let row = top; row <= bottom; row++) {
    const dy = row + 0.5 - y;
    for (let column = left; column <= right; column++) {
      const dx = column + 0.5 - x;
      const square = dx * dx + dy * dy;
      const value =
        square < inside
          ? 2 * Math.sqrt(radiusPx * radiusPx - square)
          : softChordInto(chord, square, radiusPx, softPx).value;
      if (value > 0) put(row * width + column, value);
    }
  }
}

/**
 * By how much the log-likelihood rises when a particle gives way to another, one is born or one dies.
 *
 *   ln L = -sum w (S - M)^2/2,  so that a rise d of the model M changes it by sum w d (2 (S - M) - d)/2
 *
 * @param scratch receives the rises, for `applyChange`
 * @param image signal and weights
 * @param residual signal minus model, [height, width]
 * @param change the particle that goes, the one that comes, and what a pixel of thickness of either material adds to the signal
 */
export function changeOfLikelihood(
  scratch: ChangeScratch,
  image: ListImage,
  residual: Float64Array,
  {
    before,
    after,
    strengths,
  }: {
    readonly before: ListedSphere | null;
    readonly after: ListedSphere | null;
    readonly strengths: ArrayLike<number>;
  },
): number {
  scratch.stamp++;
  scratch.count = 0;
  if (before !== null) riseInto(scratch, image, before, -strengths[before.material]);
  if (after !== null) riseInto(scratch, image, after, strengths[after.material]);
  const { count, pixels, rises } = scratch;
  let change = 0;
  for (let k = 0; k < count; k++) {
    const rise = rises[k];
    change += image.weights[pixels[k]] * rise * (residual[pixels[k]] - rise / 2);
  }
  return change;
}

function riseInto(scratch: ChangeScratch, image: ListImage, sphere: ListedSphere, factor: number): void {
  const { pixels, rises, stamps, places, stamp } = scratch;
  eachChord(image, sphere, (pixel, thicknessPx) => {
    if (stamps[pixel] !== stamp) {
      stamps[pixel] = stamp;
      places[pixel] = scratch.count;
      pixels[scratch.count] = pixel;
      rises[scratch.count++] = 0;
    }
    rises[places[pixel]] += factor * thicknessPx;
  });
}

/** By how much the model rises at a pixel through the change that was looked at last. */
export function riseAt({ rises, stamps, places, stamp }: ChangeScratch, pixel: number): number {
  return stamps[pixel] === stamp ? rises[places[pixel]] : 0;
}

/** By how much the part of a residual that is above 0 changes through the change that was looked at last, summed over the pixels. */
export function changeOfExcess({ count, pixels, rises }: ChangeScratch, residual: Float64Array): number {
  let change = 0;
  for (let k = 0; k < count; k++) {
    const now = residual[pixels[k]];
    change += Math.max(0, now - rises[k]) - Math.max(0, now);
  }
  return change;
}

/** Carries out the change that `changeOfLikelihood` looked at last. */
export function applyChange({ count, pixels, rises }: ChangeScratch, residual: Float64Array): Float64Array {
  for (let k = 0; k < count; k++) residual[pixels[k]] -= rises[k];
  return residual;
}
