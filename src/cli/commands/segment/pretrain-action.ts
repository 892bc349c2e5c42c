import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRandomStream } from "../../../core/index.ts";
import { imageFiles, readImageFile } from "../../../micrograph/index.ts";
import { pretrain, segmentSchema } from "../../../segment/index.ts";
import { readYaml } from "../../config/read-yaml.ts";
import { workerCount } from "../../flags.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import type { NamedAction } from "../../named-action.ts";

/** `segment pretrain`: a network that knows micrographs, from images without labels. */
export const pretrainAction: NamedAction = {
  flags: ["epochs", "seed", "workers", "out", "force"],
  wanted: "a study (YAML) and images, or folders of images",
  pathCount: [2, 100_000],
  async run({ paths: [study, ...places], flags }, context) {
    const {
      out = "runs/pretrained",
      force,
      seed,
      epochs,
    } = flags as {
      out?: string;
      force?: true;
      seed?: number;
      epochs?: number;
    };
    const read = readYaml(study, segmentSchema);
    const training = { ...read.training, epochs: epochs ?? read.training.epochs };
    const config = { ...read, seed: seed ?? read.seed, training };
    const files = places.flatMap(imageFiles);
    const stage = startStage(context.progress, "Training on images without labels", 0);
    const trained = await writeFolderAtomically(out, { force: force === true }, async (folder) => {
      const images = [];
      for (const file of files) images.push((await readImageFile(file)).image);
      const result = await pretrain(openRandomStream(config.seed, "segment", "pretrain"), config, images, {
        threads: workerCount(flags),
        workers: Math.min(workerCount(flags), training.partCount),
        onProgress: ({ step, steps, loss }) => stage.update(step, `of ${steps}, loss ${loss.toFixed(3)}`),
      });
      writeFileSync(join(folder, "model.onnx"), result.onnx);
      writeFileSync(
        join(folder, RUN_FILE),
        runRecord("segment pretrain", context.version, { config, files }),
      );
      return result.trained;
    });
    stage.finish();
    const { bestValidationLoss, bestStep, stepsDone } = trained;
    const text = `${join(out, "model.onnx")}: ${files.length} images, error of restored pixels ${bestValidationLoss.toFixed(3)} of the images' variance at step ${bestStep} of ${stepsDone}`;
    return { text, json: { model: join(out, "model.onnx"), bestValidationLoss, bestStep, steps: stepsDone } };
  },
};
