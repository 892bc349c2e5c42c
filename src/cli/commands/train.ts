import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { openCorpus } from "../../corpus/index.ts";
import { counted, definedPart, usageError, type Work } from "../../core/index.ts";
import {
  checkStartModel,
  drawStreamSets,
  inversionStream,
  loadCorpusTraining,
  planCorpusUse,
  planInversion,
  recipeOfCorpus,
  inversionRecipeSchema,
  learnedTable,
  trainingFigure,
  trainInversion,
  type StartModel,
  type StreamedTraining,
  type InversionPlan,
  type InversionRecipe,
  type TrainedInversion,
  type TrainingSets,
} from "../../inverse/index.ts";
import { informationOfR2 } from "../../posterior/index.ts";
import { tableText } from "../../report/index.ts";
import { defineCommand, type CommandContext, type CommandResult } from "../command.ts";
import { CHECKPOINT_FLAGS, trainInto } from "../checkpoint-flags.ts";
import { readConfig, shippedConfig } from "../config/read-config.ts";
import { checkEngine, chooseEngine, DEVICE_FLAG, engineSettings, ENGINE_FLAG } from "../engine-flag.ts";
import { warnOfField } from "../field-warning.ts";
import { finishedRun } from "../finished-run.ts";
import {
  MAX_MEMORY_FLAG,
  outputFlags,
  positiveNumber,
  SEED_FLAG,
  wholeNumber,
  WORKERS_FLAG,
} from "../flags.ts";
import { growTrainingSets } from "../kept-samples.ts";
import { metricsFile } from "../metrics-file.ts";
import { checkTrial, planOnRenderer, RENDERER_FLAG, type RendererRequest } from "../renderer-flag.ts";
import { jsonLines, writeFiles } from "../write-files.ts";
import { FROM_FLAG, startModel } from "../start-model.ts";
import { isTableName } from "../measured-table-file.ts";
import { trainTable } from "./train-table.ts";

/** `heterostem train`: corpus to model. */
export const trainCommand = defineCommand({
  name: "train",
  summary: "Train a network on a corpus: images to model parameters with intervals",
  arguments: {
    corpus: {
      help:
        "folder that heterostem generate wrote, a recipe (.yaml) whose samples are grown first, or a table (.csv) of images " +
        "with measured numbers: columns image, the numbers, and where there are such group and pixel_size_nm",
    },
  },
  flags: {
    targets: {
      value: "COLUMNS",
      help: "columns of a table that are learnt, with commas between (default: all numbers)",
      parse: (text: string) => text.split(",").map((name) => name.trim()),
    },
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
    renderer: RENDERER_FLAG,
    device: DEVICE_FLAG,
    engine: ENGINE_FLAG,
    ...CHECKPOINT_FLAGS,
    seed: SEED_FLAG,
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/model"),
  },
  example: "train runs/corpus --epochs 4 --out runs/model",
  async run({ arguments: { corpus }, flags }, context) {
    checkEngine(flags);
    if (isTableName(corpus)) {
      if (flags.renderer !== "cpu") checkDrawn(corpus, { ...flags, stream: false }, "a table");
      return trainTable(corpus, flags, context);
    }
    const { out, workers, stream, from, targets } = flags;
    if (targets !== undefined) {
      const remedy = "the recipe's training section says what is learnt";
      throw usageError(
        { action: "train", where: corpus },
        `--targets wants a table (.csv); ${remedy}`,
        "no table",
      );
    }
    const start = startModel(from);
    checkTrial("train", { renderer: flags.renderer, rival: flags.resume ? "--resume" : null });
    const { plan, load, renderer } = await planSamples(corpus, { ...start, ...flags }, context);
    const settings = {
      corpus,
      stream,
      from,
      config: plan.recipe,
      ...engineSettings(flags.engine),
      ...definedPart({ renderer }),
    };
    const done = finishedRun(out, { ...flags, context, settings });
    if (done !== null) return done;
    const trained = await trainInto(out, { flags, context, settings }, async (folder, checkpoints) => {
      const device = await chooseEngine(flags, context.progress);
      const work = { workers, ...context, startStage: checkpoints.startStage };
      const { sets, sampleSeed, streamed } = await load({ ...work, samples: checkpoints.samples });
      const result = await trainInversion(plan, {
        ...sets,
        ...start,
        sampleSeed,
        ...work,
        ...definedPart({ streamed }),
        device,
        checkpoints: checkpoints.options,
        onStep: metricsFile(checkpoints.metrics, plan.training.batchSize, context.progress.now),
        heterostemVersion: context.version,
      });
      writeModel(folder, result);
      copyFileSync(checkpoints.metrics, join(folder, "metrics.jsonl"));
      return { result, device, validationImages: sets.validation.count };
    });
    return resultOf({ ...trained, model: join(out, "model.onnx") });
  },
});

/** What a call says of its samples. */
interface SampleChoice {
  readonly stream: boolean;
  readonly renderer: RendererRequest;
  readonly workers: number;
  readonly startModel?: StartModel;
  readonly epochs: number | undefined;
  readonly learningRate: number | undefined;
  readonly seed: number | undefined;
}

interface Samples {
  readonly sets: TrainingSets;
  readonly sampleSeed: number;
  /** Training samples that are drawn or read while the training runs; none where the sets hold them all. */
  readonly streamed?: StreamedTraining | undefined;
}

