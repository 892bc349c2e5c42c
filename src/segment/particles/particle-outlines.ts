import { outlineMask } from "../../micrograph/index.ts";
import type { LabelShape } from "../../micrograph/index.ts";
import type { ParticleImage } from "./particle-table.ts";

/**
 * Outlines of particles along the edges of their pixels, for other programs.
 *
 * @param image particles and where they lie
 * @param className class that they are given
 * @returns one shape a particle, in the particles' order; holes are rings of their own
 */
export function particleOutlines(
  { particles, map, width, height }: Pick<ParticleImage, "particles" | "map" | "width" | "height">,
  className: string,
): LabelShape[] {
  const boxes = boundingBoxes(map.objects, map.objectCount, { width, height });
  return particles.map(({ number }) => {
    const { left, top, right, bottom } = boxes[number];
    const size = { width: right - left + 1, height: bottom - top + 1 };
    const mask = new Uint8Array(size.width * size.height);
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        if (map.objects[y * width + x] === number) mask[(y - top) * size.width + x - left] = 1;
      }
    }
    const rings = outlineMask(mask, size.width, size.height);
    return {
      className,
      rings: rings.map((ring) => ring.map((value, i) => value + (i % 2 === 0 ? left : top))),
    };
  });
}

function boundingBoxes(
  objects: ArrayLike<number>,
  objectCount: number,
  { width, height }: { readonly width: number; readonly height: number },
) {
  const boxes = Array.from({ length: objectCount + 1 }, () => ({
    left: width,
    top: height,
    right: -1,
    bottom: -1,
  }));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const box = boxes[objects[y * width + x]];
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
  }
  return boxes;
}
