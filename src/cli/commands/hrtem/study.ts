import { counted } from "../../../core/index.ts";
import { join, resolve } from "node:path";
import {
  hrtemStudySchema,
  scoreText,
  trainingReport,
  trainingResults,
  trainOnSimulated,
  type HrtemStudyConfig,
  type HrtemTrainingResult,
  type TrainingPage,
} from "../../../hrtem/index.ts";
import { CHECKPOINT_FLAGS, trainInto } from "../../checkpoint-flags.ts";
import { defineCommand } from "../../command.ts";
import { finishedRun } from "../../finished-run.ts";
import { readConfig, type ConfigContext } from "../../config/read-config.ts";
import { FORCE_FLAG, MAX_MEMORY_FLAG, OUT_FLAG, QUICK_FLAG, SEED_FLAG, WORKERS_FLAG } from "../../flags.ts";
import { writeFiles } from "../../write-files.ts";
import { writeExamples, writePopulation } from "./write-scores.ts";

/** `heterostem hrtem study`: simulated images to model, scores, statistics, report. */
export const hrtemStudy = defineCommand({
  name: "study",
  summary: "Simulate images, train network and forest, score them on held-out images, report",
  arguments: { recipe: { help: "recipe of the images and the training, as YAML" } },
  flags: {
    quick: QUICK_FLAG,
    seed: SEED_FLAG,
    workers: WORKERS_FLAG,
    maxMemory: MAX_MEMORY_FLAG,
    ...CHECKPOINT_FLAGS,
    out: { ...OUT_FLAG, help: `${OUT_FLAG.help} (default: runs/NAME of the recipe)` },
    force: FORCE_FLAG,
  },
  example: "hrtem study configs/hrtem-au.yaml --quick",
  async run({ arguments: { recipe }, flags: { quick: isQuick, workers, ...flags } }, context) {
    const config = readRecipe(recipe, flags.seed, context);
    const { out = join("runs", config.name) } = flags;
    const settings = { config, isQuick };
    const finished = finishedRun(out, { ...flags, context, settings });
    if (finished !== null) return finished;
    const result = await trainInto(out, { flags, context, settings }, async (folder, checkpoints) => {
      const work = { workers, startStage: checkpoints.startStage, checkpoints: checkpoints.options };
      const done = await trainOnSimulated({ config, budget: budgetOf(config, isQuick) }, work);
      writeTraining(folder, done, pageOf(config));
      return done;
    });
    return resultOf(result, out);
  },
});

/** A recipe with another seed over its own; without a path the defaults. */
export function readRecipe(
  path: string | undefined,
  seed: number | undefined,
  context: ConfigContext,
): HrtemStudyConfig {
  const config =
    path === undefined ? hrtemStudySchema.parse({}) : readConfig(path, hrtemStudySchema, context);
  return seed === undefined ? config : { ...config, seed };
}

/** The recipe's training budget, or its small one. */
export function budgetOf(config: HrtemStudyConfig, isQuick: boolean): HrtemStudyConfig["budget"] {
  return isQuick ? config.quick : config.budget;
}

/** The page of a training on simulated images. */
export function pageOf({ name, specimen, fieldSize }: HrtemStudyConfig): TrainingPage {
  return {
    title: `HRTEM: regions, faults and their statistics (${name})`,
    data: `${specimen.lattice} on amorphous carbon by multislice, images of ${fieldSize} px:`,
    isSimulated: true,
  };
}

/** Writes model, tables, examples, results and report. */
export function writeTraining(folder: string, done: HrtemTrainingResult, page: TrainingPage): void {
  if (done.scores !== null) {
    writePopulation(folder, done.scores);
    writeExamples(folder, done.scores);
  }
  const [results, report] = [trainingResults(done), trainingReport(done, page)];
  writeFiles(folder, { ...done.model, "results.json": results, "report.html": report });
}

/** Scores and the report's path, for a terminal and as JSON. */
export function resultOf(done: HrtemTrainingResult, out: string) {
  const report = resolve(out, "report.html");
  const { training, validation, heldOut } = done.counts;
  const scores =
    done.scores === null ? "No image was held out: the model has no scores." : scoreText(done.scores);
  const counts = `Trained on ${counted(training, "image")}, ${validation} for weights and threshold, ${heldOut} held out.`;
  return {
    text: [counts, "", scores, "", `Report: ${report}`].join("\n"),
    json: { report, ...trainingResults(done) },
  };
}
