import { mean } from "../../core/index.ts";
import {
  INTERVAL_LEVELS,
  informationOfR2,
  type DescriptorScore,
  type Estimate,
  type InversionModel,
  type StructureScore,
  type TargetScore,
} from "../../posterior/index.ts";
import {
  fixed,
  nameWithUnit,
  percent,
  shortNumber,
  tableOf,
  type Column,
  type Table,
} from "../../report/index.ts";
import type { InvertedImage } from "../apply/inverted-image.ts";
import type { ColumnSummary } from "../data/summarise-corpus.ts";
import type { CoverageClass } from "../fit/coverage-classes.ts";
import type { ListScore } from "../fit/score-particle-lists.ts";
import type { PoolScore } from "../fit/pools.ts";
import type { ViewScore } from "../fit/views.ts";

/** A posterior, a row for each quantity: median, both intervals, what was known before the image, and what it added. */
export function estimateTable(estimates: InvertedImage["estimates"]): Table {
  return tableOf(estimates, [
    { heading: "quantity", text: ({ label, unit }) => nameWithUnit(label, unit) },
    { heading: "median", number: ({ value }) => value },
    { heading: "68 % interval", range: ({ intervals }) => intervals["0.68"] },
    { heading: "95 % interval", range: ({ intervals }) => intervals["0.95"] },
    {
      heading: "known before (95 %)",
      text: ({ prior }) => (prior === null ? "" : `${shortNumber(prior[0])} to ${shortNumber(prior[1])}`),
    },
    { heading: "by the image", text: (estimate) => informationText(estimate) },
  ]);
}

/** What an image says of a quantity, in words. */
export function informationText({ information, beyond, value, unit }: Estimate): string {
  if (beyond === null) return information;
  const end = `${shortNumber(value)}${unit === "" ? "" : ` ${unit}`}`;
  return `${end} or ${beyond === "above" ? "more" : "less"}: beyond what the network knows`;
}

/** What a network can say of each quantity, from the images that calibrate it; no rows for models of earlier versions. */
export function learnedTable({
  targets,
  validationR2,
}: Pick<InversionModel, "targets" | "validationR2">): Table {
  const rows = validationR2.map((r2, t) => ({ ...targets[t], r2 }));
  return tableOf(rows, [
    { heading: "quantity", text: ({ label, unit }) => nameWithUnit(label, unit) },
    { heading: "R² (validation)", number: ({ r2 }) => r2, show: fixed(2) },
    { heading: "by an image", text: ({ r2 }) => informationOfR2(r2) },
  ]);
}

/** How near predictions come to the truth beside what there is without a network, a row for each quantity. */
export function accuracyTable(scores: readonly TargetScore[]): Table {
  return tableOf(scores, [
    QUANTITY,
    { heading: "R² network", number: ({ r2OnScale }) => r2OnScale, show: fixed(2) },
    { heading: "R² classical", number: ({ classicalR2OnScale }) => classicalR2OnScale, show: fixed(2) },
    { heading: "RMSE network", number: ({ rmse }) => rmse },
    { heading: "RMSE classical", number: ({ classicalRmse }) => classicalRmse },
    { heading: "RMSE constant", number: ({ baselineRmse }) => baselineRmse },
    { heading: "CRPS network", number: ({ crps }) => crps },
    { heading: "CRPS best without", number: ({ baselineCrps }) => baselineCrps },
  ]);
}

/** What lists of particles say beside the network, a row for each quantity. */
export function listTable(scores: readonly ListScore[]): Table {
  return tableOf(scores, [
    { heading: "quantity", text: ({ label, unit }) => nameWithUnit(label, unit) },
    { heading: "images", number: ({ imageCount }) => imageCount, show: String },
    { heading: "R² list", number: ({ r2 }) => r2, show: fixed(2) },
    { heading: "bias of the list", number: ({ bias }) => bias, show: fixed(2) },
    { heading: "R² list, corrected", number: ({ correctedR2 }) => correctedR2, show: fixed(2) },
    { heading: "R² network", number: ({ networkR2 }) => networkR2, show: fixed(2) },
    { heading: "R² both", number: ({ bothR2 }) => bothR2, show: fixed(2) },
    { heading: "the list adds (95 %)", range: ({ gain }) => [gain.low, gain.high] },
  ]);
}

/** Whether stated intervals hold, a row for each quantity: coverage, evenness of ranks, width, log score. */
export function calibrationTable(scores: readonly TargetScore[]): Table {
  return tableOf(scores, [
    QUANTITY,
    ...INTERVAL_LEVELS.map((level): Column<TargetScore> => ({
      heading: `inside ${percent(level)}`,
      number: ({ coverage }) => coverage[String(level)],
      show: percent,
    })),
    { heading: "SBC p", number: ({ sbcP }) => sbcP, show: fixed(2) },
    { heading: "width p", number: ({ sbcWidthP }) => sbcWidthP, show: fixed(2) },
    { heading: "68 % width", number: ({ sharpness }) => sharpness },
    { heading: "NLL", unit: "nat", number: ({ nll }) => nll, show: fixed(2) },
  ]);
}

