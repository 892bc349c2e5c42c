import { drawFromPrior } from "../core/index.ts";
import type { Prior, RandomStream } from "../core/index.ts";

/** The parameters of the stochastic model for one aggregate: what a flame engineer sets, what an inversion seeks. */
export interface AggregateParameters {
  /** Primary particles in the aggregate, a whole number. */
  readonly particleCount: number;
  /** Share of particles that are of the second material, 0 to 1. */
  readonly numberFraction: number;
  /** Geometric mean radius of the first material's particles [nm]. */
  readonly radiusFirstNm: number;
  /** Geometric mean radius of the second material's particles [nm]. */
  readonly radiusSecondNm: number;
  /** Geometric standard deviation of the first material's radii, 1 (all equal) or more. */
  readonly radiusSpreadFirst: number;
  /** Geometric standard deviation of the second material's radii, 1 (all equal) or more. */
  readonly radiusSpreadSecond: number;
  /** Mean particles in a homo-cluster of the first material before the two materials mix. */
  readonly clusterSizeFirst: number;
  /** Mean particles in a homo-cluster of the second material before the two materials mix. */
  readonly clusterSizeSecond: number;
  /** Df in N = kf (Rg / r_geo)^Df, of the skeleton before necking. */
  readonly fractalDimension: number;
  /** kf in N = kf (Rg / r_geo)^Df, of the skeleton before necking. */
  readonly fractalPrefactor: number;
  /** Overlap coefficient (r_i + r_j - d) / (r_i + r_j) of the contacts that hold the aggregate together. */
  readonly necking: number;
}

/** Name of one model parameter. */
export type AggregateParameterKey = keyof AggregateParameters;

/** What a report, a configuration schema or an inversion needs to know of a parameter. */
export interface AggregateParameterInfo {
  readonly key: AggregateParameterKey;
  /** Short text for axes and tables, without the unit. */
  readonly label: string;
  /** "nm", or "" for a pure number. */
  readonly unit: string;
  /** Axis on which differences mean the same everywhere: logarithmic for sizes and counts. */
  readonly scale: "linear" | "log";
  /** Admissible values, both ends included. */
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
  readonly description: string;
}

/** One record per model parameter, in the order of AggregateParameters. */
export const AGGREGATE_PARAMETERS: readonly AggregateParameterInfo[] = [
  {
    key: "particleCount",
    label: "particles",
    unit: "",
    scale: "log",
    min: 1,
    max: 20_000,
    integer: true,
    description: "primary particles in one aggregate",
  },
  {
    key: "numberFraction",
    label: "number fraction",
    unit: "",
    scale: "linear",
    min: 0,
    max: 1,
    description: "share of the particles that are of the second material",
  },
  {
    key: "radiusFirstNm",
    label: "mean radius, first",
    unit: "nm",
    scale: "log",
    min: 0.2,
    max: 500,
    description: "geometric mean radius of the first material's particles",
  },
  {
    key: "radiusSecondNm",
    label: "mean radius, second",
    unit: "nm",
    scale: "log",
    min: 0.2,
    max: 500,
    description: "geometric mean radius of the second material's particles",
  },
  {
    key: "radiusSpreadFirst",
    label: "radius spread, first",
    unit: "",
    scale: "linear",
    min: 1,
    max: 3,
    description: "geometric standard deviation of the first material's radii",
  },
  {
    key: "radiusSpreadSecond",
    label: "radius spread, second",
    unit: "",
    scale: "linear",
    min: 1,
    max: 3,
    description: "geometric standard deviation of the second material's radii",
  },
  {
    key: "clusterSizeFirst",
    label: "homo-cluster size, first (powder)",
    unit: "",
    scale: "log",
    min: 1,
    max: 1000,
    description: "mean particles in a homo-cluster of the first material when the materials mix",
  },
  {
    key: "clusterSizeSecond",
    label: "homo-cluster size, second (powder)",
    unit: "",
    scale: "log",
    min: 1,
    max: 1000,
    description: "mean particles in a homo-cluster of the second material when the materials mix",
  },
  {
    key: "fractalDimension",
    label: "fractal dimension",
    unit: "",
    scale: "linear",
    min: 1.2,
    max: 2.8,
    description: "Df in N = kf (Rg / r_geo)^Df, of the skeleton before necking",
  },
  {
    key: "fractalPrefactor",
    label: "fractal prefactor",
    unit: "",
    scale: "linear",
    min: 0.3,
    max: 3,
    description: "kf in N = kf (Rg / r_geo)^Df, of the skeleton before necking",
  },
  {
    key: "necking",
    label: "necking",
    unit: "",
    scale: "linear",
    min: 0,
    max: 0.25,
    description: "overlap coefficient (r_i + r_j - d) / (r_i + r_j) of the contacts that carry the aggregate",
  },
];

/**
 * Finds the record of a model parameter.
 *
 * @param key name of the parameter
 * @returns its label, unit, range and meaning
 * @example
 * import { aggregateParameterInfo } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * expect(aggregateParameterInfo("radiusFirstNm").unit).toBe("nm");
 */
export function aggregateParameterInfo(key: AggregateParameterKey): AggregateParameterInfo {
  const found = AGGREGATE_PARAMETERS.find((info) => info.key === key);
  if (!found) throw new RangeError(`Cannot find aggregate parameter: got ${key}`);
  return found;
}

/**
 * Draws the parameters of one aggregate from their priors, each independently of the others.
 *
 * Whole-number parameters are rounded after the draw.
 *
 * @param rng stream of the draws; parameters are drawn in the order of AGGREGATE_PARAMETERS
 * @param prior one distribution a parameter; further keys are ignored
 * @returns the drawn parameters
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { aggregatePriorSchema, drawAggregateParameters } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const prior = aggregatePriorSchema.parse({ particleCount: 40 });
 * expect(drawAggregateParameters(openRandomStream(1), prior).particleCount).toBe(40);
 */
export function drawAggregateParameters(
  rng: RandomStream,
  prior: Readonly<Record<AggregateParameterKey, Prior>>,
): AggregateParameters {
  const draw = ({ key, integer }: AggregateParameterInfo): [string, number] => {
    const value = drawFromPrior(rng, prior[key]);
    return [key, integer ? Math.round(value) : value];
  };
  return Object.fromEntries(AGGREGATE_PARAMETERS.map(draw)) as Record<AggregateParameterKey, number>;
}
