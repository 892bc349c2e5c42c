import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { counted, openRandomStream, UsageError, type RandomStream } from "../../../core/index.ts";
import {
  drawFields,
  imagesOfRecipe,
  particleRecipeSchema,
  trainDetector,
  type ParticleRecipe,
  type TrainedDetector,
} from "../../../particles/index.ts";
import { CHECKPOINT_FLAGS, trainInto, type OpenedCheckpoints } from "../../checkpoint-flags.ts";
import { defineCommand, type CommandContext } from "../../command.ts";
import { readConfig } from "../../config/read-config.ts";
import { finishedRun } from "../../finished-run.ts";
import { outputFlags, WORKERS_FLAG } from "../../flags.ts";
import { metricsFile } from "../../metrics-file.ts";
import { jsonLines, writeFiles } from "../../write-files.ts";

/** `heterostem particles train`: recipe to detector. */
export const particlesTrain = defineCommand({
  name: "train",
  summary: "Train a detector of particles on simulated images",
  arguments: { recipe: { help: "recipe of a detector, or the name of one that ships" } },
  flags: {
    from: { value: "MODEL", help: "start from this detector's weights" },
    ...CHECKPOINT_FLAGS,
    workers: WORKERS_FLAG,
    ...outputFlags("runs/particle-model"),
  },
  example: "particles train shipped/particles-bright-field --out runs/particles-bright-field",
  async run({ arguments: { recipe: path }, flags }, context) {
    const { out, force, resume, workers, from = null, checkpointEvery } = flags;
    const recipe = readConfig(path, particleRecipeSchema, context);
    const start = from === null ? null : modelBytes(from);
    const settings = { recipe, from };
    const done = finishedRun(out, { force, resume, context, settings });
    if (done !== null) return done;
    const job = { flags: { force, resume, checkpointEvery }, context, settings };
    const { trained } = await trainInto(out, job, async (folder, checkpoints) => {
      const result = await train({ recipe, start, workers, checkpoints }, context);
      writeFiles(folder, {
        "model.onnx": result.onnx,
        "learning-curve.jsonl": jsonLines(result.trained.learningCurve),
      });
      copyFileSync(checkpoints.metrics, join(folder, "metrics.jsonl"));
      return result;
    });
    const model = join(out, "model.onnx");
    const { stepsDone, bestStep, bestValidationLoss } = trained;
    const text = `${model}: trained on ${counted(recipe.imageCount, "simulated image")}, validation loss ${bestValidationLoss.toFixed(3)} at step ${bestStep} of ${stepsDone}`;
    return { text, json: { model, stepsDone, bestStep, bestValidationLoss } };
  },
});

interface TrainingJob {
  readonly recipe: ParticleRecipe;
  readonly start: Uint8Array | null;
  readonly workers: number;
  readonly checkpoints: OpenedCheckpoints;
}

async function train(
  { recipe, start, workers, checkpoints }: TrainingJob,
  { progress, version }: CommandContext,
): Promise<TrainedDetector> {
  const { name, seed, modality, edgePx, cropPx, imageCount, validationCount, network, training } = recipe;
  const rng = openRandomStream(seed, "particles", modality);
  const drawImage = imagesOfRecipe(recipe);
  const drawing = checkpoints.startStage("Simulating images", imageCount + validationCount);
  const draw = (stream: RandomStream, count: number, done: number) =>
    drawFields(stream, drawImage, { edgePx, count, onField: (own) => drawing.update(done + own) });
  const fields = {
    validation: draw(rng.fork("validation fields"), validationCount, 0),
    training: draw(rng.fork("training fields"), imageCount, validationCount),
  };
  drawing.finish(counted(imageCount + validationCount, "image"));
  const stage = checkpoints.startStage("Training the detector", 0);
  const onMetrics = metricsFile(checkpoints.metrics, training.batchSize, progress.now);
  const trained = await trainDetector(
    rng,
    fields,
    { network, cropPx, ...training },
    {
      metadata: { name, modality, heterostemVersion: version, recipe },
      threads: workers,
      checkpoints: checkpoints.options,
      ...(start === null ? {} : { startFrom: start }),
      onProgress(step) {
        onMetrics(step);
        stage.update(step.step, `of ${step.steps}, loss ${step.loss.toFixed(3)}`);
      },
    },
  );
  stage.finish(counted(trained.trained.stepsDone, "step"));
  return trained;
}

function modelBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UsageError(`Cannot train: --from must name a detector, got no readable file (${path})`, {
      cause,
    });
  }
}
