/**
 * Grows hetero-aggregates: primary particles of two materials placed by stochastic rules.
 */
export type { Aggregate } from "./aggregate.ts";
