import {
  coefficientOfDetermination,
  mean,
  median,
  openRandomStream,
  rangeError,
  shuffled,
  type StartStage,
} from "../../core/index.ts";
import { drawSamples, viewCountOf, type SampleRecipe } from "../../corpus/index.ts";
import {
  crpsOfSample,
  drawCodes,
  drawnValues,
  expectedCoverage,
  meanOfViews,
  pointValue,
  residualRows,
  toScaleCode,
  type InversionModel,
  type NetworkOutput,
  type Target,
  type ViewCalibration,
} from "../../posterior/index.ts";
import type { Inversion } from "../apply/open-inversion.ts";
import { gatherDataSet, truthsOf, type DataSet } from "../data/data-set.ts";
import { codeRows } from "./calibrate-inversion.ts";
import { predictDataSet } from "./predict.ts";

/** Numbers of views that answers are calibrated for: two, and three and five as tilts are usually taken. */
export const VIEW_COUNTS = [2, 3, 5] as const;

/** What a network says of the views of some aggregates. */
export interface SeenViews {
  /** Stated tilts of the views [degrees]. */
  readonly tiltsDeg: readonly number[];
  /** [aggregateCount][viewCount] */
  readonly outputs: readonly (readonly NetworkOutput[])[];
  /** [aggregateCount][targetCount] standardised truths. */
  readonly codes: readonly ArrayLike<number>[];
  /** [aggregateCount] truths by key. */
  readonly truths: readonly Readonly<Record<string, number>>[];
}

/** How well one target is known from views of one number, or from two at one angle. */
export interface ViewScore {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly viewCount: number;
  /** Between the two views [degrees]; null for other numbers of views, or where two are any two. */
  readonly angleDeg: number | null;
  readonly r2OnScale: number;
  /** Mean continuous ranked probability score, in the target's unit. */
  readonly crps: number;
  /** Median of |answer - truth| / |truth|. */
  readonly medianRelativeError: number;
  readonly coverage: Readonly<Record<string, number>>;
}

/**
 * Images aggregates in views and asks a network about each.
 *
 * @param inversion network and record
 * @param recipe of the samples, with views
 * @param counts aggregates, and threads that draw them
 * @param startStage progress
 * @throws RangeError where the recipe has one view
 */
export async function seeViews(
  { model, network }: Inversion,
  recipe: SampleRecipe,
  { aggregateCount, workers }: { readonly aggregateCount: number; readonly workers: number },
  startStage: StartStage,
): Promise<SeenViews> {
  const { views } = recipe;
  if (views === undefined) throw rangeError({ action: "see views" }, "the recipe must have views", "none");
  const viewCount = viewCountOf(views);
  const count = aggregateCount * viewCount;
  const stage = startStage(`Imaging ${aggregateCount} aggregates from ${viewCount} sides`, count);
  const data = await gatherDataSet(drawSamples(recipe, { count, workers }), {
    count,
    scale: model.input.scale,
    lengths: model.lengths,
    onSample: (done) => stage.update(done),
  });
  const { outputs } = await predictDataSet(network, data, model);
  stage.finish(`${count} images`);
  return { tiltsDeg: views.tiltsDeg, ...byAggregate(model, data, outputs, viewCount) };
}

/**
 * Scores answers of a corpus whose recipe has views by aggregate: one view of each, and as many together as the model is calibrated for.
 *
 * @param model record
 * @param data images of the corpus, aggregate by aggregate
 * @param outputs what the network says of each image
 * @param tiltsDeg stated tilts of the recipe's views [degrees]
 * @returns scores by number of views; null where the model is not calibrated for views
 */
export function scoreViewCorpus(
  model: InversionModel,
  data: DataSet,
  outputs: readonly NetworkOutput[],
  tiltsDeg: readonly number[],
): ViewScore[] | null {
  if (model.views.length === 0) return null;
  return scoreViews(model, { tiltsDeg, ...byAggregate(model, data, outputs, tiltsDeg.length) });
}

function byAggregate(
  { targets }: InversionModel,
  data: DataSet,
  outputs: readonly NetworkOutput[],
  viewCount: number,
): Omit<SeenViews, "tiltsDeg"> {
  const codes = codeRows(data, targets);
  const starts = Array.from({ length: Math.floor(data.count / viewCount) }, (_, k) => k * viewCount);
  return {
    outputs: starts.map((start) => outputs.slice(start, start + viewCount)),
    codes: starts.map((start) => codes[start]),
    truths: starts.map((start) => truthsOf(data.labels[start])),
  };
}

/**
 * Measures how answers of several views err, for every number of views that there are enough of: of each aggregate some views, chosen at random.
 *
 * @param seen aggregates that were not trained on
 * @returns records in rising order of the number of views
 */
export function calibrateViews(seen: SeenViews): ViewCalibration[] {
  const counts = VIEW_COUNTS.filter((count) => count <= seen.tiltsDeg.length);
  return counts.map((viewCount) => ({
    viewCount,
    residuals: residualRows(someViews(seen, viewCount), seen.codes).map((row) =>
      row.map((value) => Number(value.toPrecision(5))),
    ),
  }));
}

