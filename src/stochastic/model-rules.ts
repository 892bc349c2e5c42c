import { z } from "zod";
import { NAMED_RADIUS_SHAPES } from "./primary-radii.ts";
import type { RadiusShape } from "./primary-radii.ts";

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
  /** Form of the first material's radius distribution; lognormal by default. */
  readonly radiusShapeFirst?: RadiusShape | undefined;
  /** Form of the second material's radius distribution; lognormal by default. */
  readonly radiusShapeSecond?: RadiusShape | undefined;
  /** Mean coordination to which the aggregate settles after growth (see restructureAggregate). */
  readonly settledCoordination?: number | undefined;
  /** Coupling with which the materials are exchanged after growth (see relabelAggregate): 0 is random. */
  readonly labelCoupling?: number | undefined;
}

const radiusShape = z
  .union([z.enum(NAMED_RADIUS_SHAPES), z.array(z.number().positive()).min(1)])
  .optional()
  .describe(
    "lognormal (default; radii beyond two standard deviations are not drawn), untruncated-lognormal, normal, " +
      "or a list of measured radii, which is scaled to the stated geometric mean; " +
      "a fixed radius is a spread of 1",
  );

/** Configuration keys of the rules, for the section `aggregate`. */
export const modelRulesShape = {
  placement: z
    .enum(PLACEMENTS)
    .optional()
    .describe(
      "tunable (default) meets Df and kf exactly; the others simulate collisions and ignore Df and kf",
    ),
  radiusShapeFirst: radiusShape,
  radiusShapeSecond: radiusShape,
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
