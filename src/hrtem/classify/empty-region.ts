import type { RandomStream } from "../../core/index.ts";
import { findParticles, type FoundParticle } from "../segment/find-particles.ts";

/** Tries to find a free place. */
const TRIES = 50;

/**
 * A disc of bare film, such as a network that errs would cut out: examples of the class "empty", of which a good network gives
 * none [groschner2021].
 *
 * @param truth [height, width]; 1 where a particle is
 * @param options size of the image and range of radii [px]
 * @returns the region, or null where no free place was found
 */
export function emptyRegion(
  rng: RandomStream,
  truth: Uint8Array,
  {
    width,
    height,
    radiiPx,
  }: { readonly width: number; readonly height: number; readonly radiiPx: readonly [number, number] },
): FoundParticle | null {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const radius = radiiPx[0] + (radiiPx[1] - radiiPx[0]) * rng.uniform();
    const room = (length: number) => length - 2 * radius - 4;
    const [cx, cy] = [width, height].map((length) => radius + 2 + room(length) * rng.uniform());
    if (Math.min(room(width), room(height)) < 0) continue;
    const disc = new Uint8Array(truth.length);
    let isFree = true;
    for (let y = Math.ceil(cy - radius); y <= cy + radius && isFree; y++) {
      for (let x = Math.ceil(cx - radius); x <= cx + radius; x++) {
        if (Math.hypot(x - cx, y - cy) > radius) continue;
        if (truth[y * width + x] === 1) isFree = false;
        disc[y * width + x] = 1;
      }
    }
    if (isFree) return findParticles(disc, { width, height }).particles[0] ?? null;
  }
  return null;
}
