import { mean } from "../core/index.ts";
import {
  agreementFigure,
  curvesFigure,
  figureHtml,
  fixed,
  html,
  pageText,
  tableHtml,
  tableOf,
} from "../report/index.ts";
import type { Html } from "../report/index.ts";
import { casesHtml, type Cases } from "./cases-section.ts";
import type { LabelledMicrograph } from "./data/labelled-set.ts";
import type { ImageEvaluation } from "./evaluate-segmenter.ts";
import type { SegmentConfig } from "./segment-config.ts";
import { sweepRows, sweepTable, type SweepPoint } from "./sweep.ts";

/** What a sweep's page is written from. */
export interface SweepReportInput {
  readonly config: SegmentConfig;
  readonly points: readonly SweepPoint[];
  /** Images as the last point, the largest, answered them. */
  readonly evaluations: readonly ImageEvaluation[];
  readonly items: readonly LabelledMicrograph[];
}

/**
 * The page of a sweep: scores of every point, curves of mean IoU against the size of the training set and against epochs, and of the
 * largest point every group and the best and worst images.
 *
 * @param input the study, its points, the images of the last
 * @returns the text of a self-contained HTML file
 */
export function sweepReport({ config, points, evaluations, items }: SweepReportInput): string {
  const { classNames } = config.data;
  const { classId } = config.particles;
  const figures = classNames.slice(1).flatMap((className) => {
    const pair = (["imageCount", "epochs"] as const).flatMap((axis) =>
      figureAgainst(points, className, axis),
    );
    return pair.length === 0
      ? []
      : [
          html`<h3>${className}</h3>
            <div class="grid">${pair}</div>`,
        ];
  });
  const curves = figures.length === 0 ? [] : [{ heading: "Curves", body: html`${figures}` }];
  const cases = { evaluations, items, classId, className: classNames[classId] };
  const images = html`${sharesHtml(cases)} ${casesHtml(cases)}`;
  return pageText({
    title: `Segmentation sweep: ${config.name}`,
    lead: html`<p>${config.problem}</p>`,
    sections: [
      { heading: "Scores", body: scoresHtml(points) },
      ...curves,
      { heading: `Groups, ${classNames[classId]}`, body: groupsHtml(evaluations, classId) },
      { heading: "Images", body: images },
    ],
  });
}

function scoresHtml(points: readonly SweepPoint[]): Html {
  return html`<p>
      Means over images that were not trained on, with 95 % intervals from drawing groups; beside them a
      threshold after Otsu, the better side.
      ${points.some(({ isRandom }) => isRandom) ? "On a split at random images of the specimens that are measured were trained on, too: such scores say how well what is known is found again." : ""}
    </p>
    ${tableHtml(sweepTable(points))}`;
}

/** Every group by itself: an average hides the one that fails. */
function groupsHtml(evaluations: readonly ImageEvaluation[], classId: number): Html {
  const plain = evaluations.filter(({ rule }) => rule === "plain");
  const groups = [...new Set(plain.map(({ group }) => group))].map((group) => {
    const own = plain.filter((evaluation) => evaluation.group === group);
    const average = (key: "iou" | "precision" | "recall" | "otsuIou" | "trueShare") => {
      const values = own
        .map(({ classes }) => classes[classId - 1][key])
        .filter((value) => !Number.isNaN(value));
      return values.length === 0 ? NaN : mean(values);
    };
    return { group, count: own.length, average, iou: average("iou") };
  });
  // a group where the class is neither labelled nor found has no score, and comes last
  const rank = (iou: number) => (Number.isNaN(iou) ? -1 : iou);
  return tableHtml(
    tableOf(
      groups.toSorted((a, b) => rank(b.iou) - rank(a.iou)),
      [
        { heading: "group", text: ({ group }) => group },
        { heading: "images", number: ({ count }) => count },
        { heading: "labelled", unit: "%", number: (one) => 100 * one.average("trueShare"), show: fixed(2) },
        { heading: "mean IoU", number: ({ iou }) => iou, show: fixed(3) },
        { heading: "precision", number: ({ average }) => average("precision"), show: fixed(3) },
        { heading: "recall", number: ({ average }) => average("recall"), show: fixed(3) },
        { heading: "Otsu IoU", number: ({ average }) => average("otsuIou"), show: fixed(3) },
      ],
    ),
  );
}

/** How much of each image is the class: found against labelled. */
function sharesHtml({ evaluations, classId, className }: Cases): Html {
  const scores = evaluations
    .filter(({ rule }) => rule === "plain")
    .map(({ classes }) => classes[classId - 1]);
  if (scores.length === 0) return html``;
  const errors = scores.map(({ trueShare, foundShare }) => Math.abs(100 * (foundShare - trueShare)));
  return figureHtml(
    agreementFigure({
      title: `Share of ${className}`,
      unit: "%",
      truth: scores.map(({ trueShare }) => 100 * trueShare),
      predicted: scores.map(({ foundShare }) => 100 * foundShare),
      scale: "linear",
      axes: ["labelled", "found"],
      note: `mean error ${mean(errors).toFixed(2)} points`,
    }),
  );
}

/** Mean IoU against one setting, at the largest value of the other; nothing where there is one value only. */
function figureAgainst(
  points: readonly SweepPoint[],
  className: string,
  axis: "imageCount" | "epochs",
): Html[] {
  const other = axis === "epochs" ? "imageCount" : "epochs";
  const largest = Math.max(...points.map((point) => point[other]));
  const kept = sweepRows(points.filter((point) => point[other] === largest)).filter(
    ({ scores }) => scores.name === className,
  );
  if (new Set(kept.map((row) => row[axis])).size < 2) return [];
  const words = { imageCount: "training images", epochs: "epochs" };
  const splits = [...new Set(kept.map(({ isRandom }) => isRandom))];
  const lines = splits.flatMap((isRandom) =>
    (["plain", "morphological"] as const).map((rule) => ({ rule, isRandom })),
  );
  const curves = lines.map(({ rule, isRandom }) => ({
    name: isRandom ? `${rule}, random split` : rule,
    points: kept
      .filter((row) => row.rule === rule && row.isRandom === isRandom)
      .map((row) => ({ x: row[axis], y: row.scores.iou.value }))
      .toSorted((a, b) => a.x - b.x),
  }));
  const caption = `Mean IoU of ${className} against ${words[axis]}, at ${largest} ${words[other]}.`;
  return [figureHtml(curvesFigure({ curves, axes: [words[axis], "mean IoU"], caption }))];
}
