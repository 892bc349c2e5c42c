import type { GrayImage } from "../core/index.ts";
import { gaussianBlur } from "../image/index.ts";

interface Plane {
  readonly width: number;
  readonly height: number;
  /** [height, width], row-major. */
  readonly data: Float64Array;
}

/** A corner of an image, with what is seen round it. */
export interface KeyPoint {
  /** Middle of the pixel [px], from the first pixel's middle. */
  readonly x: number;
  readonly y: number;
  /** Harris response; only comparable within an image. */
  readonly response: number;
  /** Direction of the strongest gradients round it [rad]. */
  readonly angleRad: number;
  /** [cell, orientation], 4 x 4 x 8, unit length. */
  readonly descriptor: Float64Array;
}

/** Length of a descriptor. */
export const DESCRIPTOR_LENGTH = 128;

/** Sobel's kernel: difference of neighbours along one axis, weights 1 2 1 along the other; outside lies 0. */
function sobel({ width, height, data }: GrayImage): { readonly across: Plane; readonly down: Plane } {
  const at = (row: number, column: number) =>
    row < 0 || column < 0 || row >= height || column >= width ? 0 : data[row * width + column];
  const across = new Float64Array(data.length);
  const down = new Float64Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      const [nw, n, ne] = [at(row - 1, column - 1), at(row - 1, column), at(row - 1, column + 1)];
      const [sw, s, se] = [at(row + 1, column - 1), at(row + 1, column), at(row + 1, column + 1)];
      across[i] = ne + 2 * at(row, column + 1) + se - nw - 2 * at(row, column - 1) - sw;
      down[i] = sw + 2 * s + se - nw - 2 * n - ne;
    }
  }
  return { across: { width, height, data: across }, down: { width, height, data: down } };
}

/**
 * Harris corner response det A - 0.05 (trace A)^2 [harris1988], A the structure tensor blurred by 1 px.
 *
 * @returns [height, width]
 */
export function harrisResponse(image: GrayImage): Float64Array {
  const { across, down } = sobel(image);
  const blurred = (one: Plane, other: Plane) => {
    const product = one.data.map((value, i) => value * other.data[i]);
    return gaussianBlur(product, one, 1, { border: "zero", reachPx: 4 });
  };
  const [xx, xy, yy] = [blurred(across, across), blurred(across, down), blurred(down, down)];
  return xx.map((value, i) => value * yy[i] - xy[i] ** 2 - 0.05 * (value + yy[i]) ** 2);
}

/** How many corners are looked for. */
export interface KeyPointOptions {
  /** Strongest corners kept; 200 by default. */
  readonly count?: number;
  /** Least share of the strongest response; 0.001 by default. */
  readonly threshold?: number;
}

/** Pixels between a corner and the image's edge: half the diagonal of a 16 px patch, and one for the gradient. */
const MARGIN_PX = 13;

/**
 * Finds corners and describes what lies round them.
 *
 * Corners are largest Harris responses among their eight neighbours [harris1988]. Round each, gradient directions,
 * turned by the strongest one, are counted in 4 x 4 cells of 4 px under a Gaussian [lowe2004], at one scale.
 * Brightness drops out in the gradients, contrast in the unit length.
 */
export function findKeyPoints(image: GrayImage, options: KeyPointOptions = {}): KeyPoint[] {
  const { count = 200, threshold = 0.001 } = options;
  const response = harrisResponse(image);
  const places = localMaxima(response, image.width, image.height);
  const strongest = places.reduce((best, i) => Math.max(best, response[i]), 0);
  if (strongest <= 0) return [];
  const { across, down } = sobel(image);
  return places
    .filter((i) => response[i] >= threshold * strongest && response[i] > 0)
    .sort((a, b) => response[b] - response[a] || a - b)
    .slice(0, count)
    .map((i) => describeCorner(across, down, i, response[i]));
}

function localMaxima(response: Float64Array, width: number, height: number): number[] {
  const places: number[] = [];
  for (let row = MARGIN_PX; row < height - MARGIN_PX; row++) {
    for (let column = MARGIN_PX; column < width - MARGIN_PX; column++) {
      const i = row * width + column;
      const value = response[i];
      const isPeak = [-width - 1, -width, -width + 1, -1].every((step) => value > response[i + step]);
      // of equal neighbours the first one counts
      if (isPeak && [1, width - 1, width, width + 1].every((step) => value >= response[i + step]))
        places.push(i);
    }
  }
  return places;
}

function describeCorner(across: Plane, down: Plane, index: number, response: number): KeyPoint {
  const { width } = across;
  const [x, y] = [index % width, Math.floor(index / width)];
  const angleRad = strongestDirection(across, down, x, y);
  const descriptor = new Float64Array(DESCRIPTOR_LENGTH);
  const [cos, sin] = [Math.cos(angleRad), Math.sin(angleRad)];
  for (let v = -7.5; v < 8; v++) {
    for (let u = -7.5; u < 8; u++) {
      const [column, row] = [Math.round(x + u * cos - v * sin), Math.round(y + u * sin + v * cos)];
      const i = row * width + column;
      const [gx, gy] = [across.data[i], down.data[i]];
      // Gaussian of half the patch [lowe2004] sec. 6.1
      const weight = Math.hypot(gx, gy) * Math.exp(-(u * u + v * v) / (2 * 64));
      const cell = Math.floor((v + 8) / 4) * 4 + Math.floor((u + 8) / 4);
      addDirection(descriptor, cell, Math.atan2(gy, gx) - angleRad, weight);
    }
  }
  return { x, y, response, angleRad, descriptor: clippedUnit(descriptor) };
}

/** Shares a weight out between the two nearest of eight directions. */
function addDirection(descriptor: Float64Array, cell: number, angleRad: number, weight: number): void {
  const turns = angleRad / (2 * Math.PI);
  const place = (turns - Math.floor(turns)) * 8;
  const bin = Math.floor(place);
  descriptor[cell * 8 + (bin % 8)] += weight * (1 - (place - bin));
  descriptor[cell * 8 + ((bin + 1) % 8)] += weight * (place - bin);
}

/** Direction of the strongest of 36 bins of gradients within 8 px, refined by a parabola [lowe2004] sec. 5. */
function strongestDirection(across: Plane, down: Plane, x: number, y: number): number {
  const bins = new Float64Array(36);
  for (let v = -8; v <= 8; v++) {
    for (let u = -8; u <= 8; u++) {
      const i = (y + v) * across.width + x + u;
      const [gx, gy] = [across.data[i], down.data[i]];
      const turns = Math.atan2(gy, gx) / (2 * Math.PI);
      const bin = Math.round((turns - Math.floor(turns)) * 36) % 36;
      bins[bin] += Math.hypot(gx, gy) * Math.exp(-(u * u + v * v) / (2 * 16));
    }
  }
  const peak = bins.indexOf(Math.max(...bins));
  const [before, at, after] = [bins[(peak + 35) % 36], bins[peak], bins[(peak + 1) % 36]];
  const curvature = before - 2 * at + after;
  const shift = curvature === 0 ? 0 : (0.5 * (before - after)) / curvature;
  return ((peak + shift) / 36) * 2 * Math.PI;
}

function clippedUnit(values: Float64Array): Float64Array {
  const unit = (numbers: Float64Array) => {
    const length = Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0));
    return length === 0 ? numbers : numbers.map((value) => value / length);
  };
  // [lowe2004] sec. 6.1: no single gradient may dominate
  return unit(unit(values).map((value) => Math.min(value, 0.2)));
}
