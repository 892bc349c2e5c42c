import type { RandomStream } from "../../core/index.ts";
import { findParticles, type FoundParticle } from "../segment/find-particles.ts";

/** Tries to find a free place. */
const TRIES = 50;

/**
 * A disc of bare film, such as a network that errs would cut out: examples of the class "empty", of which a good network gives
 * none [groschner2021].
 *
 * @param rng stream of size and place
 * @param truth [side, side]; 1 where a particle is
 * @param options side of the image and range of radii [px]
 * @returns the region, or null where no free place was found
 */
export function emptyRegion(
  rng: RandomStream,
  truth: Uint8Array,
  { side, radiiPx }: { readonly side: number; readonly radiiPx: readonly [number, number] },
): FoundParticle | null {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const radius = radiiPx[0] + (radiiPx[1] - radiiPx[0]) * rng.uniform();
    const room = side - 2 * radius - 4;
    const [cx, cy] = [radius + 2 + room * rng.uniform(), radius + 2 + room * rng.uniform()];
    const disc = new Uint8Array(truth.length);
    let isFree = true;
    for (let y = Math.ceil(cy - radius); y <= cy + radius && isFree; y++) {
      for (let x = Math.ceil(cx - radius); x <= cx + radius; x++) {
        if (Math.hypot(x - cx, y - cy) > radius) continue;
        if (truth[y * side + x] === 1) isFree = false;
        disc[y * side + x] = 1;
      }
    }
    if (isFree) return findParticles(disc, { width: side, height: side }).particles[0] ?? null;
  }
  return null;
}
