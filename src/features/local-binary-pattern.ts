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
 * @param image the image
 * @param geometry number of points (2 to 24) and radius [px]
 * @returns [height, width], pattern 0 to points + 1
 */
export function localBinaryPattern(image: GrayImage, { points, radiusPx }: PatternGeometry): Uint8Array {
  const { width, height } = image;
  const margin = Math.ceil(radiusPx);
  const padded = padWithZeros(image, margin);
  const stride = width + 2 * margin;
  const ones = new Uint8Array(width * height);
  const changes = new Uint8Array(width * height);
  const before = new Uint8Array(width * height);
  for (let point = 0; point < points; point++) {
    const angle = (2 * Math.PI * point) / points;
    // five decimals, as scikit-image: so that points on the axes fall on pixels
    const down = round5(-radiusPx * Math.sin(angle));
    const across = round5(radiusPx * Math.cos(angle));
    const rows = sampleAxis(down, height, margin);
    const columns = sampleAxis(across, width, margin);
    for (let row = 0; row < height; row++) {
      const share = rows.share[row];
      const upper = rows.first[row] * stride;
      const lower = rows.last[row] * stride;
      const centre = (row + margin) * stride + margin;
      for (let column = 0; column < width; column++) {
        const [left, right, part] = [columns.first[column], columns.last[column], columns.share[column]];
        const top = (1 - part) * padded[upper + left] + part * padded[upper + right];
        const bottom = (1 - part) * padded[lower + left] + part * padded[lower + right];
        const bit = (1 - share) * top + share * bottom - padded[centre + column] >= 0 ? 1 : 0;
        const i = row * width + column;
        ones[i] += bit;
        if (point > 0) changes[i] += bit ^ before[i];
        before[i] = bit;
      }
    }
  }
  for (let i = 0; i < ones.length; i++) if (changes[i] > 2) ones[i] = points + 1;
  return ones;
}

function padWithZeros({ width, height, data }: GrayImage, margin: number): Float64Array {
  const stride = width + 2 * margin;
  const padded = new Float64Array(stride * (height + 2 * margin));
  for (let row = 0; row < height; row++) {
    padded.set(data.subarray(row * width, (row + 1) * width), (row + margin) * stride + margin);
  }
  return padded;
}

/** Neighbouring pixels of every position plus an offset, and the share of the second one. */
function sampleAxis(offset: number, length: number, margin: number) {
  const first = new Int32Array(length);
  const last = new Int32Array(length);
  const share = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const place = i + offset;
    first[i] = Math.floor(place) + margin;
    last[i] = Math.ceil(place) + margin;
    share[i] = place - Math.floor(place);
  }
  return { first, last, share };
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
 *
 * @param image the image
 * @returns points + 2 shares a radius; either set sums to 1
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
