import { geometricMeanNm, scalingLawGyrationNm } from "./scaling-law.ts";
import type { Aggregate } from "./aggregate.ts";
import type { AggregateParameters } from "./aggregate-parameters.ts";
import { connectedComponents, findContacts } from "./contact-graph.ts";
import type { ModelRules } from "./model-rules.ts";
import { radiusOfGyrationNm } from "./radius-of-gyration.ts";
import { buildSphereGrid, someSphereNear } from "./sphere-grid.ts";

/** How far an aggregate is from the invariants of growth; zeros and ones in a perfect world. */
export interface AggregateCheck {
  /** Particles asked for that the aggregate does not have; negative where it has more. */
  readonly missingCount: number;
  /** Rg of the skeleton over the scaling law's Rg, less 1; 0 for fewer than three particles, which have no freedom. */
  readonly scalingLawError: number;
  /** Largest overlap coefficient (r_i + r_j - d) / (r_i + r_j) beyond the stated necking; negative where none reaches it. */
  readonly overlapExcess: number;
  /** Connected components of the contact graph at a tolerance of 1e-6. */
  readonly componentCount: number;
}

/** Promised bounds of AggregateCheck. */
export const AGGREGATE_INVARIANTS = {
  missingCount: 0,
  scalingLawError: 0.01,
  overlapExcess: 1e-6,
  componentCount: 1,
} as const;

/**
 * Measures the invariants of growth on a finished aggregate, from nothing but its spheres.
 *
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { aggregatePriorSchema, drawAggregate } from "../src/stochastic/index.ts";
 * import { checkAggregate } from "../src/stochastic/check-aggregate.ts";
 * import { expect } from "vitest";
 * const { aggregate, parameters } = drawAggregate(openRandomStream(1), aggregatePriorSchema.parse({}));
 * expect(checkAggregate(aggregate, parameters).componentCount).toBe(1);
 */
export function checkAggregate(
  aggregate: Aggregate,
  parameters: AggregateParameters,
  rules: ModelRules = {},
): AggregateCheck {
  const { placement = "tunable", settledCoordination } = rules;
  const hasScalingLaw =
    placement === "tunable" && settledCoordination === undefined && aggregate.particleCount > 2;
  return {
    missingCount: parameters.particleCount - aggregate.particleCount,
    scalingLawError: hasScalingLaw ? scalingLawError(aggregate, parameters) : 0,
    overlapExcess: largestOverlap(aggregate) - parameters.necking,
    componentCount:
      1 + connectedComponents(findContacts(aggregate, 1e-6)).reduce((a, b) => Math.max(a, b), 0),
  };
}

/** The law speaks of the skeleton: distances before necking are those of the aggregate over 1 - necking. */
function scalingLawError(aggregate: Aggregate, parameters: AggregateParameters): number {
  const centersNm = aggregate.centersNm.map((coordinate) => coordinate / (1 - parameters.necking));
  const expectedNm = scalingLawGyrationNm(
    parameters,
    aggregate.particleCount,
    geometricMeanNm(aggregate.radiiNm),
  );
  return radiusOfGyrationNm({ ...aggregate, centersNm }) / expectedNm - 1;
}

/** Largest overlap coefficient of all pairs, found by a cell grid; negative infinity without near pairs. */
function largestOverlap({ centersNm: c, radiiNm: r, particleCount }: Aggregate): number {
  const grid = buildSphereGrid(c, r);
  let largest = -Infinity;
  for (let i = 0; i < particleCount; i++) {
    someSphereNear(grid, c[3 * i], c[3 * i + 1], c[3 * i + 2], r[i] + grid.maxRadiusNm, (j) => {
      if (j <= i) return false;
      const d = Math.hypot(c[3 * i] - c[3 * j], c[3 * i + 1] - c[3 * j + 1], c[3 * i + 2] - c[3 * j + 2]);
      largest = Math.max(largest, 1 - d / (r[i] + r[j]));
      return false;
    });
  }
  return largest;
}

/**
 * The invariant that an aggregate violates, as a sentence.
 *
 * @returns the first violated invariant with its bound and value; null when all are kept
 */
export function violatedInvariant(check: AggregateCheck): string | null {
  const { missingCount, scalingLawError: law, overlapExcess, componentCount } = check;
  if (missingCount !== AGGREGATE_INVARIANTS.missingCount)
    return `has ${missingCount} particles less than asked for`;
  if (Math.abs(law) > AGGREGATE_INVARIANTS.scalingLawError)
    return `radius of gyration off the scaling law by ${law}`;
  if (overlapExcess > AGGREGATE_INVARIANTS.overlapExcess)
    return `overlap beyond the necking by ${overlapExcess}`;
  if (componentCount !== AGGREGATE_INVARIANTS.componentCount) return `falls into ${componentCount} parts`;
  return null;
}
