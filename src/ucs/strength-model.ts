import {
  definedPart,
  groupedFolds,
  mean,
  openRandomStream,
  type RandomStream,
  type StartStage,
} from "../core/index.ts";
import {
  encodeForest,
  encodeForestOnnx,
  importanceOf,
  trainForest,
  type FeatureTable,
} from "../forest/index.ts";
import { encodeNpy } from "../micrograph/index.ts";
import { crossPredict, rowsWhere, TREE_COUNT } from "./cross-predict.ts";
import { describeImages } from "./describe-images.ts";
import { poolRows } from "./feature-rows.ts";
import { learningCurve, specimenPredictions, type LearningCurvePoint } from "./learning-curve.ts";
import { checkDescriptorsVary } from "./check-images.ts";
import { MODEL_FILES, type ModelChoice, type ModelFacts } from "./model-facts.ts";
import { namedNormalization } from "./normalisations.ts";
import { coverageOf, halfWidthOf } from "./prediction-interval.ts";
import { gainOverChance, scoreStrength, type StrengthPair } from "./regression-scores.ts";
import { trainStrengthNetwork, type StrengthImage } from "./strength-network.ts";
import type { KeptTrainings } from "../train/index.ts";

/** A specimen with its images. */
export interface StrengthSpecimen {
  readonly name: string;
  readonly lot: string;
  readonly strength: number;
  readonly images: readonly StrengthImage[];
}

/** A trained model, ready for the disk, and how it did on lots held out. */
export interface TrainedModel {
  readonly facts: ModelFacts;
  /** Bytes by file name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Each specimen predicted without its lot. */
  readonly pairs: readonly (StrengthPair & { readonly name: string })[];
  /** Features by falling importance; empty for a network. */
  readonly importance: readonly { readonly name: string; readonly share: number }[];
  /** Forest against network as lots grow; empty unless asked for. */
  readonly learning: readonly LearningCurvePoint[];
}

/** What training needs to know beside its data. */
export interface TrainingContext {
  readonly where: string;
  readonly hasCurve?: boolean;
  readonly startStage: StartStage;
  /** Where the states of networks are kept, by fold (the last of all specimens) and by specimens of the learning curve; nowhere by default. */
  readonly checkpoints?: KeptTrainings;
}

/**
 * Trains a model of strength on all specimens, and scores it on lots held out.
 *
 * @param specimens at least as many lots as folds
 * @param target name and unit of what is learnt
 * @param choice kind of model, normalisation, descriptors, folds
 * @param context file the specimens came from, for errors; whether a learning curve is wanted; progress; where networks keep their states
 * @returns the model and its scores
 * @throws RangeError for too few lots, or images that all look alike to the descriptors
 */
export async function trainStrengthModel(
  specimens: readonly StrengthSpecimen[],
  target: { readonly name: string; readonly unit: string | null },
  choice: ModelChoice,
  context: TrainingContext,
): Promise<TrainedModel> {
  const lots = specimens.map(({ lot }) => lot);
  const rng = openRandomStream(choice.seed, "ucs train");
  const folds = groupedFolds(rng.fork("folds"), lots, choice.foldCount, context.where);
  const learner = choice.kind === "forest" ? trainByForest : trainByNetwork;
  const learnt = await learner(specimens, folds, choice, context);
  const pairs = specimens.map(({ name, lot, strength: truth }, i) => {
    return { name, lot, truth, predicted: learnt.predicted[i] };
  });
  const facts = factsOf(rng, specimens, { pairs, folds, target, choice });
  const text = new TextEncoder().encode(`${JSON.stringify(facts, null, 2)}\n`);
  return {
    facts,
    pairs,
    importance: learnt.importance,
    files: { ...learnt.files, [MODEL_FILES.facts]: text },
    learning: context.hasCurve ? await curveOf(specimens, folds, learnt.table, choice, context) : [],
  };
}

function factsOf(
  rng: RandomStream,
  specimens: readonly StrengthSpecimen[],
  {
    pairs,
    folds,
    target,
    choice,
  }: Pick<TrainedModel, "pairs"> & {
    readonly folds: readonly number[];
    readonly target: { readonly name: string; readonly unit: string | null };
    readonly choice: ModelChoice;
  },
): ModelFacts {
  const strengths = pairs.map(({ truth }) => truth);
  const images = specimens.flatMap((specimen) => specimen.images);
  const guesses = pairs.map((pair, i) => ({ ...pair, predicted: meanOfOthers(strengths, folds, folds[i]) }));
  return {
    version: 1,
    kind: choice.kind,
    target: target.name,
    unit: target.unit,
    normalization: choice.kind === "cnn" ? "z-score" : choice.normalization,
    descriptors: choice.descriptors,
    pixelSizeNm: images[0].image.pixelSizeNm,
    specimenCount: specimens.length,
    imageCount: images.length,
    lotCount: new Set(pairs.map(({ lot }) => lot)).size,
    targetRange: [Math.min(...strengths), Math.max(...strengths)],
    halfWidth: halfWidthOf(pairs),
    coverage: coverageOf(pairs),
    scores: scoreStrength(rng.fork("scores"), pairs),
    chance: scoreStrength(rng.fork("scores"), guesses),
    gain: gainOverChance(rng.fork("gain"), pairs, guesses),
  };
}

