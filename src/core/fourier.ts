/** A complex square, row-major. */
export interface ComplexSquare {
  /** A power of two. */
  readonly side: number;
  /** [side, side] */
  readonly real: Float64Array;
  /** [side, side] */
  readonly imaginary: Float64Array;
}

/**
 * Discrete Fourier transform of a real square: X[k] = sum x[n] exp(-2 pi i k n / N) both ways.
 *
 * @param values [side, side]
 * @param side a power of two
 * @returns the transform, zero frequency first
 */
export function transformSquare(values: ArrayLike<number>, side: number): ComplexSquare {
  const square = { side, real: Float64Array.from(values), imaginary: new Float64Array(side * side) };
  return transformInPlace(square);
}

/**
 * Discrete Fourier transform of a complex square.
 *
 * @param square values, replaced by their transform, zero frequency first
 * @returns square
 */
export function transformInPlace(square: ComplexSquare): ComplexSquare {
  transformRowsInPlace(square);
  transposeInPlace(square);
  transformRowsInPlace(square);
  transposeInPlace(square);
  return square;
}

/**
 * Inverse of transformInPlace: x[n] = sum X[k] exp(2 pi i k n / N) / N^2.
 *
 * @param square transform, replaced by its values
 * @returns square
 * @example
 * import { inverseTransformInPlace, transformSquare } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const back = inverseTransformInPlace(transformSquare([1, 2, 3, 4], 2));
 * expect([...back.real]).toEqual([1, 2, 3, 4]);
 */
export function inverseTransformInPlace(square: ComplexSquare): ComplexSquare {
  const { side, real, imaginary } = square;
  // exchanging real and imaginary parts before and after turns the sign of the exponent
  transformInPlace({ side, real: imaginary, imaginary: real });
  const scale = 1 / (side * side);
  for (let i = 0; i < real.length; i++) {
    real[i] *= scale;
    imaginary[i] *= scale;
  }
  return square;
}

/**
 * The largest power of two that fits into both sides.
 *
 * @param width [px]
 * @param height [px]
 * @returns side of the square [px]
 */
export function largestSquareSide(width: number, height: number): number {
  return 2 ** Math.floor(Math.log2(Math.min(width, height)));
}

function transformRowsInPlace({ side, real, imaginary }: ComplexSquare): void {
  const cosines = Float64Array.from({ length: side / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / side));
  const sines = Float64Array.from({ length: side / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / side));
  const order = bitReversedOrder(side);
  for (let start = 0; start < side * side; start += side) {
    for (let i = 0; i < side; i++) {
      if (order[i] <= i) continue;
      swap(real, start + i, start + order[i]);
      swap(imaginary, start + i, start + order[i]);
    }
    // radix-2 butterflies [cooley1965]
    for (let half = 1; half < side; half *= 2) {
      const stride = side / (2 * half);
      for (let block = start; block < start + side; block += 2 * half) {
        for (let k = 0; k < half; k++) {
          const even = block + k;
          const odd = even + half;
          const c = cosines[k * stride];
          const s = sines[k * stride];
          const re = real[odd] * c - imaginary[odd] * s;
          const im = real[odd] * s + imaginary[odd] * c;
          real[odd] = real[even] - re;
          imaginary[odd] = imaginary[even] - im;
          real[even] += re;
          imaginary[even] += im;
        }
      }
    }
  }
}

function bitReversedOrder(side: number): Uint32Array {
  const order = new Uint32Array(side);
  for (let i = 1; i < side; i++) order[i] = (order[i >> 1] >> 1) | (i & 1 ? side / 2 : 0);
  return order;
}

/** Edge of the blocks that are transposed one by one, so that both sides stay in the nearest cache. */
const BLOCK = 16;

function transposeInPlace({ side, real, imaginary }: ComplexSquare): void {
  for (let top = 0; top < side; top += BLOCK) {
    for (let left = top; left < side; left += BLOCK) {
      for (let row = top; row < Math.min(side, top + BLOCK); row++) {
        for (let column = Math.max(left, row + 1); column < Math.min(side, left + BLOCK); column++) {
          swap(real, row * side + column, column * side + row);
          swap(imaginary, row * side + column, column * side + row);
        }
      }
    }
  }
}

function swap(values: Float64Array, one: number, other: number): void {
  const kept = values[one];
  values[one] = values[other];
  values[other] = kept;
}
