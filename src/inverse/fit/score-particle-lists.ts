import {
  bootstrapInterval,
  coefficientOfDetermination,
  mean,
  openRandomStream,
  type BootstrapInterval,
} from "../../core/index.ts";
import { fitRidge, toScaleCode, type Target } from "../../posterior/index.ts";

/** One image: what is true of it, what the list of its particles says, and what the network says; by the targets' keys. */
export interface ListedImage {
  readonly truths: Readonly<Record<string, number>>;
  /** NaN where the list does not say. */
  readonly listed: Readonly<Record<string, number>>;
  readonly answered: Readonly<Record<string, number>>;
}

/** How well lists of particles tell one quantity, on the scale of its prior. */
export interface ListScore extends Pick<Target, "key" | "label" | "unit"> {
  /** Images whose list says something of it. */
  readonly imageCount: number;
  readonly r2: number;
  /** Mean of list minus truth, in standard deviations of the prior. */
  readonly bias: number;
  /** After the best straight line; of this and what follows each half of the images is judged by lines through the other half. */
  readonly correctedR2: number;
  readonly networkR2: number;
  /** By the best plane over list and network. */
  readonly bothR2: number;
  /** What the list adds to the network: bothR2 - networkR2, bootstrap by image. */
  readonly gain: BootstrapInterval;
}

/** Below this many images lines through a half of them say nothing. */
const FEWEST_IMAGES = 10;

/**
 * Scores lists of particles as a route of its own to a powder's parameters, and as a help to the network's.
 *
 * @param targets quantities of the network; those that no list tells are left out
 * @param images held out, with what each says
 * @returns a score a quantity; none with fewer than ten images
 */
export function scoreParticleLists(targets: readonly Target[], images: readonly ListedImage[]): ListScore[] {
  return targets.flatMap((target) => {
    const rows = images
      .map(({ truths, listed, answered }) =>
        [truths, listed, answered].map((values) => toScaleCode(target, values[target.key] ?? NaN)),
      )
      .filter((row) => row.every(Number.isFinite));
    return rows.length < FEWEST_IMAGES ? [] : [scoreOf(target, rows)];
  });
}

function scoreOf({ key, label, unit }: Target, rows: readonly (readonly number[])[]): ListScore {
  const truths = rows.map(([truth]) => truth);
  const by = (inputs: (row: readonly number[]) => readonly number[]) =>
    crossPredicted(
      rows.map((row) => [1, ...inputs(row)]),
      truths,
    );
  const [corrected, network, both] = [
    by(([, list]) => [list]),
    by(([, , answer]) => [answer]),
    by(([, list, answer]) => [list, answer]),
  ];
  const r2 = (predicted: ArrayLike<number>) => coefficientOfDetermination(predicted, truths);
  const outcomes = rows.map((_, i) => [{ truth: truths[i], network: network[i], both: both[i] }]);
  return {
    key,
    label,
    unit,
    imageCount: rows.length,
    r2: r2(rows.map(([, list]) => list)),
    bias: mean(rows.map(([truth, list]) => list - truth)),
    correctedR2: r2(corrected),
    networkR2: r2(network),
    bothR2: r2(both),
    gain: bootstrapInterval(openRandomStream("particle lists", key), outcomes, (drawn) => {
      const there = drawn.map(({ truth }) => truth);
      return (
        coefficientOfDetermination(
          drawn.map((one) => one.both),
          there,
        ) -
        coefficientOfDetermination(
          drawn.map((one) => one.network),
          there,
        )
      );
    }),
  };
}

/** Least squares of every second image, for the images between them. */
function crossPredicted(rows: readonly (readonly number[])[], truths: readonly number[]): number[] {
  const lines = [0, 1].map((half) => {
    const isOther = (_: unknown, i: number) => i % 2 !== half;
    return fitRidge(rows.filter(isOther), [truths.filter(isOther)], LEAST_RIDGE)[0];
  });
  return rows.map((row, i) => row.reduce((sum, value, j) => sum + value * lines[i % 2][j], 0));
}

/** Keeps lines defined where a list says the same of all images. */
const LEAST_RIDGE = 1e-9;
