import { openRandomStream } from "../core/index.ts";
import { tableOf, type Table } from "../report/index.ts";
import {
  chordLengthsNm,
  coordinationDistribution,
  describeMorphology,
  nameMaterials,
  pairDensities,
  phaseCovariances,
} from "../stochastic/index.ts";
import type { Aggregate } from "../stochastic/index.ts";

/** One point of a curve, for a long table. */
export interface CurvePoint {
  readonly aggregate: string;
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
  const points: Point[] = [
    ...covariancePoints(
      phaseCovariances(rng.fork("covariance"), aggregate, { distancesNm: edgesNm, points: POINTS }),
    ),
    ...pairPoints(pairDensities(aggregate, edgesNm)),
    ...chordPoints(chordLengthsNm(rng.fork("chords"), aggregate, LINES)),
    ...(["all", "hetero"] as const).flatMap((contacts) =>
      coordinationDistribution(aggregate, { contactTolerance, contacts }).map((count, abscissa) => ({
        curve: contacts === "all" ? "coordination number" : "hetero-coordination number",
        abscissa,
        abscissaUnit: "contacts",
        value: count,
        valueUnit: "particles",
      })),
    ),
  ];
  const [{ name: first }, { name: second }] = aggregate.materials;
  return points
    .filter(({ value }) => Number.isFinite(value))
    .map((point) => ({ ...point, aggregate: name, curve: nameMaterials(point.curve, [first, second]) }));
}

/** A point whose materials are "first" and "second" yet. */
type Point = Omit<CurvePoint, "aggregate">;

const COVARIANCES = {
  firstGivenFirst: "first given first",
  secondGivenFirst: "second given first",
  firstGivenSecond: "first given second",
  secondGivenSecond: "second given second",
} as const;

function covariancePoints(covariances: ReturnType<typeof phaseCovariances>): Point[] {
  return covariances.flatMap(({ distanceNm, ...shares }) =>
    (Object.keys(COVARIANCES) as (keyof typeof COVARIANCES)[]).map((key) => ({
      curve: `covariance, ${COVARIANCES[key]}`,
      abscissa: distanceNm,
      abscissaUnit: "nm",
      value: shares[key],
      valueUnit: "",
    })),
  );
}

const PAIRS = {
  firstFirst: "first about first",
  firstSecond: "second about first",
  secondFirst: "first about second",
  secondSecond: "second about second",
} as const;

function pairPoints(shells: ReturnType<typeof pairDensities>): Point[] {
  return shells.flatMap(({ innerNm, outerNm, ...densities }) =>
    (Object.keys(PAIRS) as (keyof typeof PAIRS)[]).map((key) => ({
      curve: `pair density, ${PAIRS[key]}`,
      abscissa: (innerNm + outerNm) / 2,
      abscissaUnit: "nm",
      value: densities[key],
      valueUnit: "1/nm3",
    })),
  );
}

/** Probability density of the chord length in bins of equal width. */
function chordPoints(chords: ReturnType<typeof chordLengthsNm>): Point[] {
  return chords.flatMap((lengths, phase) => {
    const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
    if (longest === 0) return [];
    const width = longest / STEPS;
    const counts = Array.from({ length: STEPS }, () => 0);
    for (const length of lengths) counts[Math.min(STEPS - 1, Math.floor(length / width))]++;
    return counts.map((count, bin) => ({
      curve: phase === 0 ? "chord length, first" : "chord length, second",
      abscissa: (bin + 0.5) * width,
      abscissaUnit: "nm",
      value: count / lengths.length / width,
      valueUnit: "1/nm",
    }));
  });
}

/** Curves as a long table. */
export function curvesTable(points: readonly CurvePoint[]): Table {
  return tableOf(points, [
    { heading: "aggregate", text: ({ aggregate }) => aggregate },
    { heading: "curve", text: ({ curve }) => curve },
    { heading: "abscissa", number: ({ abscissa }) => abscissa },
    { heading: "unit of abscissa", text: ({ abscissaUnit }) => abscissaUnit },
    { heading: "value", number: ({ value }) => value },
    { heading: "unit of value", text: ({ valueUnit }) => valueUnit },
  ]);
}