/** Answers of some views of each aggregate, chosen at random. */
function someViews({ outputs, tiltsDeg }: SeenViews, viewCount: number): NetworkOutput[] {
  return outputs.map((own, aggregate) => {
    const rng = openRandomStream("views", viewCount, aggregate);
    return meanOfViews(
      shuffled(rng, tiltsDeg.keys())
        .slice(0, viewCount)
        .map((view) => own[view]),
    );
  });
}

/**
 * What calibrates the answer of some views: the record of as many, or of the next larger number.
 *
 * @throws RangeError where the model was not calibrated for views
 */
export function viewCalibration(
  { views, lengths }: Pick<InversionModel, "views"> & Partial<Pick<InversionModel, "lengths">>,
  viewCount: number,
): ViewCalibration {
  const known = views.find((record) => record.viewCount >= viewCount) ?? views.at(-1);
  if (known !== undefined) return known;
  const action = "take views together";
  if (lengths === "pixels") {
    throw rangeError(
      { action },
      "the network must have a pixel size of its own, so that all views have one scale",
      "one for any powder, which brings every view to its field by itself; train one of your materials with heterostem train, then heterostem calibrate",
    );
  }
  throw rangeError(
    { action },
    "the model must be calibrated for several views of one aggregate",
    "one that is not; heterostem calibrate MODEL makes one of it",
  );
}

/**
 * Scores answers of one view and of several on aggregates that were neither trained on nor calibrated with.
 *
 * @param model record, calibrated for views
 * @param seen what the network says of them; the untilted view, or the one nearest to it, is the one view
 * @returns every target by number of views, and by the angle between two
 */
export function scoreViews(model: InversionModel, seen: SeenViews): ViewScore[] {
  const { tiltsDeg, outputs } = seen;
  const first = tiltsDeg.reduce((best, tilt, i) => (Math.abs(tilt) < Math.abs(tiltsDeg[best]) ? i : best), 0);
  const one = scoresOf(model, seen, {
    answers: outputs.map((own) => own[first]),
    residuals: model.calibration.network,
    viewCount: 1,
    angleDeg: null,
  });
  const known = model.views.filter(({ viewCount }) => viewCount <= tiltsDeg.length);
  const several = known.flatMap(({ viewCount, residuals }) =>
    scoresOf(model, seen, { answers: someViews(seen, viewCount), residuals, viewCount, angleDeg: null }),
  );
  return [...one, ...several, ...scoresByAngle(model, seen, first)];
}

function scoresByAngle(model: InversionModel, seen: SeenViews, first: number): ViewScore[] {
  const pair = model.views.find(({ viewCount }) => viewCount === 2);
  if (pair === undefined) return [];
  const angles = seen.tiltsDeg.map((tilt) => Math.abs(tilt - seen.tiltsDeg[first]));
  return [...new Set(angles)]
    .filter((angle) => angle > 0)
    .sort((a, b) => a - b)
    .flatMap((angleDeg) =>
      scoresOf(model, seen, {
        answers: seen.outputs.map((own) => meanOfViews([own[first], own[angles.indexOf(angleDeg)]])),
        residuals: pair.residuals,
        viewCount: 2,
        angleDeg,
      }),
    );
}

interface Answers {
  readonly answers: readonly NetworkOutput[];
  readonly residuals: ViewCalibration["residuals"];
  readonly viewCount: number;
  readonly angleDeg: number | null;
}

function scoresOf(
  { targets, head }: InversionModel,
  { codes, truths }: SeenViews,
  { answers, residuals, viewCount, angleDeg }: Answers,
): ViewScore[] {
  const draws = answers.map((answer) => drawCodes(answer, residuals));
  return targets.map((target, t) => {
    // an aggregate without a particle of one material has no cluster of it
    const known = truths.flatMap((record, i) => (Number.isFinite(record[target.key]) ? [i] : []));
    const values = known.map((i) => drawnValues(target, draws[i], t));
    const truth = known.map((i) => truths[i][target.key]);
    const points = known.map((i, k) =>
      pointValue(target, values[k], head.kind === "point" ? answers[i].centers[t] : null),
    );
    return {
      key: target.key,
      label: target.label,
      unit: target.unit,
      viewCount,
      angleDeg,
      r2OnScale: r2OnScale(target, points, truth),
      crps: mean(values.map((own, k) => crpsOfSample(truth[k], own))),
      medianRelativeError: median(points.map((value, k) => relativeError(value, truth[k]))),
      coverage: expectedCoverage(
        known.map((i) => codes[i][t]),
        known.map((i) => draws[i].map((row) => row[t])),
      ),
    };
  });
}

function relativeError(value: number, truth: number): number {
  return value === truth ? 0 : Math.abs(value - truth) / Math.abs(truth);
}

function r2OnScale(target: Target, points: readonly number[], truths: readonly number[]): number {
  const onScale = (numbers: readonly number[]) => numbers.map((value) => toScaleCode(target, value));
  return coefficientOfDetermination(onScale(points), onScale(truths));
}
