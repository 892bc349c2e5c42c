import { rangeError, type StartStage } from "../../core/index.ts";
import type { ViewSeries } from "../../corpus/index.ts";
import type { InversionModel } from "../../posterior/index.ts";
import { withModelMetadata } from "../../train/index.ts";
import { recipeOfModel, type Inversion } from "../apply/open-inversion.ts";
import { planInversion } from "../data/plan-inversion.ts";
import { calibrateViews, scoreViews, seeViews, type ViewScore } from "./views.ts";

/** What aggregates a model is calibrated and scored on. */
export interface ViewPlan {
  readonly views: ViewSeries;
  /** Aggregates that calibrate, and as many again that are scored. */
  readonly aggregateCount: number;
  /** Of the aggregates that calibrate; those that are scored have the next. */
  readonly seed: number;
  readonly workers: number;
}

/** A model that answers several views of one aggregate, and how well. */
export interface CalibratedForViews {
  /** The model's file: the same network, with a record of how answers of several views err. */
  readonly onnx: Uint8Array;
  readonly scores: readonly ViewScore[];
}

/**
 * Calibrates a model for several views of one aggregate on fresh samples of its own recipe, and scores it on others.
 *
 * @param bytes of the model's file
 * @param inversion the same, opened
 * @param plan which views, how many aggregates
 * @param startStage progress
 * @throws RangeError where the model does not say how its images are made, or counts lengths in pixels
 */
export async function calibrateForViews(
  bytes: Uint8Array,
  inversion: Inversion,
  { views, aggregateCount, seed, workers }: ViewPlan,
  startStage: StartStage,
): Promise<CalibratedForViews> {
  const { model, network } = inversion;
  const recipe = recipeOfModel(model);
  const action = "calibrate for views";
  if (recipe === null) {
    throw rangeError({ action }, "the model must say how its images are made", "one that does not");
  }
  if (model.lengths === "pixels") {
    const got = "one for any powder, whose images have pixels of their own";
    throw rangeError({ action }, "the model must have a pixel size of its own", got);
  }
  const see = (own: number) =>
    seeViews(
      inversion,
      planInversion({ ...recipe, views: { ...views, tiltsDeg: [...views.tiltsDeg] }, seed: own }).samples,
      { aggregateCount, workers },
      startStage,
    );
  const calibrated = { ...model, views: calibrateViews(await see(seed)) };
  const onnx = withModelMetadata(bytes, {
    ...network.metadata,
    views: calibrated.views,
    provenance: withSeed(model, seed),
  });
  return { onnx, scores: scoreViews(calibrated, await see(seed + 1)) };
}

/** Images of this seed are no test of the model any more. */
function withSeed({ provenance }: InversionModel, seed: number): InversionModel["provenance"] {
  const known = String(provenance["sampleSeeds"] ?? "");
  return { ...provenance, sampleSeeds: known === "" ? String(seed) : `${known}, ${seed}` };
}
