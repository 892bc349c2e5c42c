import type { RandomStream } from "../../core/index.ts";
import type { Disc } from "../simulate/training-image.ts";
import { discFootprints } from "./disc-footprints.ts";
import type { ElementMap } from "./element-map.ts";

/** What simulated maps count. */
export interface MapSettings {
  readonly width: number;
  readonly height: number;
  /** Symbol, and atoms a volume in the first and the second material. */
  readonly elements: readonly { readonly element: string; readonly densities: readonly [number, number] }[];
  /** Counts of a particle, all maps together, in the mean over all particles. */
  readonly countsPerParticle: number;
  /** Counts of the bare ground over those of particles, all pixels together. */
  readonly groundShare: number;
}

/**
 * Draws element maps of spheres: Poisson counts about the atoms under each pixel, on an even ground. X-rays are not absorbed, and spheres
 * that overlap add up.
 *
 * All elements give as many counts an atom, so that what a particle counts grows with its volume and its density of atoms.
 *
 * @param rng stream of the counts
 * @param discs spheres in pixels of the maps, with the place of their material, 0 or 1
 * @param settings grid, elements, counts
 * @returns one map an element
 * @example
 * import { drawElementMaps } from "../src/particles/index.ts";
 * import { openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const elements = [{ element: "Ti", densities: [1, 0] }, { element: "W", densities: [0, 1] }] as const;
 * const settings = { width: 64, height: 64, elements, countsPerParticle: 400, groundShare: 0 };
 * const [ti, w] = drawElementMaps(openRandomStream(1), [{ x: 32, y: 32, radiusPx: 9, materialIndex: 0 }], settings);
 * // five standard deviations of 400 counts
 * expect(Math.abs(ti.counts.reduce((sum, count) => sum + count, 0) - 400)).toBeLessThan(100);
 * expect(w.counts.every((count) => count === 0)).toBe(true);
 */
export function drawElementMaps(
  rng: RandomStream,
  discs: readonly (Disc & { readonly materialIndex: number })[],
  { width, height, elements, countsPerParticle, groundShare }: MapSettings,
): ElementMap[] {
  const footprints = discFootprints(discs, { width, height });
  const atoms = elements.map(({ densities }) =>
    footprints.map((footprint, k) => densities[discs[k].materialIndex] * footprint.total),
  );
  const all = atoms.flat().reduce((sum, value) => sum + value, 0);
  const response = all === 0 ? 0 : (countsPerParticle * discs.length) / all;
  const ground = (groundShare * countsPerParticle * discs.length) / elements.length / (width * height);
  return elements.map(({ element, densities }) => {
    const expected = new Float64Array(width * height).fill(ground);
    footprints.forEach(({ pixels, chords }, k) => {
      const slope = response * densities[discs[k].materialIndex];
      pixels.forEach((pixel, i) => (expected[pixel] += slope * chords[i]));
    });
    const own = rng.fork(element);
    const counts = Int32Array.from(expected, (mean) => own.poisson(mean));
    return { element, width, height, counts, valuePerCount: 1 };
  });
}
