import { openRandomStream, type RandomStream, rangeError, type StartStage } from "../../core/index.ts";
import {
  drawCodes,
  drawnValues,
  distanceFromTraining,
  kolmogorovSmirnov,
  nearestCodes,
  pointValue,
  scoreTargets,
  tarpShares,
  type InversionModel,
  type NeighbourReference,
  type ParameterPair,
  type PosteriorSet,
  type NetworkOutput,
  type TargetScore,
} from "../../posterior/index.ts";
import { classicalOutputs, codeRows } from "./calibrate-inversion.ts";
import { coverageByDifficulty, type CoverageClass } from "./coverage-classes.ts";
import { fieldText, truthsOf, type DataSet, type ImageSet } from "../data/data-set.ts";
import { identifyMaterials, type IdentificationScore } from "./identify-materials.ts";
import type { Inversion } from "../apply/open-inversion.ts";
import { predictDataSet } from "./predict.ts";

/** What held-out images say of a trained inversion. */
export interface ValidationResult {
  readonly imageCount: number;
  readonly scores: readonly TargetScore[];
  /** Coverage by what makes images difficult. */
  readonly classes: readonly CoverageClass[];
  /** Joint calibration of all targets: probability of TARP credibilities as uneven as these. */
  readonly tarpP: number;
  /** Share of the held-out images that are called out of distribution; wanted: the stated false-alarm rate. */
  readonly outOfDistributionShare: number;
  readonly wantedFalseAlarmRate: number;
  /** Materials of marked particles beside the threshold method; null where the images' aggregates were not kept. */
  readonly identification: IdentificationScore | null;
  /** What the network says of every image. */
  readonly outputs: readonly NetworkOutput[];
}

/** Neighbours that make the posterior of approximate Bayesian computation. */
const NEIGHBOUR_COUNT = 30;
/** Reference points of TARP come from the prior's range on the standardised scale, +- sqrt(3). */
const TARP_BOX = [-Math.sqrt(3), Math.sqrt(3)] as const;

/**
 * Scores an inversion on images that it was not trained on.
 *
 * @param inversion network and record
 * @param data held-out images of the same field
 * @param startStage progress
 * @param reference simulated images for the nearest neighbours; by default the other held-out images
 * @returns scores per target, beside prior, classical estimate and nearest neighbours
 * @throws RangeError where the images' field is not the network's
 */
export async function validateInversion(
  inversion: Inversion,
  data: ImageSet,
  startStage: StartStage,
  reference?: Pick<ImageSet, "count" | "labels" | "measures">,
): Promise<ValidationResult> {
  const { model, network } = inversion;
  checkField(model, data);
  const stage = startStage("Inverting held-out images", data.count);
  const { outputs, features } = await predictDataSet(network, data, model);
  const rng = openRandomStream("validation");
  const posteriors = outputs.map((output) => drawCodes(output, model.calibration.network));
  const scores = scoreTargets(rng, model.targets, {
    truths: data.labels.map(truthsOf),
    points: model.head.kind === "point" ? outputs.map(({ centers }) => centers) : null,
    posteriors,
    classical: classicalPosteriors(model, data),
    neighbours: neighbourPosteriors(model, data, reference),
    prior: model.calibration.truths,
  });
  const tarpP = jointCalibration(rng, model, data, posteriors);
  const identification = await identifyMaterials(inversion, data);
  stage.finish(`${data.count} images`);
  return {
    imageCount: data.count,
    scores,
    classes: coverageByDifficulty(model.targets, data, posteriors),
    tarpP,
    ...shareOutOfDistribution(model, features),
    identification,
    outputs,
  };
}

/** Probability of TARP credibilities as uneven as these. */
function jointCalibration(
  rng: RandomStream,
  { targets }: InversionModel,
  data: ImageSet,
  posteriors: PosteriorSet,
): number {
  const box = targets.map(() => TARP_BOX);
  const shares = tarpShares(rng.fork("tarp"), codeRows(data, targets), posteriors, box);
  // the calibration draws are not counted as a second sample: reference points differ from image to image, so their chance
  // mostly averages out; of true nulls 6 to 7 % fall below 0.05
  return kolmogorovSmirnov(shares).p;
}

function shareOutOfDistribution(
  { familiarity: test }: InversionModel,
  features: readonly Float64Array[],
): Pick<ValidationResult, "outOfDistributionShare" | "wantedFalseAlarmRate"> {
  const strange = features.filter((row) => distanceFromTraining(test, row) > test.limit);
  return {
    outOfDistributionShare: strange.length / features.length,
    wantedFalseAlarmRate: test.falseAlarmRate,
  };
}

/** True and predicted parameters image by image, for the comparison of structures. */
export function parameterPairs(
  model: InversionModel,
  { labels }: Pick<DataSet, "labels">,
  outputs: readonly NetworkOutput[],
): ParameterPair[] {
  return labels.map(({ sampleIndex, parameters }, i) => {
    const posterior = drawCodes(outputs[i], model.calibration.network);
    const predicted = { ...parameters, ...predictedParameters(model, outputs[i], posterior) };
    return { sampleIndex, truth: { ...parameters }, predicted };
  });
}

function classicalPosteriors(
  { classical, calibration, targets }: InversionModel,
  { measures }: ImageSet,
): PosteriorSet {
  return classicalOutputs(classical, measures, targets.length).map((output) =>
    drawCodes(output, calibration.classical),
  );
}

/** Without a reference the other held-out images serve: an image must not be its own neighbour. */
function neighbourPosteriors(
  model: InversionModel,
  data: ImageSet,
  reference?: Pick<ImageSet, "count" | "labels" | "measures">,
): PosteriorSet {
  const others = reference ?? data;
  const known: NeighbourReference = {
    measures: others.measures,
    codes: codeRows(others, model.targets),
  };
  const { deviations } = model.classical;
  return data.measures.map((own, i) =>
    nearestCodes(known, own, {
      deviations,
      count: NEIGHBOUR_COUNT,
      ...(reference === undefined ? { leftOut: i } : {}),
    }),
  );
}

function predictedParameters(
  model: InversionModel,
  { centers }: NetworkOutput,
  posterior: readonly ArrayLike<number>[],
): Record<string, number> {
  const parameters = model.targets
    .map((target, t) => ({ target, t }))
    .filter(({ target }) => target.quantity !== "descriptor");
  return Object.fromEntries(
    parameters.map(({ target, t }) => [
      target.key,
      pointValue(target, drawnValues(target, posterior, t), model.head.kind === "point" ? centers[t] : null),
    ]),
  );
}

function checkField({ input, ...model }: InversionModel, data: ImageSet): void {
  if (input.scale !== data.scale) {
    throw rangeError(
      { action: "validate" },
      `images must be on the network's scale, ${input.scale}`,
      data.scale,
    );
  }
  if (fieldText(model) === fieldText(data)) return;
  throw rangeError(
    { action: "validate" },
    `images must have the network's field, ${fieldText(model)}`,
    fieldText(data),
  );
}
