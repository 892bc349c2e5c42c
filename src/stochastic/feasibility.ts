import { checkNumber, quantile } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import { AGGREGATE_PARAMETERS, drawAggregateParameters } from "./aggregate-parameters.ts";
import type { AggregateParameterKey, AggregateParameters } from "./aggregate-parameters.ts";
import { materialsOfPrior } from "./aggregate-prior.ts";
import type { AggregatePrior } from "./aggregate-prior.ts";
import { growAggregate } from "./grow-aggregate.ts";

/** What rejection does to one parameter: quantiles of the stated prior and of the draws that could be realised. */
export interface ParameterShift {
  readonly key: AggregateParameterKey;
  /** 5 %, 50 % and 95 % quantiles of all draws. */
  readonly stated: readonly [number, number, number];
  /** The same of the realised draws: the effective prior. */
  readonly effective: readonly [number, number, number];
}

/** How much of a prior can be realised, and what the effective prior is. */
export interface Feasibility {
  readonly drawCount: number;
  readonly realisedCount: number;
  readonly realisedShare: number;
  /** Binomial standard error of the share. */
  readonly standardError: number;
  readonly parameters: readonly ParameterShift[];
}

/**
 * Checks a prior before a corpus is started: which share of its draws can be realised, and how far the effective prior
 * departs from the stated one.
 *
 * @param rng stream; draw k uses its forks ("parameters", k) and ("growth", k)
 * @param prior a parsed `aggregate` section
 * @param drawCount draws to grow, 1 or more
 * @returns share of realised draws and, per parameter, quantiles before and after rejection
 * @throws RangeError for fewer than one draw
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { aggregatePriorSchema, estimateFeasibility } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const easy = aggregatePriorSchema.parse({ particleCount: 30, fractalDimension: 1.8, fractalPrefactor: 1.3 });
 * expect(estimateFeasibility(openRandomStream(1), easy, 10).realisedShare).toBeGreaterThan(0.5);
 */
export function estimateFeasibility(
  rng: RandomStream,
  prior: AggregatePrior,
  drawCount: number,
): Feasibility {
  checkNumber("drawCount", drawCount, { min: 1, integer: true, action: "estimate feasibility" });
  const materials = materialsOfPrior(prior);
  const stated: AggregateParameters[] = [];
  const realised: AggregateParameters[] = [];
  for (let k = 0; k < drawCount; k++) {
    const parameters = drawAggregateParameters(rng.fork("parameters", k), prior);
    stated.push(parameters);
    const { kind } = growAggregate(rng.fork("growth", k), parameters, materials, prior);
    if (kind === "grown") realised.push(parameters);
  }
  const realisedShare = realised.length / drawCount;
  return {
    drawCount,
    realisedCount: realised.length,
    realisedShare,
    standardError: Math.sqrt((realisedShare * (1 - realisedShare)) / drawCount),
    parameters: AGGREGATE_PARAMETERS.map(({ key }) => ({
      key,
      stated: quantilesOf(stated, key),
      effective: quantilesOf(realised, key),
    })),
  };
}

function quantilesOf(
  draws: readonly AggregateParameters[],
  key: AggregateParameterKey,
): readonly [number, number, number] {
  const values = draws.map((parameters) => parameters[key]);
  return [quantile(values, 0.05), quantile(values, 0.5), quantile(values, 0.95)];
}
