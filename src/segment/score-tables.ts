import { fixed, tableOf, type Column, type Table } from "../report/index.ts";
import type { ImageClassScores, ImageEvaluation, RuleSummary } from "./evaluate-segmenter.ts";

const score = fixed(3);

/** All scores of all images, a row for each image, rule and class; a score that is not defined is missing. */
export function imageScoreTable(
  evaluations: readonly ImageEvaluation[],
  classNames: readonly string[],
): Table {
  const rows = evaluations.flatMap(({ classes, ...image }) =>
    classes.map((scores) => ({ ...image, ...scores, ...objectCounts(scores) })),
  );
  return tableOf(rows, [
    { heading: "image", text: ({ name }) => name },
    { heading: "group", text: ({ group }) => group },
    { heading: "fold", number: ({ fold }) => fold },
    { heading: "rule", text: ({ rule }) => rule },
    { heading: "class", text: ({ classId }) => classNames[classId] },
    { heading: "IoU", number: ({ iou }) => iou, show: score },
    { heading: "Dice", number: ({ dice }) => dice, show: score },
    { heading: "precision", number: ({ precision }) => precision, show: score },
    { heading: "recall", number: ({ recall }) => recall, show: score },
    { heading: "accuracy", number: ({ accuracy }) => accuracy, show: score },
    { heading: "boundary F", number: (row) => row.boundaryF, show: score },
    { heading: "Otsu IoU", number: ({ otsuIou }) => otsuIou, show: score },
    { heading: "true share", number: ({ trueShare }) => trueShare, show: score },
    { heading: "found share", number: ({ foundShare }) => foundShare, show: score },
    { heading: "true objects", number: ({ trueObjects }) => trueObjects },
    { heading: "found objects", number: ({ foundObjects }) => foundObjects },
    { heading: "AP50", number: ({ half }) => half?.averagePrecision ?? null, show: score },
    { heading: "PQ50", number: ({ half }) => half?.panopticQuality ?? null, show: score },
    { heading: "AP75", number: ({ strict }) => strict?.averagePrecision ?? null, show: score },
  ]);
}

function objectCounts({ instances }: ImageClassScores) {
  const [half, strict] = [0.5, 0.75].map((wanted) => instances.find(({ threshold }) => threshold === wanted));
  const { truePositives = 0, falsePositives = 0, falseNegatives = 0 } = half ?? {};
  const [trueObjects, foundObjects] = [truePositives + falseNegatives, truePositives + falsePositives];
  return { half, strict, trueObjects, foundObjects };
}

/** Scores of the classes under every rule, with 95 % intervals by group. */
export function scoreTable(summaries: readonly RuleSummary[]): Table {
  return tableOf(rowsOf(summaries), [
    { heading: "class", text: ({ name }) => name },
    { heading: "rule", text: ({ rule }) => rule },
    { heading: "IoU", interval: ({ iou }) => iou, show: score },
    { heading: "Dice", interval: ({ dice }) => dice, show: score },
    { heading: "precision", number: ({ precision }) => precision.value, show: score },
    { heading: "recall", number: ({ recall }) => recall.value, show: score },
    { heading: "boundary F", number: (row) => row.boundaryF.value, show: score },
    { heading: "Otsu IoU", number: ({ otsuIou }) => otsuIou.value, show: score },
  ]);
}

/** The same classes by all pixels together, by area and by objects. */
export function pooledScoreTable(summaries: readonly RuleSummary[]): Table {
  return tableOf(rowsOf(summaries), [
    { heading: "class", text: ({ name }) => name },
    { heading: "rule", text: ({ rule }) => rule },
    { heading: "F0.5", number: ({ pooledFBeta }) => pooledFBeta.half, show: score },
    { heading: "F2", number: ({ pooledFBeta }) => pooledFBeta.two, show: score },
    { heading: "area fraction error", number: (row) => row.areaFractionError, show: fixed(4) },
    { heading: "AP50", number: ({ instances }) => instances[0].averagePrecision, show: score },
    { heading: "PQ50", number: ({ instances }) => instances[0].panopticQuality, show: score },
  ]);
}

function rowsOf(summaries: readonly RuleSummary[]) {
  return summaries.flatMap(({ rule, classes }) => classes.map((scores) => ({ rule, ...scores })));
}

/** Averages over the classes, background included, by the formulas of [baskaran2021] eqs. 1, 4, 5. */
export function overallTable(summaries: readonly RuleSummary[]): Table {
  const columns = [
    ["pixel accuracy", "pixelAccuracy"],
    ["average accuracy", "averageAccuracy"],
    ["micro precision", "microPrecision"],
    ["micro recall", "microRecall"],
    ["macro precision", "macroPrecision"],
    ["macro recall", "macroRecall"],
    ["macro IoU", "macroIou"],
    ["weighted IoU", "weightedIou"],
  ] as const;
  return tableOf(summaries, [
    { heading: "rule", text: ({ rule }) => rule },
    ...columns.map(([heading, key]): Column<RuleSummary> => ({
      heading,
      number: ({ overall }) => overall[key],
      show: score,
    })),
  ]);
}

/** The confusion matrix, rows true classes, columns found ones: in percent of the true class for people, in pixels for scripts. */
export function confusionTable(
  { confusion: { counts, classCount } }: RuleSummary,
  classNames: readonly string[],
  unit: "px" | "%",
): Table {
  const rows = classNames.map((name, i) => {
    const pixels = counts.slice(i * classCount, (i + 1) * classCount);
    const all = unit === "px" ? 1 : pixels.reduce((sum, count) => sum + count, 0) / 100;
    return { name, cells: pixels.map((count) => count / all) };
  });
  return tableOf(rows, [
    { heading: "true class", text: ({ name }) => name },
    ...classNames.map((name, found): Column<(typeof rows)[number]> => ({
      heading: `found as ${name}`,
      unit,
      number: ({ cells }) => cells[found],
      show: fixed(unit === "px" ? 0 : 2),
    })),
  ]);
}
