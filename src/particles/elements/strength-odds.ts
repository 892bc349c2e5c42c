import type { RandomStream } from "../../core/index.ts";
import { strengthDensity } from "../fit/assign-materials.ts";

/** What the image says of materials, as a chain has it at present. */
export interface StrengthOdds {
  /** ln of the density of a particle's strength in the second material over that in the first. */
  odds(k: number): number;
  /** Draws the strength of the first material given the materials. */
  anew(rng: RandomStream, isSecond: Uint8Array): void;
}

/** Steps between strengths of the first material that are looked at, ln. */
const STEP = 0.05;

/**
 * The strengths of particles of two materials at a known distance; where the first lies is drawn from a grid.
 *
 * @param strengths ln of what each particle scatters a length, on any scale; distance of the second from the first. Particles beyond the
 *   last value have said nothing
 */
export function strengthOdds({
  values,
  distance,
}: {
  readonly values: readonly number[];
  readonly distance: number;
}): StrengthOdds {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const density = strengthDensity(values, distance);
  const start = low - distance;
  const places = Array.from({ length: Math.ceil((high - start) / STEP) + 1 }, (_, i) => start + i * STEP);
  // [place][particle], ln density in the first and in the second material
  const logs = places.map((place) => ({
    first: values.map((value) => Math.log(density(value - place))),
    second: values.map((value) => Math.log(density(value - place - distance))),
  }));
  // in the middle of what there is
  let at = places.findIndex((place) => place >= (low + high - distance) / 2);
  if (at < 0) at = 0;
  return {
    odds: (k) => (k < values.length ? logs[at].second[k] - logs[at].first[k] : 0),
    anew(rng, isSecond) {
      const fits = logs.map(({ first, second }) =>
        values.reduce((sum, _, k) => sum + (isSecond[k] === 1 ? second[k] : first[k]), 0),
      );
      const best = Math.max(...fits);
      const weights = fits.map((fit) => Math.exp(fit - best));
      let rest = rng.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
      at = weights.findIndex((weight) => (rest -= weight) < 0);
      if (at < 0) at = weights.length - 1;
    },
  };
}
