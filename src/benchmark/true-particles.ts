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
  const { pixelSizeNm } = settings;
  const spheres = Array.from({ length: particleCount }, (_, k) => ({
    x: centersNm[3 * k],
    y: centersNm[3 * k + 1],
    radius: radiiNm[k],
    materialIndex: materialIndices[k],
  }));
  return spheres
    .map(({ x, y, radius, materialIndex }) => {
      const signal = spheres.reduce((sum, other) => {
        const square = other.radius ** 2 - (other.x - x) ** 2 - (other.y - y) ** 2;
        return sum + (square > 0 ? detectedPerNm[other.materialIndex] * 2 * Math.sqrt(square) : 0);
      }, 0);
      return {
        x: image.width / 2 + x / pixelSizeNm,
        y: image.height / 2 - y / pixelSizeNm,
        radiusPx: radius / pixelSizeNm,
        materialIndex,
        ownShare: (detectedPerNm[materialIndex] * 2 * radius) / signal,
      };
    })
    .filter(({ x, y }) => x >= 0 && y >= 0 && x < image.width && y < image.height);
}
