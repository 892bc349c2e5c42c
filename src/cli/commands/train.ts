import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chooseDevice, type DeviceRequest } from "../../graph/index.ts";
import type { StartStage } from "../../core/index.ts";
import {
  checkStartModel,
  drawStreamSets,
  drawTrainingSets,
  loadCorpus,
  sliceDataSet,
  inversionRecipeSchema,
  trainingFigure,
  trainInversion,
  type StartModel,
  type InversionRecipe,
  type TrainedInversion,
  type TrainingSets,
} from "../../inverse/index.ts";
import type { CommandInput, CommandSpec } from "../command.ts";
import { CHECKPOINT_FLAGS, openCheckpoints } from "../checkpoint-flags.ts";
import { readYaml } from "../config/read-yaml.ts";
import {
  FORCE_FLAG,
  OUT_FLAG,
  positiveNumber,
  SEED_FLAG,
  wholeNumber,
  workerCount,
  WORKERS_FLAG,
} from "../flags.ts";
import { metricsFile } from "../metrics-file.ts";
import { checkOutputFolder, RUN_FILE, writeFolderAtomically } from "../output-folder.ts";
import { startStage } from "../progress.ts";
import { runRecord } from "../run-record.ts";
import { FROM_FLAG, startModel } from "../start-model.ts";
import { UsageError } from "../../core/index.ts";

/** Share of a corpus that chooses the best weights and calibrates the intervals; its last samples. */
const VALIDATION_SHARE = 0.1;

const DEVICES: readonly DeviceRequest[] = ["auto", "cpu", "webgpu", "cuda"];

function parseDevice(text: string): DeviceRequest {
  const device = DEVICES.find((known) => known === text);
  if (device !== undefined) return device;
  throw new RangeError(`wanted one of ${DEVICES.join(", ")}, got ${text}`);
}

/** `heterostem train`: corpus to model. */
export const trainCommand: CommandSpec = {
  name: "train",
  summary: "Train a network on a corpus: images to model parameters with intervals",
  arguments: [
    {
      name: "corpus",
      help: "folder that heterostem generate wrote, or a recipe (.yaml) whose samples are drawn into memory",
    },
  ],
  flags: [
    {
      name: "epochs",
      value: "N",
      help: "passes over the images (over the recipe's)",
      parse: wholeNumber(1, 10_000),
    },
    {
      name: "learning-rate",
      value: "RATE",
      help: "peak step size of Adam (over the recipe's)",
      parse: positiveNumber("units of the weights"),
    },
    {
      name: "stream",
      help: "train on fresh samples of the recipe, drawn while training and seen once, in place of stored ones",
    },
    FROM_FLAG,
    {
      name: "device",
      value: "NAME",
      help: "auto, cpu, webgpu or cuda; auto takes the fastest that works (default: cpu)",
      parse: parseDevice,
    },
    ...CHECKPOINT_FLAGS,
    SEED_FLAG,
    WORKERS_FLAG,
    { ...OUT_FLAG, help: `${OUT_FLAG.help} (default: runs/model)` },
    FORCE_FLAG,
  ],
  example: "train runs/corpus --epochs 4 --out runs/model",
  async run(input, context) {
    const corpusFolder = input.arguments[0] as string;
    const out = (input.flags["out"] as string | undefined) ?? "runs/model";
    const force = input.flags["force"] === true;
    checkOutputFolder(out, force);
    const start = startModel(input);
    const checkpoints = openCheckpoints(out, input);
    const device = await chooseDevice((input.flags["device"] as DeviceRequest | undefined) ?? "cpu", {
      vulkanDriver: process.env["VK_DRIVER_FILES"],
    });
    const begin = (title: string, total: number) => startStage(context.progress, title, total);
    const { config, sets, sampleSeed } = await openSamples(input, start, begin);
    const isStreamed = input.flags["stream"] === true;
    const trained = await writeFolderAtomically(out, { force }, async (folder) => {
      const result = await trainInversion(config, {
        ...sets,
        ...start,
        sampleSeed,
        ...(isStreamed ? { streamWorkers: workerCount(input.flags) } : {}),
        threads: workerCount(input.flags),
        device,
        checkpoints: checkpoints.options,
        onStep: metricsFile(checkpoints.metrics, config.training.batchSize, context.progress.now),
        heterostemVersion: context.version,
        startStage: begin,
      });
      writeModel(folder, result);
      copyFileSync(checkpoints.metrics, join(folder, "metrics.jsonl"));
      writeFileSync(
        join(folder, RUN_FILE),
        runRecord("train", context.version, { corpus: corpusFolder, config }),
      );
      return result;
    });
    rmSync(checkpoints.folder, { recursive: true, force: true });
    const best = trained.learningCurve.find(({ step }) => step === trained.bestStep);
    const result = {
      model: join(out, "model.onnx"),
      device,
      trainingImages: trained.model.provenance["trainingImages"],
      validationImages: sets.validation.count,
      steps: trained.steps,
      bestStep: trained.bestStep,
      validationLoss: best?.validationLoss ?? null,
      targets: trained.model.targets,
    };
    const text =
      `${result.model}: ${trained.model.targets.length} quantities from ${result.trainingImages} images, ` +
      `validation loss ${result.validationLoss?.toFixed(3)} at step ${result.bestStep} of ${result.steps}`;
    return { text, json: result };
  },
};

