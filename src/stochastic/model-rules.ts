import { z } from "zod";

/**
 * How particles are placed: "tunable" meets the scaling law exactly; "diffusion-limited" and "ballistic" simulate
 * the collisions themselves, and Df and kf come out instead of going in.
 */
export const PLACEMENTS = ["tunable", "diffusion-limited", "ballistic"] as const;

/** One of the placement rules. */
export type Placement = (typeof PLACEMENTS)[number];

/** Departures from the two-stage model; every rule that is left out stays as the model has it. */
export interface ModelRules {
  readonly placement?: Placement | undefined;
  /** Mean coordination to which the aggregate settles after growth (see restructureAggregate). */
  readonly settledCoordination?: number | undefined;
  /** Coupling with which the materials are exchanged after growth (see relabelAggregate): 0 is random. */
  readonly labelCoupling?: number | undefined;
}

/** Configuration keys of the rules, for the section `aggregate`. */
export const modelRulesShape = {
  placement: z
    .enum(PLACEMENTS)
    .optional()
    .describe(
      "tunable (default) meets Df and kf exactly; the others simulate collisions and ignore Df and kf",
    ),
  settledCoordination: z
    .number()
    .min(0)
    .max(6)
    .optional()
    .describe(
      "mean coordination to which aggregates settle after growth; the scaling law then no longer holds",
    ),
  labelCoupling: z
    .number()
    .min(-20)
    .max(20)
    .optional()
    .describe("exchanges the materials at fixed geometry: 0 random, above 0 apart, below 0 alternating"),
};