/** Shares of the lots that a learning curve learns from. */
const LEARNING_SHARES = [1 / 4, 1 / 2, 1];

async function curveOf(
  specimens: readonly StrengthSpecimen[],
  folds: readonly number[],
  described: FeatureTable | null,
  choice: ModelChoice,
  { startStage, checkpoints }: TrainingContext,
): Promise<LearningCurvePoint[]> {
  const table = described ?? (await describeAll(specimens, choice, startStage));
  const stage = startStage("Learning from more and more lots", LEARNING_SHARES.length);
  const data = {
    table,
    folds,
    lots: specimens.map(({ lot }) => lot),
    strengths: specimens.map(({ strength }) => strength),
    images: specimens.map(({ images }) => images),
  };
  const { seed, workers, network } = choice;
  const points = await learningCurve(data, LEARNING_SHARES, {
    seed,
    workers,
    network,
    ...definedPart({ checkpoints }),
    onPoint: (done) => stage.update(done),
  });
  stage.finish();
  return points;
}

interface Learnt {
  /** Descriptors of the specimens, where the model uses them. */
  readonly table: FeatureTable | null;
  readonly predicted: readonly number[];
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly importance: TrainedModel["importance"];
}

async function trainByForest(
  specimens: readonly StrengthSpecimen[],
  folds: readonly number[],
  choice: ModelChoice,
  { where, startStage }: TrainingContext,
): Promise<Learnt> {
  const { seed, workers, normalization } = choice;
  const reference = specimens[0].images[0].image;
  const table = await describeAll(specimens, choice, startStage);
  checkDescriptorsVary(table, specimens, where);
  const strengths = specimens.map(({ strength }) => strength);
  const stage = startStage("Growing forests", 0);
  const budget = { treeCount: TREE_COUNT, seed, workers };
  const [predicted] = await crossPredict({ table, strengths, folds }, [{ table, folds }], budget);
  const forest = await trainForest(table, { kind: "regression", values: strengths }, budget);
  stage.finish();
  const { data, width, height } = reference;
  const kept = { data, shape: [height, width] };
  const needsReference = normalization === "histogram matching" || normalization === "none";
  return {
    table,
    predicted,
    files: {
      [MODEL_FILES.forest]: encodeForest(forest),
      [MODEL_FILES.forestOnnx]: encodeForestOnnx(forest),
      ...(needsReference ? { [MODEL_FILES.reference]: encodeNpy(kept) } : {}),
    },
    importance: importanceOf(forest),
  };
}

async function describeAll(
  specimens: readonly StrengthSpecimen[],
  { normalization, descriptors: set, workers }: ModelChoice,
  startStage: StartStage,
): Promise<FeatureTable> {
  const images = specimens.flatMap((specimen, place) =>
    specimen.images.map((image) => ({ ...image, place })),
  );
  const stage = startStage("Describing images", images.length);
  const [rows] = await describeImages(images, [namedNormalization(normalization, images[0].image)], {
    set,
    workers,
    onProgress: (done) => stage.update(done),
  });
  stage.finish(`${images.length} images`);
  return poolRows(
    rows,
    images.map(({ place }) => place),
  );
}

/** A network for every fold, and one on everything. */
async function trainByNetwork(
  specimens: readonly StrengthSpecimen[],
  folds: readonly number[],
  { network, workers: threads, seed, foldCount }: ModelChoice,
  { startStage, checkpoints }: TrainingContext,
): Promise<Learnt> {
  const stage = startStage("Training networks", foldCount + 1);
  const train = (rows: readonly number[], fold: number) =>
    trainStrengthNetwork(
      openRandomStream(seed, "ucs train", "network", fold),
      rows.flatMap((row) => specimens[row].images),
      { ...network, threads, ...definedPart({ checkpoints: checkpoints?.(`fold-${fold}`) }) },
    );
  const predicted = specimens.map(() => NaN);
  for (let fold = 0; fold < foldCount; fold++) {
    const test = rowsWhere(folds, (one) => one === fold);
    const model = await train(
      rowsWhere(folds, (one) => one !== fold),
      fold,
    );
    const images = test.map((row) => specimens[row].images);
    (await specimenPredictions(model, images, threads)).forEach((value, k) => {
      predicted[test[k]] = value;
    });
    stage.update(fold + 1);
  }
  const whole = await train([...specimens.keys()], foldCount);
  stage.finish();
  return { table: null, predicted, files: { [MODEL_FILES.network]: whole }, importance: [] };
}

function meanOfOthers(strengths: readonly number[], folds: readonly number[], fold: number): number {
  return mean(rowsWhere(folds, (one) => one !== fold).map((row) => strengths[row]));
}