/** What further views tell: R2 of every quantity by number of views, or by the angle between two. */
export function viewTable(scores: readonly ViewScore[]): Table {
  const columns = [...new Map(scores.map((score) => [viewsText(score), score])).entries()];
  const rows = [...new Map(scores.map((score) => [score.key, score])).values()];
  const of = (key: string, name: string) =>
    scores.find((score) => score.key === key && viewsText(score) === name)?.r2OnScale ?? NaN;
  return tableOf(rows, [
    { heading: "quantity", text: ({ label, unit }) => nameWithUnit(label, unit) },
    ...columns.map(([name]): Column<ViewScore> => ({
      heading: `R² ${name}`,
      number: ({ key }) => of(key, name),
      show: fixed(2),
    })),
  ]);
}

function viewsText({ viewCount, angleDeg }: ViewScore): string {
  if (angleDeg !== null) return `0 and ${angleDeg}°`;
  return viewCount === 1 ? "1 view" : `${viewCount} views`;
}

/** Whether intervals hold among easy and among hard images, a row for each class. */
export function coverageClassTable(classes: readonly CoverageClass[]): Table {
  return tableOf(classes, [
    { heading: "images with", text: ({ name }) => name },
    { heading: "images", number: ({ imageCount }) => imageCount, show: String },
    {
      heading: "R² (mean)",
      number: ({ r2 }) => mean(Object.values(r2).filter((value) => value !== null)),
      show: fixed(2),
    },
    ...INTERVAL_LEVELS.map((level): Column<CoverageClass> => ({
      heading: `inside ${percent(level)}`,
      number: ({ coverage }) => coverage[String(level)],
      show: percent,
    })),
    {
      heading: "furthest from 95 %",
      text: ({ furthest: { label, coverage } }) => `${label}: ${percent(coverage)}`,
    },
  ]);
}

/** What pools of images of one powder add, a row for each quantity; the scores of single images give names and units. */
export function poolTable(scores: readonly TargetScore[], pools: readonly PoolScore[]): Table {
  const sizes = [...new Set(pools.map(({ imageCount }) => imageCount))];
  const rows = scores.map(({ key, name, unit }) => {
    const own = new Map(pools.filter((pool) => pool.key === key).map((pool) => [pool.imageCount, pool]));
    return { name, unit, own };
  });
  type Row = (typeof rows)[number];
  const bySize = (heading: string, of: (score: PoolScore) => number, show = shortNumber) =>
    sizes.map((size): Column<Row> => ({
      heading: `${heading} of ${size}`,
      number: ({ own }) => of(own.get(size) as PoolScore),
      show,
    }));
  return tableOf(rows, [
    QUANTITY,
    ...bySize("R²", ({ r2OnScale }) => r2OnScale, fixed(2)),
    ...bySize("68 % width", ({ sharpness }) => sharpness),
    ...bySize("inside 95 %", ({ coverage }) => coverage["0.95"], percent),
  ]);
}

/** Structures grown from predicted parameters against structures grown from true ones, a row for each descriptor. */
export function descriptorTable(descriptors: readonly DescriptorScore[]): Table {
  return tableOf(descriptors, [
    { heading: "descriptor", text: ({ label, unit }) => nameWithUnit(label, unit) },
    { heading: "R²", number: ({ r2 }) => r2, show: fixed(2) },
    { heading: "RMSE", number: ({ rmse }) => rmse },
    { heading: "floor", number: ({ floorRmse }) => floorRmse },
    { heading: "RMSE constant", number: ({ baselineRmse }) => baselineRmse },
    { heading: "median relative error", number: (s) => s.medianRelativeError, show: percent },
    { heading: "distance of distributions", number: (s) => s.relativeDistance, show: percent },
  ]);
}

/** Structures grown from the answers against the aggregates that were imaged, a row for each descriptor. */
export function structureTable(descriptors: readonly StructureScore[]): Table {
  return tableOf(descriptors, [
    { heading: "descriptor of the structures", text: ({ label, unit }) => nameWithUnit(label, unit) },
    { heading: "R²", number: ({ r2 }) => r2, show: fixed(2) },
    { heading: "median relative error", number: (s) => s.medianRelativeError, show: percent },
    { heading: "inside 95 %", number: ({ covered }) => covered, show: percent },
    { heading: "R² by parameters", number: ({ r2ByParameters }) => r2ByParameters, show: fixed(2) },
    { heading: "error by parameters", number: (s) => s.medianRelativeErrorByParameters, show: percent },
  ]);
}

/** The columns of a corpus, a row for each: what was drawn and what grew. */
export function summaryTable(columns: readonly ColumnSummary[]): Table {
  return tableOf(columns, [
    { heading: "quantity", text: ({ label, unit }) => nameWithUnit(label, unit) },
    { heading: "5 %", number: ({ low }) => low },
    { heading: "median", number: ({ median }) => median },
    { heading: "95 %", number: ({ high }) => high },
  ]);
}

const QUANTITY: Column<Pick<TargetScore, "name" | "unit">> = {
  heading: "quantity",
  text: ({ name, unit }) => nameWithUnit(name, unit),
};
