import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  hrtemStudySchema,
  trainingReport,
  trainingResults,
  trainOnSimulated,
  type HrtemStudyConfig,
  type HrtemTrainingResult,
  type HrtemWork,
  type TrainingPage,
} from "../../../hrtem/index.ts";
import type { CommandContext } from "../../command.ts";
import { readYaml } from "../../config/read-yaml.ts";
import { workerCount } from "../../flags.ts";
import type { NamedAction } from "../../named-action.ts";
import { RUN_FILE, writeFolderAtomically } from "../../output-folder.ts";
import { startStage } from "../../progress.ts";
import { runRecord } from "../../run-record.ts";
import { scoreText } from "./score-text.ts";
import { writeExamples, writePopulation } from "./write-scores.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `hrtem study`: simulated images to model, scores, statistics, report. */
export const studyAction: NamedAction = {
  flags: ["quick", "seed", "workers", "out", "force"],
  wanted: "one recipe",
  pathCount: [1, 1],
  async run({ paths: [path], flags }, context) {
    const config = readRecipe(path, flags);
    const out = (flags["out"] as string | undefined) ?? join("runs", config.name);
    const result = await writeFolderAtomically(out, { force: flags["force"] === true }, async (folder) => {
      const done = await trainOnSimulated(
        { config, effort: effortOf(config, flags) },
        workOf(flags, context),
      );
      writeTraining(folder, done, pageOf(config));
      const record = runRecord("hrtem study", context.version, { config, isQuick: flags["quick"] === true });
      writeFileSync(join(folder, RUN_FILE), record);
      return done;
    });
    return resultOf(result, out);
  },
};

/** A recipe with the seed of the flags over its own; without a path the defaults. */
export function readRecipe(path: string | undefined, flags: Flags): HrtemStudyConfig {
  const config = path === undefined ? hrtemStudySchema.parse({}) : readYaml(path, hrtemStudySchema);
  const seed = flags["seed"] as number | undefined;
  return seed === undefined ? config : { ...config, seed };
}

/** The recipe's effort, or its small one. */
export function effortOf(config: HrtemStudyConfig, flags: Flags): HrtemStudyConfig["effort"] {
  return flags["quick"] === true ? config.quick : config.effort;
}

/** Threads and progress of a call. */
export function workOf(flags: Flags, { progress }: CommandContext): HrtemWork {
  return {
    workers: workerCount(flags),
    startStage: (title, total) => startStage(progress, title, total),
  };
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
  for (const [name, bytes] of Object.entries(done.model)) writeFileSync(join(folder, name), bytes);
  if (done.scores !== null) {
    writePopulation(folder, done.scores);
    writeExamples(folder, done.scores);
  }
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(trainingResults(done), null, 2)}\n`);
  writeFileSync(join(folder, "report.html"), trainingReport(done, page));
}

/** Scores and the report's path, for a terminal and as JSON. */
export function resultOf(done: HrtemTrainingResult, out: string) {
  const report = resolve(out, "report.html");
  const { training, validation, heldOut } = done.counts;
  const scores =
    done.scores === null ? "No image was held out: the model has no scores." : scoreText(done.scores);
  const counts = `Trained on ${training} images, ${validation} for weights and threshold, ${heldOut} held out.`;
  return {
    text: [counts, "", scores, "", `Report: ${report}`].join("\n"),
    json: { report, ...trainingResults(done) },
  };
}
