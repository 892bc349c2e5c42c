import type { GrayImage } from "../core/index.ts";

/**
 * Grey opening by a square [serra1982]: smallest value in the square, then largest of those; bright spots narrower
 * than the square go.
 *
 * @param image the image
 * @param sidePx odd side of the square [px]
 * @returns [height, width], nowhere above the image
 */
export function openBySquare(image: GrayImage, sidePx: number): Float32Array {
  const plane = { ...image, data: image.data.slice() };
  erodeInPlace(plane, sidePx);
  negateInPlace(plane.data);
  erodeInPlace(plane, sidePx);
  return negateInPlace(plane.data);
}

/**
 * Grey closing by a square [serra1982]: dark spots narrower than the square go.
 *
 * @param image the image
 * @param sidePx odd side of the square [px]
 * @returns [height, width], nowhere below the image
 */
export function closeBySquare(image: GrayImage, sidePx: number): Float32Array {
  // the largest value is the smallest of the negatives, with its sign turned
  return negateInPlace(openBySquare({ ...image, data: negateInPlace(image.data.slice()) }, sidePx));
}

function negateInPlace(data: Float32Array): Float32Array {
  for (let i = 0; i < data.length; i++) data[i] = -data[i];
  return data;
}

interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Smallest value in a square: along rows, then along columns. */
function erodeInPlace({ width, height, data }: Plane, sidePx: number): void {
  const line = openLine(Math.max(width, height), sidePx);
  for (let row = 0; row < height; row++) slideInPlace(data, row * width, 1, width, line);
  for (let column = 0; column < width; column++) slideInPlace(data, column, width, height, line);
}

interface Line {
  readonly sidePx: number;
  readonly values: Float32Array;
  readonly backward: Float32Array;
}

/** Room for a line with its border, used again for line after line. */
function openLine(longest: number, sidePx: number): Line {
  const size = longest + 3 * sidePx;
  return { sidePx, values: new Float32Array(size), backward: new Float32Array(size) };
}

/** Smallest value of a sliding window in three comparisons a pixel, whatever its length [vanherk1992]. */
function slideInPlace(
  data: Float32Array,
  start: number,
  step: number,
  length: number,
  { sidePx, values, backward }: Line,
): void {
  const reach = (sidePx - 1) / 2;
  const size = Math.ceil((length + 2 * reach) / sidePx) * sidePx;
  values.fill(Infinity, 0, size);
  for (let i = 0, from = start; i < length; i++, from += step) values[i + reach] = data[from];
  for (let block = 0; block < size; block += sidePx) {
    const last = block + sidePx - 1;
    backward[last] = values[last];
    for (let i = last - 1; i >= block; i--) {
      backward[i] = values[i] < backward[i + 1] ? values[i] : backward[i + 1];
    }
    // from here on the values are the smallest since the block began
    for (let i = block + 1; i <= last; i++) if (values[i - 1] < values[i]) values[i] = values[i - 1];
  }
  for (let i = 0, to = start; i < length; i++, to += step) {
    const ahead = values[i + sidePx - 1];
    data[to] = backward[i] < ahead ? backward[i] : ahead;
  }
}
