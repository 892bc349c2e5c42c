import type { ImageEvaluation, RuleSummary } from "./evaluate-segmenter.ts";
import type { Interval } from "./metrics/bootstrap.ts";

/**
 * All scores of all images as CSV: a row for each image, rule and class.
 *
 * @param evaluations images under both rules
 * @param classNames names by id
 * @returns CSV text; an empty cell is a score that is not defined
 */
export function scoresCsv(evaluations: readonly ImageEvaluation[], classNames: readonly string[]): string {
  const head =
    "image,group,fold,rule,class,iou,dice,precision,recall,accuracy,boundary_f,otsu_iou,true_share,found_share," +
    "true_objects,found_objects,ap50,pq50,ap75";
  const rows = evaluations.flatMap(({ name, group, fold, rule, classes }) =>
    classes.map((scores) => {
      const at = (threshold: number) => scores.instances.find((one) => one.threshold === threshold);
      const [half, strict] = [at(0.5), at(0.75)];
      const [tp, fp, fn] = [half?.truePositives ?? 0, half?.falsePositives ?? 0, half?.falseNegatives ?? 0];
      const numbers = [
        scores.iou,
        scores.dice,
        scores.precision,
        scores.recall,
        scores.accuracy,
        scores.boundaryF,
        scores.otsuIou,
        scores.trueShare,
        scores.foundShare,
      ].map(cell);
      const objects = [
        tp + fn,
        tp + fp,
        cell(half?.averagePrecision),
        cell(half?.panopticQuality),
        cell(strict?.averagePrecision),
      ];
      return [
        quoted(name),
        quoted(group),
        fold ?? "",
        rule,
        quoted(classNames[scores.classId]),
        ...numbers,
        ...objects,
      ].join(",");
    }),
  );
  return `${[head, ...rows].join("\n")}\n`;
}

/**
 * The confusion matrix as CSV, in pixels.
 *
 * @param summary a rule's summary
 * @param classNames names by id
 * @returns rows are true classes, columns found ones
 */
export function confusionCsv({ confusion }: RuleSummary, classNames: readonly string[]): string {
  const head = ["true \\ found [px]", ...classNames].map(quoted).join(",");
  const rows = classNames.map((name, i) => {
    const counts = confusion.counts.slice(i * confusion.classCount, (i + 1) * confusion.classCount);
    return [quoted(name), ...counts].join(",");
  });
  return `${[head, ...rows].join("\n")}\n`;
}

/** A score as people write it. */
export function scoreText(value: number): string {
  return Number.isNaN(value) ? "-" : value.toFixed(3);
}

/**
 * An estimate with its interval, as people write it.
 *
 * @param interval estimate, low, high
 * @returns such as "0.912 (0.887 to 0.934)"; without the parenthesis where there is one group only
 */
export function intervalText({ estimate, low, high }: Interval): string {
  const text = scoreText(estimate);
  return Number.isNaN(low) ? text : `${text} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

const cell = (value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? "" : value.toFixed(5);
const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
