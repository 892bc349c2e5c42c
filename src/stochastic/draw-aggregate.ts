import { rangeError } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { drawAggregateParameters } from "./aggregate-parameters.ts";
import type { AggregateParameters } from "./aggregate-parameters.ts";
import { materialsOfPrior } from "./aggregate-prior.ts";
import type { AggregatePrior } from "./aggregate-prior.ts";
import { growAggregate } from "./grow-aggregate.ts";

/** A draw whose parameters no aggregate could meet; the effective prior is the stated one without these. */
export interface RejectedDraw {
  readonly parameters: AggregateParameters;
  readonly reason: string;
}

/** An aggregate with the parameters it was grown from and the draws that were rejected before it. */
export interface AggregateDraw {
  readonly parameters: AggregateParameters;
  readonly aggregate: Aggregate;
  readonly rejected: readonly RejectedDraw[];
}

/** Draws from the prior before it is called infeasible. */
const DRAWS = 100;

/**
 * Draws parameters from a prior and grows an aggregate from them, drawing anew when they cannot be realised.
 *
 * @param rng stream of the draw; attempt k uses its forks ("parameters", k) and ("growth", k)
 * @param prior a parsed `aggregate` section
 * @returns the aggregate, its parameters and the rejected draws
 * @throws RangeError when 100 draws in a row could not be realised
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { aggregatePriorSchema, drawAggregate } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const { aggregate, parameters } = drawAggregate(openRandomStream(7, "sample", 0), aggregatePriorSchema.parse({}));
 * expect(aggregate.particleCount).toBe(parameters.particleCount);
 */
export function drawAggregate(rng: RandomStream, prior: AggregatePrior): AggregateDraw {
  const materials = materialsOfPrior(prior);
  const rejected: RejectedDraw[] = [];
  for (let attempt = 0; attempt < DRAWS; attempt++) {
    const parameters = drawAggregateParameters(rng.fork("parameters", attempt), prior);
    const growth = growAggregate(rng.fork("growth", attempt), parameters, materials, prior);
    if (growth.kind === "grown") return { parameters, aggregate: growth.aggregate, rejected };
    rejected.push({ parameters, reason: growth.reason });
  }
  const last = rejected[rejected.length - 1].reason;
  throw rangeError(
    { action: "draw aggregate" },
    "prior must hold parameters that can be realised",
    `${DRAWS} rejected draws, the last: ${last}`,
  );
}
