import type { RandomStream } from "../../core/index.ts";

/** A number whose logarithm is evenly spread. */
export const logUniform = (rng: RandomStream, low: number, high: number): number =>
  low * (high / low) ** rng.uniform();

/** A number that is evenly spread. */
export const between = (rng: RandomStream, low: number, high: number): number =>
  low + (high - low) * rng.uniform();
