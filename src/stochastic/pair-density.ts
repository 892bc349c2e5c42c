import type { Aggregate } from "./aggregate.ts";

/** Mean number density of centres of one material about centres of another. */
export interface PairDensity {
  readonly innerNm: number;
  readonly outerNm: number;
  /** First about first, second about first, first about second, second about second [1/nm3]. */
  readonly firstFirst: number;
  readonly firstSecond: number;
  readonly secondFirst: number;
  readonly secondSecond: number;
}

/** Pairs that are measured, at most: some ten seconds. All of 14,000 particles; of more, about evenly taken ones. */
const MOST_PAIRS = 2e8;

/**
 * Pair correlation of particle centres by material: number density of centres in shells about a centre.
 *
 * A finite aggregate has no bulk density to divide by, so densities are given as they are; beyond 14,000 particles they are those about
 * some of them, in even steps through the list.
 *
 * @param aggregate spheres of two materials
 * @param edgesNm edges of the shells, rising [nm]
 * @returns one record per shell; NaN where a material is missing
 */
export function pairDensities(aggregate: Aggregate, edgesNm: readonly number[]): PairDensity[] {
  const { centersNm: c, materialIndices: m, particleCount } = aggregate;
  const shellCount = edgesNm.length - 1;
  const counts = [0, 1, 2, 3].map(() => new Float64Array(shellCount));
  const step = Math.ceil(particleCount ** 2 / MOST_PAIRS);
  const centers = [0, 0];
  for (let i = 0; i < particleCount; i += step) {
    centers[m[i]]++;
    for (let j = 0; j < particleCount; j++) {
      if (i === j) continue;
      const d = Math.hypot(c[3 * i] - c[3 * j], c[3 * i + 1] - c[3 * j + 1], c[3 * i + 2] - c[3 * j + 2]);
      const shell = shellOf(edgesNm, d);
      if (shell >= 0) counts[2 * m[i] + m[j]][shell]++;
    }
  }
  return counts[0].reduce<PairDensity[]>((shells, _, k) => {
    const volume = (4 / 3) * Math.PI * (edgesNm[k + 1] ** 3 - edgesNm[k] ** 3);
    const density = (about: number, of: number) =>
      centers[about] === 0 ? NaN : counts[2 * about + of][k] / centers[about] / volume;
    shells.push({
      innerNm: edgesNm[k],
      outerNm: edgesNm[k + 1],
      firstFirst: density(0, 0),
      firstSecond: density(0, 1),
      secondFirst: density(1, 0),
      secondSecond: density(1, 1),
    });
    return shells;
  }, []);
}

/** The shell that a distance falls into; -1 without. */
function shellOf(edgesNm: readonly number[], d: number): number {
  for (let k = 0; k < edgesNm.length; k++) if (edgesNm[k] > d) return k - 1;
  return -1;
}
