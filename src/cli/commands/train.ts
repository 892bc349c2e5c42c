import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { openCorpus } from "../../corpus/index.ts";
import { chooseDevice } from "../../graph/index.ts";
import { counted, UsageError, type Work } from "../../core/index.ts";
import {
  checkStartModel,
  drawStreamSets,
  drawTrainingSets,
  loadCorpus,
  planInversion,
  recipeOfCorpus,
  sliceDataSet,
  inversionRecipeSchema,
  trainingFigure,
  trainInversion,
  type StartModel,
  type InversionPlan,
  type InversionRecipe,
  type TrainedInversion,
  type TrainingSets,
} from "../../inverse/index.ts";
import { defineCommand, type CommandResult } from "../command.ts";
import { CHECKPOINT_FLAGS, openCheckpoints } from "../checkpoint-flags.ts";
import { readConfig, shippedConfig, type ConfigContext } from "../config/read-config.ts";
import { warnOfField } from "../field-warning.ts";
import { outputFlags, positiveNumber, SEED_FLAG, wholeNumber, WORKERS_FLAG } from "../flags.ts";
import { metricsFile } from "../metrics-file.ts";
import { checkOutputFolder } from "../output-folder.ts";
import { runInto } from "../run-into.ts";
import { jsonLines, writeFiles } from "../write-files.ts";
import { FROM_FLAG, startModel } from "../start-model.ts";

/** Share of a corpus that chooses the best weights and calibrates the intervals; its last samples. */
const VALIDATION_SHARE = 0.1;

/** `heterostem train`: corpus to model. */
export const trainCommand = defineCommand({
  name: "train",
  summary: "Train a network on a corpus: images to model parameters with intervals",
  arguments: {
    corpus: {
      help: "folder that heterostem generate wrote, or a recipe (.yaml) whose samples are drawn into memory",
    },
  },
  flags: {
    epochs: { value: "N", help: "passes over the images (over the recipe's)", parse: wholeNumber(1, 10_000) },
    learningRate: {
      value: "RATE",
      help: "peak step size of Adam (over the recipe's)",
      parse: positiveNumber("units of the weights"),
    },
    stream: {
      help: "train on fresh samples of the recipe, drawn while training and seen once, in place of stored ones",
    },
    from: FROM_FLAG,
    device: {
      value: "NAME",
      help: "processor that trains; auto takes the fastest that works",
      choices: ["auto", "cpu", "webgpu", "cuda"],
      default: "cpu",
    },
    ...CHECKPOINT_FLAGS,
    seed: SEED_FLAG,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/model"),
  },
  example: "train runs/corpus --epochs 4 --out runs/model",
  async run({ arguments: { corpus }, flags }, context) {
    const { out, force, workers } = flags;
    checkOutputFolder(out, force);
    const start = startModel(flags.from);
    const checkpoints = openCheckpoints(out, flags, context);
    const device = await chooseDevice(flags.device, { vulkanDriver: process.env["VK_DRIVER_FILES"] });
    const work = { workers, ...context, startStage: checkpoints.startStage };
    const samples = await openSamples(corpus, { ...start, ...flags }, work);
    const { plan } = samples;
    const settings = { corpus, config: plan.recipe };
    const trained = await runInto(out, { force, context, settings }, async (folder) => {
      const result = await trainInversion(plan, {
        ...samples.sets,
        ...start,
        sampleSeed: samples.sampleSeed,
        ...work,
        isStreamed: flags.stream,
        device,
        checkpoints: checkpoints.options,
        onStep: metricsFile(checkpoints.metrics, plan.training.batchSize, context.progress.now),
        heterostemVersion: context.version,
      });
      writeModel(folder, result);
      copyFileSync(checkpoints.metrics, join(folder, "metrics.jsonl"));
      return result;
    });
    checkpoints.discard();
    return resultOf(trained, { model: join(out, "model.onnx"), device, ...samples });
  },
});

