import { outlineMask } from "../../labels/index.ts";
import type { LabelShape } from "../../labels/index.ts";
import type { ObjectCrop } from "./object-crops.ts";

/**
 * Outlines of particles along the edges of their pixels, for other programs.
 *
 * @param image particles and where they lie
 * @param className class that they are given
 * @returns one shape a particle, in the particles' order; holes are rings of their own
 */
export function particleOutlines(
  { crops }: { readonly crops: readonly ObjectCrop[] },
  className: string,
): LabelShape[] {
  return crops.map(({ left, top, width, height, mask }) => ({
    className,
    rings: outlineMask(mask, width, height).map((ring) =>
      ring.map((value, i) => value + (i % 2 === 0 ? left : top)),
    ),
  }));
}
