import { openRandomStream } from "../core/index.ts";
import {
  chordLengthsNm,
  coordinationDistribution,
  describeMorphology,
  pairDensities,
  phaseCovariances,
} from "../stochastic/index.ts";
import type { Aggregate } from "../stochastic/index.ts";

/** One point of a curve, for a long table. */
export interface CurvePoint {
  readonly curve: string;
  readonly abscissa: number;
  readonly abscissaUnit: string;
  readonly value: number;
  readonly valueUnit: string;
}

/** Distances of covariances and pair densities, and bins of chord lengths. */
const STEPS = 24;
/** Points per phase and distance: standard error of a probability below 0.01. */
const POINTS = 3000;
const LINES = 6000;

/**
 * The functions among the descriptors: covariances, pair densities, chord lengths, coordination distributions.
 */
export function descriptorCurves(name: string, aggregate: Aggregate, contactTolerance: number): CurvePoint[] {
  const rng = openRandomStream("describe", name);
  const lengthNm = describeMorphology(aggregate).maximumLengthNm;
  const edgesNm = Array.from({ length: STEPS + 1 }, (_, k) => (lengthNm * k) / STEPS);
  const points = [
    ...covariancePoints(
      phaseCovariances(rng.fork("covariance"), aggregate, { distancesNm: edgesNm, points: POINTS }),
    ),
    ...pairPoints(pairDensities(aggregate, edgesNm)),
    ...chordPoints(chordLengthsNm(rng.fork("chords"), aggregate, LINES)),
    ...(["all", "hetero"] as const).flatMap((contacts) =>
      coordinationDistribution(aggregate, { contactTolerance, contacts }).map((count, abscissa) => ({
        curve: contacts === "all" ? "coordination" : "heteroCoordination",
        abscissa,
        abscissaUnit: "contacts",
        value: count,
        valueUnit: "particles",
      })),
    ),
  ];
  return points.filter(({ value }) => Number.isFinite(value));
}

function covariancePoints(covariances: ReturnType<typeof phaseCovariances>): CurvePoint[] {
  return covariances.flatMap(({ distanceNm, ...shares }) =>
    Object.entries(shares).map(([key, value]) => ({
      curve: `covariance ${key}`,
      abscissa: distanceNm,
      abscissaUnit: "nm",
      value,
      valueUnit: "",
    })),
  );
}

function pairPoints(shells: ReturnType<typeof pairDensities>): CurvePoint[] {
  return shells.flatMap(({ innerNm, outerNm, ...densities }) =>
    Object.entries(densities).map(([key, value]) => ({
      curve: `pairDensity ${key}`,
      abscissa: (innerNm + outerNm) / 2,
      abscissaUnit: "nm",
      value,
      valueUnit: "1/nm3",
    })),
  );
}

/** Probability density of the chord length in bins of equal width. */
function chordPoints(chords: ReturnType<typeof chordLengthsNm>): CurvePoint[] {
  return chords.flatMap((lengths, phase) => {
    const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
    if (longest === 0) return [];
    const width = longest / STEPS;
    const counts = Array.from({ length: STEPS }, () => 0);
    for (const length of lengths) counts[Math.min(STEPS - 1, Math.floor(length / width))]++;
    return counts.map((count, bin) => ({
      curve: phase === 0 ? "chordLength first" : "chordLength second",
      abscissa: (bin + 0.5) * width,
      abscissaUnit: "nm",
      value: count / lengths.length / width,
      valueUnit: "1/nm",
    }));
  });
}

/** Curves as a long table. */
export function curvesCsv(rows: readonly (CurvePoint & { readonly aggregate: string })[]): string {
  const head = "aggregate,curve,abscissa,abscissaUnit,value,valueUnit";
  const lines = rows.map((row) =>
    [row.aggregate, row.curve, row.abscissa, row.abscissaUnit, row.value, row.valueUnit].join(","),
  );
  return `${[head, ...lines].join("\n")}\n`;
}
