import type { Disc } from "../simulate/training-image.ts";
import type { ImageParticles } from "./image-particles.ts";

/** Which discs touch or overlap on the image. */
export interface ContactSummary {
  /** Pairs that touch or overlap in projection. */
  readonly contactCount: number;
  /** Contacts a particle, 2 contacts / particles. */
  readonly meanContacts: number;
  /** Share of contacts between two materials; null where materials are not known. */
  readonly heteroShare: number | null;
  /** Area that all discs together cover [px2]. */
  readonly coveredPx: number;
}

/** Discs count as touching up to this distance over the sum of their radii: half of the usual error of a radius. */
const TOUCHING = 1.05;

/**
 * The contact graph of an image, as seen: what touches in projection need not touch in space.
 *
 * @param image its particles
 * @returns pairs, by particle index
 */
export function projectedContacts({
  particles,
}: {
  readonly particles: readonly Disc[];
}): (readonly [number, number])[] {
  return particles.flatMap((one, i) =>
    particles
      .map((other, j) => [i, j, other] as const)
      .slice(i + 1)
      .filter(
        ([, , other]) =>
          Math.hypot(one.x - other.x, one.y - other.y) <= TOUCHING * (one.radiusPx + other.radiusPx),
      )
      .map(([a, b]) => [a, b] as const),
  );
}

/**
 * Contacts and covered area of an image's particles.
 *
 * @param image its particles
 * @returns counts, share between materials, area
 */
export function contactSummary(image: ImageParticles): ContactSummary {
  const { particles } = image;
  const pairs = projectedContacts(image);
  const isKnown = particles.length > 0 && particles.every(({ material }) => material !== null);
  const hetero = pairs.filter(([i, j]) => particles[i].material !== particles[j].material).length;
  return {
    contactCount: pairs.length,
    meanContacts: (2 * pairs.length) / particles.length,
    heteroShare: isKnown && pairs.length > 0 ? hetero / pairs.length : null,
    coveredPx: coveredPixels(particles, image),
  };
}

/** Pixels of an image whose centres lie in one disc at least. */
export function coveredPixels(
  discs: readonly Disc[],
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const isCovered = new Uint8Array(width * height);
  for (const { x, y, radiusPx } of discs) {
    const [top, bottom] = [
      Math.max(0, Math.ceil(y - radiusPx - 0.5)),
      Math.min(height - 1, y + radiusPx - 0.5),
    ];
    for (let row = top; row <= bottom; row++) {
      const reach = Math.sqrt(Math.max(0, radiusPx ** 2 - (row + 0.5 - y) ** 2));
      const from = Math.max(0, Math.ceil(x - reach - 0.5));
      isCovered.fill(
        1,
        row * width + from,
        row * width + Math.max(from, Math.min(width, Math.floor(x + reach - 0.5) + 1)),
      );
    }
  }
  return isCovered.reduce((sum, value) => sum + value, 0);
}
