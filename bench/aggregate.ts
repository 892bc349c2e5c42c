import { parseArgs } from "node:util";
import { findMaterial, median, openRandomStream } from "../src/core/index.ts";
import { checkAggregate } from "../src/stochastic/check-aggregate.ts";
import { growAggregate } from "../src/stochastic/index.ts";
import { mapFeasibility } from "./parts/map-feasibility.ts";
import type { AggregateParameters } from "../src/stochastic/index.ts";

/**
 * Times the growth of aggregates, one JSON line a case.
 *
 * @param args --particles N --df D --kf K --sigma S, each a comma-separated list; --count aggregates a case;
 * --necking c --fraction x --clusters n; --map grows single-material aggregates over all combinations of the lists and
 * prints the share that could be realised, --count growths a point
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      particles: { type: "string", default: "100" },
      df: { type: "string", default: "1.79" },
      kf: { type: "string", default: "1.40" },
      sigma: { type: "string", default: "1.3" },
      necking: { type: "string", default: "0" },
      fraction: { type: "string", default: "0.5" },
      clusters: { type: "string", default: "4" },
      count: { type: "string", default: "50" },
      map: { type: "boolean", default: false },
    },
  });
  const numbers = (text: string) => text.split(",").map(Number);
  if (values.map) {
    const axes = {
      fractalDimensions: numbers(values.df),
      fractalPrefactors: numbers(values.kf),
      radiusSpreads: numbers(values.sigma),
      particleCounts: numbers(values.particles),
    };
    const points = mapFeasibility(openRandomStream("bench map"), axes, Number(values.count));
    for (const point of points) console.log(JSON.stringify(point));
    return;
  }
  for (const particleCount of numbers(values.particles)) {
    const parameters: AggregateParameters = {
      particleCount,
      numberFraction: Number(values.fraction),
      radiusFirstNm: 5,
      radiusSecondNm: 5,
      radiusSpreadFirst: Number(values.sigma),
      radiusSpreadSecond: Number(values.sigma),
      clusterSizeFirst: Number(values.clusters),
      clusterSizeSecond: Number(values.clusters),
      fractalDimension: Number(values.df),
      fractalPrefactor: Number(values.kf),
      necking: Number(values.necking),
    };
    console.log(JSON.stringify(timeCase(parameters, Number(values.count))));
  }
}

function timeCase(parameters: AggregateParameters, count: number): Record<string, number> {
  const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
  const times: number[] = [];
  let rejected = 0;
  let lawError = 0;
  // the first tenth warms the compiler up and is not timed
  const warmUp = Math.ceil(count / 10) + 5;
  for (let k = -warmUp; k < count; k++) {
    const rng = openRandomStream("bench", parameters.particleCount, k);
    const start = performance.now();
    const growth = growAggregate(rng, parameters, materials);
    const elapsed = performance.now() - start;
    if (k < 0) continue;
    times.push(elapsed);
    if (growth.kind === "rejected") rejected++;
    else
      lawError = Math.max(lawError, Math.abs(checkAggregate(growth.aggregate, parameters).scalingLawError));
  }
  return {
    particles: parameters.particleCount,
    df: parameters.fractalDimension,
    kf: parameters.fractalPrefactor,
    sigma: parameters.radiusSpreadFirst,
    necking: parameters.necking,
    count,
    ms_median: round(median(times)),
    ms_mean: round(times.reduce((sum, t) => sum + t, 0) / times.length),
    ms_max: round(Math.max(...times)),
    rejected,
    rg_law_error_max: lawError,
  };
}

const round = (value: number) => Number(value.toPrecision(4));
