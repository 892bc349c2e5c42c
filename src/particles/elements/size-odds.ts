import { gammaDeviate, mean, type RandomStream } from "../../core/index.ts";

/** Sizes of two materials as a chain has them at present. */
export interface SizeState {
  readonly logRadii: readonly number[];
  /** Mean and standard deviation of ln radius, of the first and the second material. */
  readonly of: [SizeDistribution, SizeDistribution];
  /** ln of the density of a particle's radius in the second material over that in the first. */
  odds(k: number): number;
}

interface SizeDistribution {
  readonly middle: number;
  readonly spread: number;
}

/** Usual standard deviation of ln radius, and how many particles that is worth: 1.05 to 1.6 are usual geometric ones. */
const SPREAD = 0.25;
const SPREAD_COUNT = 4;
/** How many particles it is worth that both materials are of the size of all. */
const MIDDLE_COUNT = 0.5;

/** Two materials of the same size, to begin with. */
export function sizeOdds(logRadii: readonly number[]): SizeState {
  const start = { middle: mean(logRadii), spread: 2 * SPREAD };
  const state: SizeState = {
    logRadii,
    of: [start, start],
    odds(k) {
      const [first, second] = state.of.map(
        ({ middle, spread }) => -(((logRadii[k] - middle) / spread) ** 2) / 2 - Math.log(spread),
      );
      return second - first;
    },
  };
  return state;
}

/** Draws the log-normal distribution of each material's radii given its particles: normal and inverse gamma, the conjugate pair. */
export function sizesAnew(rng: RandomStream, state: SizeState, isSecond: Uint8Array): void {
  const all = mean(state.logRadii);
  for (const second of [0, 1] as const) {
    const own = state.logRadii.filter((_, k) => isSecond[k] === second);
    const average = own.length === 0 ? all : mean(own);
    const weight = MIDDLE_COUNT + own.length;
    const middle = (MIDDLE_COUNT * all + own.length * average) / weight;
    const squares =
      own.reduce((sum, value) => sum + (value - average) ** 2, 0) +
      SPREAD_COUNT * SPREAD ** 2 +
      ((MIDDLE_COUNT * own.length) / weight) * (average - all) ** 2;
    const variance = squares / 2 / gammaDeviate(rng, (SPREAD_COUNT + own.length) / 2);
    state.of[second] = {
      middle: middle + Math.sqrt(variance / weight) * rng.normal(),
      spread: Math.sqrt(variance),
    };
  }
}
