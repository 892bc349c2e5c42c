import type { GrayImage } from "../core/index.ts";
import type { Disc } from "../particles/index.ts";
import { viewAggregate, type MicroscopeSettings } from "../stem-sim/index.ts";
import type { Aggregate } from "../stochastic/index.ts";

/** A particle that an image shows, and how much of it can be seen. */
export interface TrueParticleDisc extends Disc {
  readonly materialIndex: number;
  /** Share of the signal at its centre that is its own: 1 where nothing lies above or below it. */
  readonly ownShare: number;
}

/** From this share of the signal and this radius [px] a particle is asked for; others may be found, and count neither way. */
const ASKED = { ownShare: 0.2, radiusPx: 2 } as const;

/** Whether a particle shows enough of itself to be asked for. */
export const isAsked = ({ ownShare, radiusPx }: Pick<TrueParticleDisc, "ownShare" | "radiusPx">): boolean =>
  ownShare >= ASKED.ownShare && radiusPx >= ASKED.radiusPx;

/** A particle as a ball above the field: x to the right and y upwards from its middle [nm]. */
interface Ball {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly materialIndex: number;
  /** Scattering over that of the material's tables. */
  readonly strength: number;
}

/** What an image of balls shows: its size and pixel size. */
interface Field {
  readonly image: Pick<GrayImage, "width" | "height">;
  readonly pixelSizeNm: number;
}

/**
 * The share of the signal at its centre that is each disc's own, all taken for balls that add up along the beam.
 *
 * @param balls place and radius in one unit
 * @param detectedPerLength share of the beam that a length of each material scatters onto the detector, in any unit
 * @returns 0 to 1, in the order of the balls
 */
export function ownShares(
  balls: readonly (Pick<Ball, "x" | "y" | "radius" | "materialIndex"> & Partial<Ball>)[],
  detectedPerLength: ArrayLike<number>,
): number[] {
  const strengthOf = ({ materialIndex, strength = 1 }: (typeof balls)[number]) =>
    strength * detectedPerLength[materialIndex];
  return balls.map((ball) => {
    const signal = balls.reduce((sum, other) => {
      const square = other.radius ** 2 - (other.x - ball.x) ** 2 - (other.y - ball.y) ** 2;
      return sum + (square > 0 ? strengthOf(other) * 2 * Math.sqrt(square) : 0);
    }, 0);
    return (strengthOf(ball) * 2 * ball.radius) / signal;
  });
}

/**
 * The balls whose centres lie in an image, as discs of its pixels; y grows downwards.
 *
 * @param balls all that the beam meets
 * @param field size and pixel size of the image
 * @param detectedPerNm share of the beam that each material scatters onto the detector [1/nm]
 * @returns in the order of the balls
 */
export function discsOfBalls(
  balls: readonly Ball[],
  { image, pixelSizeNm }: Field,
  detectedPerNm: ArrayLike<number>,
): TrueParticleDisc[] {
  const shares = ownShares(balls, detectedPerNm);
  return balls
    .map(({ x, y, radius, materialIndex }, k) => ({
      x: image.width / 2 + x / pixelSizeNm,
      y: image.height / 2 - y / pixelSizeNm,
      radiusPx: radius / pixelSizeNm,
      materialIndex,
      ownShare: shares[k],
    }))
    .filter(({ x, y }) => x >= 0 && y >= 0 && x < image.width && y < image.height);
}

/**
 * The particles whose centres lie in an image, as discs of its pixels; y grows downwards.
 *
 * @param sample aggregate, settings of the microscope and the image
 * @param detectedPerNm share of the beam that each material scatters onto the detector [1/nm]
 * @returns in the aggregate's order
 */
export function trueParticles(
  {
    aggregate,
    settings,
    image,
  }: {
    readonly aggregate: Aggregate;
    readonly settings: MicroscopeSettings;
    readonly image: Pick<GrayImage, "width" | "height">;
  },
  detectedPerNm: ArrayLike<number>,
): TrueParticleDisc[] {
  const { particleCount, centersNm, radiiNm, materialIndices } = viewAggregate(aggregate, settings);
  const balls = Array.from({ length: particleCount }, (_, k) => ({
    x: centersNm[3 * k],
    y: centersNm[3 * k + 1],
    radius: radiiNm[k],
    materialIndex: materialIndices[k],
    strength: 1,
  }));
  return discsOfBalls(balls, { image, pixelSizeNm: settings.pixelSizeNm }, detectedPerNm);
}