/** Samples to train on, with the study they belong to. */
async function openSamples(
  input: CommandInput,
  { startModel: first }: { readonly startModel?: StartModel },
  begin: StartStage,
): Promise<{ readonly config: InversionRecipe; readonly sets: TrainingSets; readonly sampleSeed: number }> {
  const path = input.arguments[0] as string;
  const isStreamed = input.flags["stream"] === true;
  if (/\.ya?ml$/.test(path)) {
    const config = withFlags(readYaml(path, inversionRecipeSchema), input);
    // a stream has no end, and its validation images a seed of their own
    const trainCount = isStreamed ? Infinity : config.corpus.trainCount;
    if (first !== undefined) checkStartModel(config, first, { seed: config.seed, trainCount });
    const draw = isStreamed ? drawStreamSets : drawTrainingSets;
    const sets = await draw(config, { workers: workerCount(input.flags), startStage: begin });
    return { config, sets, sampleSeed: config.seed };
  }
  if (isStreamed) {
    throw new UsageError(
      `Cannot train: --stream wants a recipe (.yaml) to draw from, got a corpus (${path})`,
    );
  }
  const corpus = await loadCorpus(path, begin, ({ training }) => ({
    hasAggregates: training.census,
    scale: training.intensities,
  }));
  const config = withFlags(corpus.config, input);
  const { count } = corpus.data;
  const trainCount = count - Math.max(1, Math.round(VALIDATION_SHARE * count));
  const sampleSeed = corpus.config.seed;
  if (first !== undefined) checkStartModel(config, first, { seed: sampleSeed, trainCount });
  const sets = {
    training: sliceDataSet(corpus.data, 0, trainCount),
    validation: sliceDataSet(corpus.data, trainCount, count),
  };
  return { config, sets, sampleSeed };
}

function withFlags(config: InversionRecipe, { flags }: CommandInput): InversionRecipe {
  const epochs = (flags["epochs"] as number | undefined) ?? config.training.epochs;
  const learningRate = (flags["learning-rate"] as number | undefined) ?? config.training.learningRate;
  const seed = (flags["seed"] as number | undefined) ?? config.seed;
  return { ...config, seed, training: { ...config.training, epochs, learningRate } };
}

function writeModel(folder: string, { onnx, model, learningCurve }: TrainedInversion): void {
  writeFileSync(join(folder, "model.onnx"), onnx);
  writeFileSync(join(folder, "learning-curve.svg"), trainingFigure(learningCurve, model).svg);
  const lines = learningCurve.map((point) => JSON.stringify(point)).join("\n");
  writeFileSync(join(folder, "learning-curve.jsonl"), `${lines}\n`);
}
