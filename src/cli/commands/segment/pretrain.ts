import { join } from "node:path";
import { counted, openRandomStream } from "../../../core/index.ts";
import { writeNewFile } from "../../../io/index.ts";
import {
  filledImage,
  imageFiles,
  openImageStack,
  sharedNotes,
  type ImageFile,
} from "../../../micrograph/index.ts";
import { pretrain, segmentSchema } from "../../../segment/index.ts";
import { RESUME_FLAG, trainInto } from "../../checkpoint-flags.ts";
import { readConfig } from "../../config/read-config.ts";
import { defineCommand } from "../../command.ts";
import { finishedRun } from "../../finished-run.ts";
import { IMAGE_FLAGS, imageRequest, outputFlags, SEED_FLAG, WORKERS_FLAG } from "../../flags.ts";
import { EPOCHS_FLAG } from "./study-of-set.ts";

/** Steps between two checkpoints. */
const CHECKPOINT_EVERY = 100;

/** `heterostem segment pretrain`: a network that knows micrographs, from images without labels. */
export const segmentPretrain = defineCommand({
  name: "pretrain",
  summary: "Train a start for segment train --from on images without labels",
  arguments: {
    study: { help: "study as YAML: the network and its training" },
    images: { help: "images, or folders of them", isVariadic: true },
  },
  flags: {
    ...IMAGE_FLAGS,
    epochs: EPOCHS_FLAG,
    seed: SEED_FLAG,
    workers: WORKERS_FLAG,
    resume: RESUME_FLAG,
    ...outputFlags("runs/pretrained"),
  },
  example: "segment pretrain configs/segment/spheroidite.yaml my-images --out runs/pretrained",
  async run({ arguments: { study, images: places }, flags }, context) {
    const { out, force, resume, seed, epochs, workers } = flags;
    const read = readConfig(study, segmentSchema, context);
    const training = { ...read.training, epochs: epochs ?? read.training.epochs };
    const config = { ...read, seed: seed ?? read.seed, training };
    const files = places.flatMap(imageFiles);
    const request = imageRequest(flags);
    const settings = { config, files, ...request };
    const done = finishedRun(out, { force, resume, context, settings });
    if (done !== null) return done;
    const job = { flags: { force, resume, checkpointEvery: CHECKPOINT_EVERY }, context, settings };
    const { trained, notes } = await trainInto(out, job, async (folder, { startStage, options }) => {
      const unlabelled: ImageFile[] = [];
      for (const file of files) {
        const stack = await openImageStack(file, request);
        unlabelled.push(...stack.frames.map((frame) => stack.image(frame)));
      }
      const images = unlabelled.map(filledImage);
      const stage = startStage("Training on images without labels", 0);
      const result = await pretrain(openRandomStream(config.seed, "segment", "pretrain"), config, images, {
        threads: workers,
        workers: Math.min(workers, training.partCount),
        checkpoints: options,
        onProgress: ({ step, steps, loss }) => stage.update(step, `loss ${loss.toFixed(3)}`, steps),
      });
      stage.finish();
      writeNewFile(join(folder, "model.onnx"), result.onnx);
      return { trained: result.trained, notes: sharedNotes(unlabelled) };
    });
    const { bestValidationLoss, bestStep, stepsDone } = trained;
    const line = `${join(out, "model.onnx")}: ${counted(files.length, "image")}, error of restored pixels ${bestValidationLoss.toFixed(3)} of the images' variance at step ${bestStep} of ${stepsDone}`;
    const text = [...notes.map((note) => `note: ${note}`), line].join("\n");
    const json = { model: join(out, "model.onnx"), bestValidationLoss, bestStep, steps: stepsDone, notes };
    return { text, json };
  },
});
