import { outlineElongation } from "./body.ts";
import type { Body } from "./body.ts";
import type { Ellipse } from "./ellipse.ts";
import type { Scene } from "./draw-scene.ts";

/** A disc that stands for a primary particle; some know how far they are from round. */
export type Disc = Ellipse;

/** A particle of a simulated image. */
export interface TrueParticle extends Disc {
  /** 0 or 1 where the image holds two materials, else null. */
  readonly materialIndex: number | null;
  /** Whether the image shows it: neither buried under others nor lost in the noise. */
  readonly isSeen: boolean;
  /** Share of the image's signal at its centre that is its own, 0 to 1. */
  readonly ownShare: number;
}

/** Smallest ratio of a particle's contrast to the noise over half its disc at which it counts as seen. */
const SEEN_RATIO = 4;
/** Smallest ratio to what the support's thickness varies by around it. */
const TEXTURE_RATIO = 1;
/**
 * Smallest share of the signal at a particle's centre that is its own, at which it counts as seen. In a pile of like particles nobody
 * marks what adds less than a fifth; on a support sharp edges show particles that add less.
 */
const SEEN_SHARE = { aggregate: 0.2, film: 0.2, supported: 0.1 } as const;

/** What an image shows of a body. */
export interface Visibility {
  /** Share of the signal at its centre that is its own. */
  readonly ownShare: number;
  /** Its contrast over the noise of half its disc. */
  readonly contrastToNoise: number;
  /** Its contrast over that of what lies below it around it; asked on supports alone. */
  readonly contrastToTexture: number;
}

/**
 * What a simulated image says of its particles: those wanted whose centres lie in it.
 *
 * @param visibilityOf what it shows of a body, whose centre lies in the pixel of that index
 */
export function trueParticles(
  { kind, bodies, side, hasTwoMaterials }: Scene,
  visibilityOf: (body: Body, pixel: number) => Visibility,
): TrueParticle[] {
  const isInside = ({ x, y, isWanted }: Body) => isWanted && x >= 0 && y >= 0 && x < side && y < side;
  return bodies.filter(isInside).map((body) => {
    const { x, y, radiusPx, materialIndex } = body;
    const elongation = outlineElongation(body);
    const pixel = Math.floor(y) * side + Math.floor(x);
    const { ownShare, contrastToNoise, contrastToTexture } = visibilityOf(body, pixel);
    const isSmooth = kind !== "supported" || contrastToTexture >= TEXTURE_RATIO;
    const isSeen = ownShare >= SEEN_SHARE[kind] && contrastToNoise >= SEEN_RATIO && isSmooth;
    const material = hasTwoMaterials ? materialIndex : null;
    return { x, y, radiusPx, elongation, materialIndex: material, ownShare, isSeen };
  });
}

/** A simulated image with all particles that it shows. */
export interface TrainingImage {
  /** Edge of the square [px]. */
  readonly side: number;
  /** [side, side], matter bright in either imaging mode. */
  readonly image: Float32Array;
  readonly particles: readonly TrueParticle[];
  /** Edge of a pixel [nm]. */
  readonly pixelSizeNm: number;
}

/** Directions in which a support is looked at around a particle, and how far from its centre, over its radius. */
const DIRECTIONS = 8;
const DISTANCE = 1.5;

/**
 * How uneven a map is around a particle: the standard deviation over a circle outside of it.
 *
 * @param map [side, side]; the border repeats
 * @param side edge of the square [px]
 * @param disc place and size of the particle [px]
 * @returns in units of the map
 */
export function unevennessAround(map: ArrayLike<number>, side: number, { x, y, radiusPx }: Disc): number {
  const place = (value: number) => Math.max(0, Math.min(side - 1, Math.floor(value)));
  let [sum, squares] = [0, 0];
  for (let i = 0; i < DIRECTIONS; i++) {
    const angle = (2 * Math.PI * i) / DIRECTIONS;
    const [dx, dy] = [Math.cos(angle), Math.sin(angle)].map((part) => DISTANCE * radiusPx * part);
    const value = map[place(y + dy) * side + place(x + dx)];
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / DIRECTIONS - (sum / DIRECTIONS) ** 2));
}
