import { coefficientOfDetermination, quantileOfSorted } from "../../core/index.ts";
import {
  drawnValues,
  expectedCoverage,
  INTERVAL_LEVELS,
  pointValue,
  toScaleCode,
  type PosteriorSet,
  type Target,
} from "../../posterior/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import { truthsOf, type ImageSet } from "../data/data-set.ts";

/** How often intervals hold the truth among images of one class of difficulty. */
export interface CoverageClass {
  /** What the class is by, and its range, such as "20 to 41 particles". */
  readonly name: string;
  readonly imageCount: number;
  /** Share of truths inside the central interval of each level, the mean over all quantities. */
  readonly coverage: Readonly<Record<string, number>>;
  /** R2 of the medians on the quantities' own scales, by key; null where the truths do not vary. */
  readonly r2: Readonly<Record<string, number | null>>;
  /** The quantity whose 95 % interval is the furthest from that share, and what it holds. */
  readonly furthest: { readonly key: string; readonly label: string; readonly coverage: number };
}

/** What makes an image difficult: a number of it, and how a range of that number reads. */
interface Difficulty {
  readonly read: (data: ImageSet, index: number) => number;
  readonly name: (low: string, high: string) => string;
}

const DIFFICULTIES: readonly Difficulty[] = [
  {
    read: ({ labels }, i) => truthsOf(labels[i])["particleCount"] ?? NaN,
    name: (low, high) => `${low} to ${high} particles`,
  },
  {
    read: ({ labels }, i) => labels[i].microscope?.electronsPerPixel ?? NaN,
    name: (low, high) => `${low} to ${high} electrons per pixel`,
  },
  {
    read: ({ aggregates, pixelSizeNm }, i) =>
      aggregates === null ? NaN : projectedOverlap(aggregates[i], pixelSizeNm),
    name: (low, high) => `particles lie ${low} to ${high} deep`,
  },
];

/** Classes that a difficulty makes: thirds of the images. */
const CLASS_COUNT = 3;
/** Images below which a class says nothing. */
const LEAST_IMAGES = 20;

/**
 * Coverage by what makes images difficult: number of particles, dose, and how deep particles lie behind each other, a third of the images each. Right on average is not
 * right everywhere: intervals may be too wide for easy images and too narrow for hard ones.
 *
 * @param targets what was predicted
 * @param data held-out images
 * @param posteriors draws of every image, on the standardised scale
 * @returns classes in rising order, difficulty by difficulty; none for what is alike in all images
 */
export function coverageByDifficulty(
  targets: readonly Target[],
  data: ImageSet,
  posteriors: PosteriorSet,
): CoverageClass[] {
  const truths = data.labels.map(truthsOf);
  const scoresOf = (members: readonly number[]) => ({
    imageCount: members.length,
    ...coverageOf(targets, {
      truths: members.map((i) => truths[i]),
      posteriors: members.map((i) => posteriors[i]),
    }),
  });
  const byChoice = choicesOf(data).map(({ name, members }) => ({ name, ...scoresOf(members) }));
  const byDifficulty = DIFFICULTIES.flatMap(({ read, name }) => {
    const values = Float64Array.from({ length: data.count }, (_, i) => read(data, i));
    return classesOf(values).map(({ low, high, members }) => ({
      name: name(text(low), text(high)),
      ...scoresOf(members),
    }));
  });
  return [...byDifficulty, ...byChoice];
}

const text = (value: number) => String(Number(value.toPrecision(3)));

