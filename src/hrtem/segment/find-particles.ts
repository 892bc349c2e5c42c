import type { GrayImage } from "../../core/index.ts";
import { closeBySquare, openBySquare, connectedComponents } from "../../image/index.ts";

/** A connected region of a mask: place, size, form. */
export interface FoundParticle {
  /** Smallest rectangle about it [px]. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Places of its pixels in the image, ascending. */
  readonly pixels: Uint32Array;
  readonly areaPx: number;
  /** Diameter of the circle of the same area [px]. */
  readonly equivalentDiameterPx: number;
  /** 4 pi area / perimeter^2: 1 for a circle, by an unbiased perimeter. */
  readonly circularity: number;
  /** Long over short axis of the ellipse with the same second moments. */
  readonly aspectRatio: number;
  /** Whether it reaches the border of the image or what is drawn into it, so that its size is not known. */
  readonly touchesEdge: boolean;
}

/** What counts as a particle. */
export interface ParticleRules {
  /** Side of the square of opening and closing [px], odd. */
  readonly cleaningPx: number;
  readonly minAreaPx: number;
}

/** As the original: structuring element about 5 px, 200 px of area [groschner2021]. */
export const PARTICLE_RULES: ParticleRules = { cleaningPx: 9, minAreaPx: 200 };

/**
 * Cleans a region mask and lists its particles: opening, closing, holes filled, small ones left out.
 *
 * The original takes convex hulls; holes are filled here instead, for the hull of an agglomerate covers film.
 *
 * @param mask [height, width] of 0 and 1
 * @param size of the image [px]
 */
export function findParticles(
  mask: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  rules: ParticleRules = PARTICLE_RULES,
): { readonly particles: FoundParticle[]; readonly mask: Uint8Array } {
  const cleaned = filled(cleanedMask(mask, { width, height }, rules.cleaningPx), width, height);
  const { components, componentCount } = connectedComponents(cleaned, width, height, 4);
  const lists = Array.from({ length: componentCount }, (): number[] => []);
  components.forEach((component, place) => {
    if (component > 0) lists[component - 1].push(place);
  });
  const kept = lists.filter((pixels) => pixels.length >= rules.minAreaPx);
  const result = new Uint8Array(mask.length);
  for (const pixels of kept) for (const place of pixels) result[place] = 1;
  const particles = kept.map((pixels) => measured(Uint32Array.from(pixels), components, { width, height }));
  return { particles, mask: result };
}

function cleanedMask(
  mask: Uint8Array,
  size: { readonly width: number; readonly height: number },
  side: number,
): Uint8Array {
  const base = { ...size, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
  const image: GrayImage = { ...base, data: Float32Array.from(mask) };
  const opened = openBySquare(image, side);
  return Uint8Array.from(closeBySquare({ ...base, data: opened }, side));
}

/** Background that does not reach the border is a hole. */
function filled(mask: Uint8Array, width: number, height: number): Uint8Array {
  const outside = connectedComponents(
    mask.map((value) => 1 - value),
    width,
    height,
    4,
  ).components;
  const open = new Set<number>();
  for (let x = 0; x < width; x++) open.add(outside[x]).add(outside[(height - 1) * width + x]);
  for (let y = 0; y < height; y++) open.add(outside[y * width]).add(outside[y * width + width - 1]);
  return mask.map((value, place) => (value === 1 || !open.has(outside[place]) ? 1 : 0));
}

function measured(
  pixels: Uint32Array,
  components: ArrayLike<number>,
  { width, height }: { readonly width: number; readonly height: number },
): FoundParticle {
  let [left, top, right, bottom] = [width, height, 0, 0];
  const sums = { x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (const place of pixels) {
    const [x, y] = [place % width, Math.floor(place / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.yy += y * y;
    sums.xy += x * y;
  }
  const areaPx = pixels.length;
  const perimeter = perimeterOf(pixels, components, width);
  return {
    box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 },
    pixels,
    areaPx,
    equivalentDiameterPx: Math.sqrt((4 * areaPx) / Math.PI),
    circularity: (4 * Math.PI * areaPx) / perimeter ** 2,
    aspectRatio: axisRatio(sums, areaPx),
    touchesEdge: left === 0 || top === 0 || right === width - 1 || bottom === height - 1,
  };
}

/** Pixel edges between inside and outside, times pi/4: unbiased over all directions [serra1982]. */
function perimeterOf(pixels: Uint32Array, components: ArrayLike<number>, width: number): number {
  const own = components[pixels[0]];
  let edges = 0;
  for (const place of pixels) {
    const x = place % width;
    if (x === 0 || components[place - 1] !== own) edges++;
    if (x === width - 1 || components[place + 1] !== own) edges++;
    if (components[place - width] !== own) edges++;
    if (components[place + width] !== own) edges++;
  }
  return (edges * Math.PI) / 4;
}

function axisRatio(
  sums: {
    readonly x: number;
    readonly y: number;
    readonly xx: number;
    readonly yy: number;
    readonly xy: number;
  },
  count: number,
): number {
  const [mx, my] = [sums.x / count, sums.y / count];
  // 1/12: second moment of a pixel's own square
  const xx = sums.xx / count - mx * mx + 1 / 12;
  const yy = sums.yy / count - my * my + 1 / 12;
  const xy = sums.xy / count - mx * my;
  const root = Math.hypot((xx - yy) / 2, xy);
  const mid = (xx + yy) / 2;
  return Math.sqrt((mid + root) / Math.max(1e-9, mid - root));
}