/** Samples to train on: the plan that they are used by, and how they are drawn or read. */
interface PlannedSamples {
  readonly plan: InversionPlan;
  /** Device that computes the images, where it is not the CPU. */
  readonly renderer?: string | undefined;
  readonly load: (work: LoadingWork) => Promise<Samples>;
}

interface LoadingWork extends Work, Pick<CommandContext, "progress" | "version"> {
  /** Folder of the samples that are grown for this training. */
  readonly samples: string;
}

async function planSamples(
  path: string,
  choice: SampleChoice,
  context: CommandContext,
): Promise<PlannedSamples> {
  const isShipped = !existsSync(path) && shippedConfig(path, context.packageFolder) !== null;
  if (/\.ya?ml$/.test(path) || isShipped) return drawnSamples(path, choice, context);
  checkDrawn(path, choice, "a corpus");
  return storedSamples(path, choice);
}

/** Flags that say how samples are drawn are for recipes. */
function checkDrawn(
  path: string,
  { stream, renderer }: Pick<SampleChoice, "stream" | "renderer">,
  got: string,
): void {
  const flag = stream ? "--stream" : renderer === "cpu" ? null : "--renderer";
  if (flag === null) return;
  throw usageError({ action: "train", where: path }, `${flag} wants a recipe (.yaml) to draw from`, got);
}

async function drawnSamples(
  path: string,
  choice: SampleChoice,
  context: CommandContext,
): Promise<PlannedSamples> {
  const recipe = withFlags(readConfig(path, inversionRecipeSchema, context), choice);
  const { plan, device } = await planOnRenderer(choice.renderer, planInversion(recipe), {
    workers: choice.workers,
    progress: context.progress,
  });
  const { stream: isStreamed, startModel: first } = choice;
  // a stream has no end, and its validation images a seed of their own
  const trainCount = isStreamed ? Infinity : plan.counts.trainCount;
  if (first !== undefined) checkStartModel(plan, first, { seed: plan.seed, trainCount });
  const load: PlannedSamples["load"] = async (work) => {
    warnOfField(plan.recipe, work);
    const sampleSeed = plan.seed;
    const { samples, counts } = plan;
    const { workers } = work;
    if (!isStreamed) {
      const place = { action: "train", folder: work.samples, workers, device };
      const { streamed, ...sets } = await growTrainingSets(plan, place, work);
      return { sets, sampleSeed, streamed };
    }
    const fresh: StreamedTraining = {
      open: (encoding) => inversionStream(samples, encoding, { count: counts.trainCount, workers }),
      imageCount: Infinity,
    };
    return { sets: await drawStreamSets(plan, work), sampleSeed, streamed: fresh };
  };
  return { plan, load, renderer: device };
}

function storedSamples(path: string, choice: SampleChoice): PlannedSamples {
  const corpus = openCorpus(path);
  const recipe = recipeOfCorpus(corpus.manifest, path);
  const plan = planInversion(withFlags(recipe, choice));
  const use = planCorpusUse(corpus, plan);
  const { trainCount } = use;
  const sampleSeed = recipe.seed;
  const { startModel: first } = choice;
  if (first !== undefined) checkStartModel(plan, first, { seed: sampleSeed, trainCount });
  const load: PlannedSamples["load"] = async (work) => {
    warnOfField(recipe, work);
    const { startStage } = work;
    const { streamed, ...sets } = await loadCorpusTraining(corpus, plan, { startStage, use });
    return { sets, sampleSeed, streamed };
  };
  return { plan, load };
}

function withFlags(recipe: InversionRecipe, flags: SampleChoice): InversionRecipe {
  const { epochs = recipe.training.epochs, learningRate = recipe.training.learningRate } = flags;
  const { seed = recipe.seed } = flags;
  return { ...recipe, seed, training: { ...recipe.training, epochs, learningRate } };
}

interface Trained {
  readonly result: TrainedInversion;
  /** File of the model. */
  readonly model: string;
  readonly device: string;
  readonly validationImages: number;
}

/** The training's figures for a terminal and as JSON. */
function resultOf({ result, model: file, device, validationImages }: Trained): CommandResult {
  const { learningCurve, bestStep, steps, model } = result;
  const { targets, provenance } = model;
  const best = learningCurve.find(({ step }) => step === bestStep);
  const trainingImages = provenance["trainingImages"];
  const validationLoss = best?.validationLoss ?? null;
  const { validationR2 } = result.model;
  const json = {
    model: file,
    device,
    trainingImages,
    validationImages,
    steps,
    bestStep,
    validationLoss,
    targets,
    validationR2,
  };
  const text =
    `${file}: ${counted(targets.length, "quantity", "quantities")} from ${trainingImages} images, ` +
    `validation loss ${validationLoss?.toFixed(3)} at step ${bestStep} of ${steps}`;
  return { text: [text, tableText(learnedTable(model)), ...warnings(model)].join("\n\n"), json };
}

/** A network that says nothing of anything is told of. */
function warnings({ validationR2 }: TrainedInversion["model"]): string[] {
  if (!validationR2.every((r2) => informationOfR2(r2) === "the prior")) return [];
  return [
    "The network has learned next to nothing: its answers are the prior. Train longer or on more images, or narrow the recipe.",
  ];
}

function writeModel(folder: string, { onnx, model, learningCurve }: TrainedInversion): void {
  writeFiles(folder, {
    "model.onnx": onnx,
    "learning-curve.svg": trainingFigure(learningCurve, model).svg,
    "learning-curve.jsonl": jsonLines(learningCurve),
  });
}
