import type { GrayImage } from "../core/index.ts";
import type { Feature } from "./feature.ts";

/** Points on a circle round each pixel. */
export interface PatternGeometry {
  readonly points: number;
  readonly radiusPx: number;
}

/**
 * Rotation-invariant uniform local binary patterns [ojala2002] eq. 9.
 *
 * Each point on the circle is compared with the centre (1 where it is not darker). Patterns with at most two changes
 * between neighbours get the number of ones, all others points + 1. Like scikit-image, the pair of last and first
 * point is not counted, values between pixels are bilinear, and outside the image lies 0.
 *
 * @param geometry number of points (2 to 24) and radius [px]
 * @returns [height, width], pattern 0 to points + 1
 */
export function localBinaryPattern(image: GrayImage, { points, radiusPx }: PatternGeometry): Uint8Array {
  const { width, height } = image;
  const margin = Math.ceil(radiusPx);
  const padded = padWithZeros(image, margin);
  const circle = Array.from({ length: points }, (_, point) => {
    const angle = (2 * Math.PI * point) / points;
    // five decimals, as scikit-image: so that points on the axes fall on pixels
    return {
      rows: sampleAxis(round5(-radiusPx * Math.sin(angle)), height, margin),
      columns: sampleAxis(round5(radiusPx * Math.cos(angle)), width, margin),
    };
  });
  const patterns = new Uint8Array(width * height);
  // one row at a time: what is kept of it stays in the nearest cache while the circle is walked
  const line = new Int32Array(width);
  for (let row = 0; row < height; row++) {
    line.fill(0);
    circle.forEach(({ rows, columns }, point) => {
      comparePointInto(line, padded, { row, rows, columns, margin });
      // the pair of last and first point does not count: forget what the first was compared with
      if (point === 0) for (let column = 0; column < width; column++) line[column] &= ~CHANGES;
    });
    for (let column = 0; column < width; column++) {
      const changes = (line[column] & CHANGES) >> 8;
      patterns[row * width + column] = changes > 2 ? points + 1 : line[column] & ONES;
    }
  }
  return patterns;
}

/** A pixel's pattern so far in one number: ones, changes between neighbouring points, and above them the last point's bit. */
const ONES = 0xff;
const CHANGES = 0xff00;

interface PointPlace {
  readonly row: number;
  readonly rows: AxisSamples;
  readonly columns: AxisSamples;
  readonly margin: number;
}

function comparePointInto(line: Int32Array, padded: Float64Array, place: PointPlace): Int32Array {
  const { row, rows, columns, margin } = place;
  const stride = line.length + 2 * margin;
  const share = rows.share[row];
  const shares = columns.share;
  const upper = (row + rows.start) * stride + columns.start;
  const lower = upper + rows.gap * stride;
  const centre = (row + margin) * stride + margin;
  const gap = columns.gap;
  const isOnPixels = gap === 0 && rows.gap === 0;
  const rest = 1 - share;
  for (let column = 0; column < line.length; column++) {
    const i = upper + column;
    let value = padded[i];
    if (!isOnPixels) {
      const part = shares[column];
      const j = lower + column;
      const top = (1 - part) * value + part * padded[i + gap];
      const bottom = (1 - part) * padded[j] + part * padded[j + gap];
      value = rest * top + share * bottom;
    }
    // not a choice of two: a jump that nobody can foretell costs a fifth of the time
    const bit = Number(value >= padded[centre + column]);
    const before = line[column] >> 16;
    line[column] = ((line[column] & (ONES | CHANGES)) + bit + ((bit ^ before) << 8)) | (bit << 16);
  }
  return line;
}

function padWithZeros({ width, height, data }: GrayImage, margin: number): Float64Array {
  const stride = width + 2 * margin;
  const padded = new Float64Array(stride * (height + 2 * margin));
  for (let row = 0; row < height; row++) {
    padded.set(data.subarray(row * width, (row + 1) * width), (row + margin) * stride + margin);
  }
  return padded;
}

/** Where the pixels lie that a point falls between, along one axis. */
interface AxisSamples {
  /** First pixel for position 0; it moves with the position. */
  readonly start: number;
  /** 1 to the second pixel, 0 where the point falls on the first. */
  readonly gap: number;
  /** [position]: share of the second pixel; the same everywhere but for rounding, which scikit-image has too. */
  readonly share: Float64Array;
}

function sampleAxis(offset: number, length: number, margin: number): AxisSamples {
  const share = new Float64Array(length);
  for (let i = 0; i < length; i++) share[i] = i + offset - Math.floor(i + offset);
  return { start: Math.floor(offset) + margin, gap: Number.isInteger(offset) ? 0 : 1, share };
}

function round5(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

const GEOMETRIES: readonly PatternGeometry[] = [
  { points: 8, radiusPx: 1 },
  { points: 10, radiusPx: 5 },
];

/**
 * Shares of local binary patterns at two radii; pixels nearer to the edge than the radius are left out.
 */
export function localBinaryPatternFeatures(image: GrayImage): Feature[] {
  return GEOMETRIES.flatMap((geometry) => {
    const { points, radiusPx } = geometry;
    const patterns = localBinaryPattern(image, geometry);
    const counts = new Float64Array(points + 2);
    let total = 0;
    for (let row = radiusPx; row < image.height - radiusPx; row++) {
      for (let column = radiusPx; column < image.width - radiusPx; column++, total++) {
        counts[patterns[row * image.width + column]]++;
      }
    }
    return Array.from(counts, (count, pattern) => ({
      name: `lbp p${points} r${radiusPx} pattern ${pattern}`,
      value: count / total,
      unit: "1",
      source: "ojala2002",
    }));
  });
}
