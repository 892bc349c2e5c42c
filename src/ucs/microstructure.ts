import type { RandomStream } from "../core/index.ts";

/** What a specimen of a consolidated molecular solid is made like. */
export interface Microstructure {
  /** Mean distance of grain centres [px]. */
  readonly grainSizePx: number;
  /** Share of the area that is pores. */
  readonly porosity: number;
  /** Thickness of the binder film between grains [px]. */
  readonly binderPx: number;
  /** Length of cracks per area [1/px]. */
  readonly crackDensity: number;
}

/** Names of the parameters. */
export const MICROSTRUCTURE_NAMES = ["grainSizePx", "porosity", "binderPx", "crackDensity"] as const;

/** Ranges of the parameters over all lots. */
const RANGES: Readonly<Record<keyof Microstructure, readonly [number, number]>> = {
  grainSizePx: [7, 18],
  porosity: [0.01, 0.1],
  binderPx: [0.6, 2],
  crackDensity: [0, 0.012],
};

/** How far specimens of a lot stray from it, as a share of the range. */
const WITHIN_LOT = 0.12;

/** Draws the microstructure of a specimen: its lot's, and some deviation of its own. */
export function drawMicrostructure(lot: RandomStream, specimen: RandomStream): Microstructure {
  const draw = (name: keyof Microstructure) => {
    const [low, high] = RANGES[name];
    const place = lot.fork(name).uniform() + WITHIN_LOT * specimen.fork(name).normal();
    return low + (high - low) * Math.min(1, Math.max(0, place));
  };
  return {
    grainSizePx: draw("grainSizePx"),
    porosity: draw("porosity"),
    binderPx: draw("binderPx"),
    crackDensity: draw("crackDensity"),
  };
}

/** Grain size at which the law of Hall and Petch counts as 1 [px]. */
const REFERENCE_GRAIN_PX = 10;

/**
 * The strength that the generator gives a microstructure; a law of this project's making, from known parts.
 *
 *   S = (8 + 16 sqrt(d0/d)) exp(-5 p) (1 - 25 c) MPa: grains as Hall and Petch [hall1951], pores as [ryshkewitch1953], cracks
 *   taking off in proportion. The binder does not count: descriptors that see it must not believe it.
 *
 * @returns mean strength [MPa]
 */
export function strengthMPa({ grainSizePx, porosity, crackDensity }: Microstructure): number {
  const grains = 8 + 16 * Math.sqrt(REFERENCE_GRAIN_PX / grainSizePx);
  return grains * Math.exp(-5 * porosity) * (1 - 25 * crackDensity);
}
