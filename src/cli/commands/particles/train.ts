import { copyFileSync } from "node:fs";
import { join } from "node:path";
import {
  counted,
  openRandomStream,
  UsageError,
  type RandomStream,
  type StartStage,
} from "../../../core/index.ts";
import {
  drawFields,
  imagesOfRecipe,
  outlinedFields,
  PARTS_PER_IMAGE,
  TUNING,
  particleRecipeSchema,
  readDetectorMetadata,
  trainDetector,
  type DetectorTraining,
  type ParticleRecipe,
  type StoredField,
  type TrainedDetector,
} from "../../../particles/index.ts";
import { CHECKPOINT_FLAGS, trainInto, type OpenedCheckpoints } from "../../checkpoint-flags.ts";
import { defineCommand, type CommandContext } from "../../command.ts";
import { readConfig } from "../../config/read-config.ts";
import { finishedRun } from "../../finished-run.ts";
import { MAX_MEMORY_FLAG, outputFlags, wholeNumber, WORKERS_FLAG } from "../../flags.ts";
import { metricsFile } from "../../metrics-file.ts";
import { jsonLines, writeFiles } from "../../write-files.ts";
import { isFolder, readOutlined } from "./read-outlined.ts";
import { readInput } from "../../read-input.ts";

/** `heterostem particles train`: recipe to detector. */
export const particlesTrain = defineCommand({
  name: "train",
  summary: "Train a detector on simulated images, or tune one on outlined images",
  arguments: {
    recipe: { help: "recipe of a detector, or folder with images/ and particles/ to tune one on" },
  },
  flags: {
    from: { value: "MODEL", help: "start from this detector's weights; needed to tune one" },
    epochs: {
      value: "N",
      help: "passes over the images, over the recipe's (tuning: 40)",
      parse: wholeNumber(1, 10_000),
    },
    ...CHECKPOINT_FLAGS,
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    ...outputFlags("runs/particle-model"),
  },
  example: "particles train shipped/particles-bright-field --out runs/particles-bright-field",
  async run({ arguments: { recipe: path }, flags }, context) {
    const { out, force, resume, workers, from = null, checkpointEvery } = flags;
    const start = from === null ? null : readInput(from, "train", "--from must name a detector");
    const plan = isFolder(path)
      ? tuningPlan(path, start, flags.epochs)
      : simulationPlan(readConfig(path, particleRecipeSchema, context), flags.epochs);
    const settings = { ...plan.settings, from };
    const done = finishedRun(out, { force, resume, context, settings });
    if (done !== null) return done;
    const job = { flags: { force, resume, checkpointEvery }, context, settings };
    const { trained, threshold, f1 } = await trainInto(out, job, async (folder, checkpoints) => {
      const result = await train({ plan, start, workers, checkpoints }, context);
      writeFiles(folder, {
        "model.onnx": result.onnx,
        "learning-curve.jsonl": jsonLines(result.trained.learningCurve),
      });
      copyFileSync(checkpoints.metrics, join(folder, "metrics.jsonl"));
      return result;
    });
    const model = join(out, "model.onnx");
    const { stepsDone, bestStep, bestValidationLoss } = trained;
    const text = `${model}: ${plan.text}, validation loss ${bestValidationLoss.toFixed(3)} at step ${bestStep} of ${stepsDone}, F1 ${f1.toFixed(2)}; a particle counts from a probability of ${threshold}`;
    return { text, json: { model, stepsDone, bestStep, bestValidationLoss, threshold, f1 } };
  },
});

/** What is trained on, and how. */
interface TrainingPlan {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly training: DetectorTraining;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly fields: (rng: RandomStream, startStage: StartStage) => Promise<TrainingFields>;
  /** What was done, for the terminal. */
  readonly text: string;
}

interface TrainingFields {
  readonly training: readonly StoredField[];
  readonly validation: readonly StoredField[];
}

function simulationPlan(recipe: ParticleRecipe, epochs = recipe.training.epochs): TrainingPlan {
  const { name, seed, modality, edgePx, cropPx, imageCount, validationCount, network } = recipe;
  return {
    settings: { recipe, epochs },
    seed,
    training: { network, cropPx, threshold: recipe.threshold, ...recipe.training, epochs },
    metadata: { name, modality, recipe },
    text: `trained on ${counted(imageCount, "simulated image")}`,
    async fields(rng, startStage) {
      const drawImage = imagesOfRecipe(recipe);
      const stage = startStage("Simulating images", imageCount + validationCount);
      const draw = (stream: RandomStream, count: number, done: number) =>
        drawFields(stream, drawImage, { edgePx, count, onField: (own) => stage.update(done + own) });
      const validation = await draw(rng.fork("validation fields"), validationCount, 0);
      const training = await draw(rng.fork("training fields"), imageCount, validationCount);
      stage.finish(counted(imageCount + validationCount, "image"));
      return { training, validation };
    },
  };
}

function tuningPlan(folder: string, start: Uint8Array | null, epochs: number = TUNING.epochs): TrainingPlan {
  if (start === null) {
    throw new UsageError(
      `Cannot tune detector: wanted one to start from, got none (${folder}); name it with --from`,
    );
  }
  const { network, modality } = readDetectorMetadata(start);
  return {
    settings: { folder, epochs },
    seed: 1,
    training: { ...TUNING, network, epochs },
    metadata: { name: "tuned", modality, tunedOn: folder },
    text: `tuned on the images of ${folder}`,
    async fields(rng) {
      const images = await readOutlined(folder);
      const split = outlinedFields(rng.fork("split"), images, modality, TUNING.cropPx);
      const repeated = (fields: readonly StoredField[], times: number) =>
        Array.from({ length: times }, () => fields).flat();
      return {
        training: repeated(split.training, PARTS_PER_IMAGE),
        validation: repeated(split.validation, PARTS_PER_IMAGE),
      };
    },
  };
}

interface TrainingJob {
  readonly plan: TrainingPlan;
  readonly start: Uint8Array | null;
  readonly workers: number;
  readonly checkpoints: OpenedCheckpoints;
}

async function train(
  { plan, start, workers, checkpoints }: TrainingJob,
  { progress, version }: CommandContext,
): Promise<TrainedDetector> {
  const rng = openRandomStream(plan.seed, "particles", String(plan.metadata.modality));
  const fields = await plan.fields(rng, checkpoints.startStage);
  const stage = checkpoints.startStage("Training the detector", 0);
  const onMetrics = metricsFile(checkpoints.metrics, plan.training.batchSize, progress.now);
  const trained = await trainDetector(rng, fields, plan.training, {
    metadata: { ...plan.metadata, heterostemVersion: version },
    threads: workers,
    checkpoints: checkpoints.options,
    ...(start === null ? {} : { startFrom: start }),
    onProgress(step) {
      onMetrics(step);
      stage.update(step.step, `loss ${step.loss.toFixed(3)}`, step.steps);
    },
  });
  stage.finish(counted(trained.trained.stepsDone, "step"));
  return trained;
}
