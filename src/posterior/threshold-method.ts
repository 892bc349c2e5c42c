import { type GrayImage, median, rangeError } from "../core/index.ts";

/** A particle as somebody marks it in an image: a circle. */
export interface MarkedParticle {
  readonly xPx: number;
  readonly yPx: number;
  readonly radiusPx: number;
}

/** Pixels nearer to the centre than this share of the radius are measured, where the chord is nearly the diameter. */
const CORE_SHARE = 0.4;

/**
 * Measures the material of marked particles as the Bremen group does: R = -ln(1 - I)/t, t the chord of the sphere.
 *
 * The median is taken over pixels within 0.4 radii of the centre that lie under this particle alone; where there are none,
 * over all pixels there, and where the core is smaller than a pixel, over the pixel of the centre.
 *
 * @param image fraction of the incident beam
 * @param particles all marked particles of the image
 * @returns [particles.length] median R of each [1/pixel]; NaN for one whose centre lies outside the image
 * @example
 * import { opticalDensities } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const data = new Float32Array(81).fill(1 - Math.exp(-0.01 * 8));
 * const image = { width: 9, height: 9, data, pixelSizeNm: 1, intensityUnit: "fraction of the incident beam" } as const;
 * // at the centre of a sphere of radius 4 the chord is 8
 * expect(opticalDensities(image, [{ xPx: 4.5, yPx: 4.5, radiusPx: 4 }])[0]).toBeCloseTo(0.01, 2);
 */
export function opticalDensities(image: GrayImage, particles: readonly MarkedParticle[]): Float64Array {
  return Float64Array.from(particles, (particle, index) => {
    const core = corePixels(image, particle);
    const isAlone = ([x, y]: Place) =>
      particles.every(
        (other, j) => j === index || Math.hypot(x - other.xPx, y - other.yPx) >= other.radiusPx,
      );
    const alone = core.filter(isAlone);
    const places = alone.length > 0 ? alone : core;
    if (places.length === 0) return NaN;
    return median(Float64Array.from(places, (place) => densityAt(image, particle, place)));
  });
}

/** Centre of a pixel [px]. */
type Place = readonly [x: number, y: number];

function corePixels({ width, height }: GrayImage, { xPx, yPx, radiusPx }: MarkedParticle): Place[] {
  const reach = CORE_SHARE * radiusPx;
  const places: Place[] = [];
  const isInside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height;
  for (let y = Math.floor(yPx - reach); y <= yPx + reach; y++) {
    for (let x = Math.floor(xPx - reach); x <= xPx + reach; x++) {
      if (isInside(x, y) && Math.hypot(x + 0.5 - xPx, y + 0.5 - yPx) <= reach)
        places.push([x + 0.5, y + 0.5]);
    }
  }
  if (places.length > 0 || !isInside(xPx, yPx)) return places;
  return [[Math.floor(xPx) + 0.5, Math.floor(yPx) + 0.5]];
}

function densityAt(
  { data, width }: GrayImage,
  { xPx, yPx, radiusPx }: MarkedParticle,
  [x, y]: Place,
): number {
  const intensity = data[Math.floor(y) * width + Math.floor(x)];
  const squared = (x - xPx) ** 2 + (y - yPx) ** 2;
  const chord = 2 * Math.sqrt(Math.max(radiusPx ** 2 - squared, 0.25 * radiusPx ** 2));
  return -Math.log(1 - Math.min(0.999, Math.max(0, intensity))) / chord;
}

/**
 * The threshold that parts two materials with the fewest errors.
 *
 * @param values of particles of both materials, such as R; NaN is left out
 * @param isSecond whether each is of the material whose values are larger
 * @returns threshold: values above are taken for the second material
 * @throws RangeError where there is no value
 */
export function bestThreshold(values: ArrayLike<number>, isSecond: ArrayLike<boolean>): number {
  const order = Array.from(values, (value, i) => ({ value, second: isSecond[i] }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => a.value - b.value);
  if (order.length === 0) throw rangeError({ action: "set threshold" }, "there must be a particle", "none");
  // below all values every particle of the first material is wrong
  let errors = order.filter(({ second }) => !second).length;
  let best = { errors, threshold: -Infinity };
  order.forEach(({ value, second }, i) => {
    errors += second ? 1 : -1;
    const next = order[i + 1]?.value ?? Infinity;
    if (errors < best.errors && next > value)
      best = { errors, threshold: (value + Math.min(next, 2 * value)) / 2 };
  });
  return best.threshold;
}

/**
 * Contacts that a projection seems to show: pairs of circles that touch or overlap.
 *
 * @param particles marked particles
 * @param tolerance gap that still counts, as a share of the sum of radii
 * @returns pairs of indices
 */
export function projectedContacts(
  particles: readonly MarkedParticle[],
  tolerance: number,
): (readonly [number, number])[] {
  return particles.flatMap((one, i) =>
    particles.slice(i + 1).flatMap((other, k) => {
      const distance = Math.hypot(one.xPx - other.xPx, one.yPx - other.yPx);
      const isTouching = distance <= (one.radiusPx + other.radiusPx) * (1 + tolerance);
      return isTouching ? [[i, i + 1 + k] as const] : [];
    }),
  );
}