/** Images of each pair of materials, and by each microscope, where the recipe lets images choose. */
function choicesOf({ labels }: ImageSet): { readonly name: string; readonly members: readonly number[] }[] {
  const members = new Map<string, number[]>();
  labels.forEach(({ combination }, i) => {
    if (combination === undefined) return;
    const { materials, beamEnergyKeV, innerMrad, outerMrad } = combination;
    const angles = `${text(innerMrad)} to ${text(outerMrad)} mrad`;
    for (const name of [[...new Set(materials)].join(" and "), `${text(beamEnergyKeV)} keV, ${angles}`])
      members.set(name, [...(members.get(name) ?? []), i]);
  });
  return [...members.entries()]
    .map(([name, own]) => ({ name, members: own }))
    .filter(({ members: own }) => own.length >= LEAST_IMAGES)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface ValueClass {
  readonly low: number;
  readonly high: number;
  readonly members: readonly number[];
}

function classesOf(values: Float64Array): ValueClass[] {
  const sorted = values.slice().sort();
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  if (!(least < most) || values.length < CLASS_COUNT * LEAST_IMAGES) return [];
  return Array.from({ length: CLASS_COUNT }, (_, c) => {
    const [low, high] = [c, c + 1].map((end) => quantileOfSorted(sorted, end / CLASS_COUNT));
    const isLast = c === CLASS_COUNT - 1;
    const members = [...values.keys()].filter(
      (i) => values[i] >= low && (isLast ? values[i] <= high : values[i] < high),
    );
    return { low, high, members };
  }).filter(({ members }) => members.length >= LEAST_IMAGES);
}

interface ClassMembers {
  readonly truths: readonly Readonly<Record<string, number>>[];
  readonly posteriors: PosteriorSet;
}

function coverageOf(
  targets: readonly Target[],
  { truths, posteriors }: ClassMembers,
): Pick<CoverageClass, "coverage" | "r2" | "furthest"> {
  const each = targets.map((target, t) => {
    // what an aggregate does not have, such as clusters of a material it lacks, has no truth
    const known = truths.flatMap(({ [target.key]: truth }, i) =>
      Number.isFinite(truth) ? [{ truth, i }] : [],
    );
    const draws = known.map(({ i }) => drawnValues(target, posteriors[i], t));
    const values = known.map(({ truth }) => truth);
    const onScale = (numbers: readonly number[]) => numbers.map((value) => toScaleCode(target, value));
    const r2 = coefficientOfDetermination(
      onScale(draws.map((own) => pointValue(target, own, null))),
      onScale(values),
    );
    return { target, r2, coverage: expectedCoverage(values, draws) };
  });
  const widest = String(INTERVAL_LEVELS.at(-1));
  const gap = ({ coverage }: (typeof each)[number]) => Math.abs(coverage[widest] - Number(widest));
  const furthest = each.reduce((a, b) => (gap(b) > gap(a) ? b : a));
  return {
    coverage: Object.fromEntries(
      INTERVAL_LEVELS.map((level) => {
        const shares = each.map(({ coverage }) => coverage[String(level)]);
        return [String(level), shares.reduce((sum, share) => sum + share, 0) / shares.length];
      }),
    ),
    r2: Object.fromEntries(each.map(({ target, r2 }) => [target.key, Number.isFinite(r2) ? r2 : null])),
    furthest: {
      key: furthest.target.key,
      label: furthest.target.label,
      coverage: furthest.coverage[widest],
    },
  };
}

/**
 * How many particles lie behind a point of an aggregate's shadow, in the mean: the sum of the discs' areas over the area that they cover.
 *
 * @param aggregate as it lies under the beam
 * @param stepNm of the grid that areas are counted on
 * @returns 1 where nothing is hidden
 */
export function projectedOverlap({ centersNm, radiiNm, particleCount }: Aggregate, stepNm: number): number {
  const covered = new Set<string>();
  let total = 0;
  for (let k = 0; k < particleCount; k++) {
    const [x, y, radius] = [centersNm[3 * k] / stepNm, centersNm[3 * k + 1] / stepNm, radiiNm[k] / stepNm];
    for (let row = Math.ceil(y - radius); row <= y + radius; row++) {
      const half = Math.sqrt(Math.max(0, radius ** 2 - (row - y) ** 2));
      for (let column = Math.ceil(x - half); column <= x + half; column++) {
        covered.add(`${row} ${column}`);
        total++;
      }
    }
  }
  return covered.size === 0 ? 1 : total / covered.size;
}