/** What a call says of its samples. */
interface SampleChoice {
  readonly stream: boolean;
  readonly startModel?: StartModel;
  readonly epochs: number | undefined;
  readonly learningRate: number | undefined;
  readonly seed: number | undefined;
}

/** Samples to train on, with the plan that they are used by. */
interface Samples {
  readonly plan: InversionPlan;
  readonly sets: TrainingSets;
  readonly sampleSeed: number;
}

function openSamples(path: string, choice: SampleChoice, work: Work & ConfigContext): Promise<Samples> {
  const isShipped = !existsSync(path) && shippedConfig(path, work.packageFolder) !== null;
  if (/\.ya?ml$/.test(path) || isShipped) return drawnSamples(path, choice, work);
  if (!choice.stream) return storedSamples(path, choice, work);
  throw new UsageError(`Cannot train: --stream wants a recipe (.yaml) to draw from, got a corpus (${path})`);
}

async function drawnSamples(
  path: string,
  choice: SampleChoice,
  work: Work & ConfigContext,
): Promise<Samples> {
  const plan = planInversion(withFlags(readConfig(path, inversionRecipeSchema, work), choice));
  warnOfField(plan.recipe, work);
  const { stream: isStreamed, startModel: first } = choice;
  // a stream has no end, and its validation images a seed of their own
  const trainCount = isStreamed ? Infinity : plan.counts.trainCount;
  if (first !== undefined) checkStartModel(plan, first, { seed: plan.seed, trainCount });
  const sets = await (isStreamed ? drawStreamSets : drawTrainingSets)(plan, work);
  return { plan, sets, sampleSeed: plan.seed };
}

async function storedSamples(
  path: string,
  choice: SampleChoice,
  work: Work & ConfigContext,
): Promise<Samples> {
  const corpus = openCorpus(path);
  const recipe = recipeOfCorpus(corpus.manifest, path);
  warnOfField(recipe, work);
  const plan = planInversion(withFlags(recipe, choice));
  const { hasCountMaps: hasAggregates, intensities: scale } = plan.network;
  const data = await loadCorpus(corpus, plan, { hasAggregates, scale, startStage: work.startStage });
  const { count } = data;
  const trainCount = count - Math.max(1, Math.round(VALIDATION_SHARE * count));
  const sampleSeed = recipe.seed;
  const { startModel: first } = choice;
  if (first !== undefined) checkStartModel(plan, first, { seed: sampleSeed, trainCount });
  const sets = {
    training: sliceDataSet(data, 0, trainCount),
    validation: sliceDataSet(data, trainCount, count),
  };
  return { plan, sets, sampleSeed };
}

function withFlags(recipe: InversionRecipe, flags: SampleChoice): InversionRecipe {
  const { epochs = recipe.training.epochs, learningRate = recipe.training.learningRate } = flags;
  const { seed = recipe.seed } = flags;
  return { ...recipe, seed, training: { ...recipe.training, epochs, learningRate } };
}

/** The training's figures for a terminal and as JSON. */
function resultOf(
  { learningCurve, bestStep, steps, model: { targets, provenance } }: TrainedInversion,
  { model, device, sets }: Samples & { readonly model: string; readonly device: string },
): CommandResult {
  const best = learningCurve.find(({ step }) => step === bestStep);
  const trainingImages = provenance["trainingImages"];
  const validationLoss = best?.validationLoss ?? null;
  const validationImages = sets.validation.count;
  const json = { model, device, trainingImages, validationImages, steps, bestStep, validationLoss, targets };
  const text =
    `${model}: ${counted(targets.length, "quantity", "quantities")} from ${trainingImages} images, ` +
    `validation loss ${validationLoss?.toFixed(3)} at step ${bestStep} of ${steps}`;
  return { text, json };
}

function writeModel(folder: string, { onnx, model, learningCurve }: TrainedInversion): void {
  writeFiles(folder, {
    "model.onnx": onnx,
    "learning-curve.svg": trainingFigure(learningCurve, model).svg,
    "learning-curve.jsonl": jsonLines(learningCurve),
  });
}
