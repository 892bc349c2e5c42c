import { rangeError } from "../core/index.ts";
import { fixed, tableOf, type Column, type Table } from "../report/index.ts";
import type { SetManifest } from "./data/labelled-set.ts";
import type { RuleSummary } from "./evaluate-segmenter.ts";
import type { SegmentConfig } from "./segment-config.ts";

/** One training of a sweep. */
export interface SweepVariant {
  /** Name of its folder. */
  readonly name: string;
  /** First training images that are used; null for all. */
  readonly imageCount: number | null;
  readonly epochs: number;
  readonly fold: number | null;
  /** Whether its images stand on sides drawn at random, in place of those of the prepared set. */
  readonly isRandom: boolean;
}

/**
 * Plans a sweep: every number of training images with every number of epochs, or every fold.
 *
 * Sizes of the training set above what there is are left out, so that one study serves a small set too; where none fits, all images
 * are taken.
 *
 * @param config the study
 * @param entries images of the prepared set
 * @returns trainings in the order in which they should be run, the cheapest first
 * @throws RangeError where a split at random is asked for beside folds
 * @example
 * import { planSweep, segmentSchema } from "../src/segment/index.ts";
 * import { expect } from "vitest";
 * const sets = [{ images: "a", labels: "b" }];
 * const config = segmentSchema.parse({ name: "a", data: { sets }, sweep: { epochs: [5, 2] } });
 * expect(planSweep(config, []).map(({ name }) => name)).toEqual(["all-images-2-epochs", "all-images-5-epochs"]);
 */
export function planSweep(config: SegmentConfig, entries: SetManifest["entries"]): SweepVariant[] {
  const folds = [...new Set(entries.flatMap(({ fold }) => (fold === null ? [] : [fold])))].sort(
    (a, b) => a - b,
  );
  const available = entries.filter(({ split }) => split === "training").length;
  const wanted = [...(config.sweep.trainingImages ?? [])].sort((a, b) => a - b);
  const fitting = wanted.filter((count) => count <= available);
  const counts = fitting.length > 0 ? fitting : [null];
  const epochCounts = [...(config.sweep.epochs ?? [config.training.epochs])].sort((a, b) => a - b);
  const places: (number | null)[] = config.sweep.folds && folds.length > 0 ? folds : [folds[0] ?? null];
  const splits = config.sweep.randomSplit ? [false, true] : [false];
  if (config.sweep.randomSplit && folds.length > 0) {
    const needed = "sweep.randomSplit must stand beside a split into sides";
    throw rangeError({ action: "plan sweep" }, needed, `a set in ${folds.length} folds`);
  }
  return counts.flatMap((imageCount) =>
    epochCounts.flatMap((epochs) =>
      places.flatMap((fold) =>
        splits.map((isRandom) => {
          const images = imageCount === null ? "all-images" : `${imageCount}-images`;
          const ending = isRandom ? "-random-split" : fold === null ? "" : `-fold-${fold}`;
          return { name: `${images}-${epochs}-epochs${ending}`, imageCount, epochs, fold, isRandom };
        }),
      ),
    ),
  );
}

/** A point of a sweep: all folds of one size of the training set and one number of epochs together. */
export interface SweepPoint {
  /** Training images; the mean over folds. */
  readonly imageCount: number;
  readonly epochs: number;
  /** Whether images stood on sides drawn at random. */
  readonly isRandom: boolean;
  readonly summaries: readonly RuleSummary[];
}

/** The scores of a sweep, a row for each point, rule and class. */
export function sweepTable(points: readonly SweepPoint[]): Table {
  const hasRandom = points.some(({ isRandom }) => isRandom);
  const split: Column<ReturnType<typeof sweepRows>[number]> = {
    heading: "split",
    text: ({ isRandom }) => (isRandom ? "at random" : "of the set"),
  };
  return tableOf(sweepRows(points), [
    ...(hasRandom ? [split] : []),
    { heading: "training images", number: ({ imageCount }) => imageCount },
    { heading: "epochs", number: ({ epochs }) => epochs },
    { heading: "measured on", number: ({ images }) => images },
    { heading: "groups", number: ({ groups }) => groups },
    { heading: "class", text: ({ scores }) => scores.name },
    { heading: "rule", text: ({ rule }) => rule },
    { heading: "IoU", interval: ({ scores }) => scores.iou },
    { heading: "Dice", interval: ({ scores }) => scores.dice },
    { heading: "Otsu IoU", number: ({ scores }) => scores.otsuIou.value, show: fixed(3) },
  ]);
}

/** The lines of a sweep's table. */
export function sweepRows(points: readonly SweepPoint[]) {
  return points.flatMap(({ imageCount, epochs, isRandom, summaries }) =>
    summaries.flatMap(({ rule, classes, imageCount: images, groupCount: groups }) =>
      classes.map((scores) => ({ imageCount, epochs, isRandom, rule, scores, images, groups })),
    ),
  );
}
