import { join } from "node:path";
import {
  numberScoreTable,
  particleScoreTable,
  quantitiesOf,
  readListedParticles,
  readPredictedNumbers,
  readTrueNumbers,
  scoreNumbers,
  scoreParticles,
} from "../../../benchmark/index.ts";
import { tableText } from "../../../report/index.ts";
import { defineCommand } from "../../command.ts";
import { readInput } from "../../read-input.ts";
import { benchmarkRecipe, FOLDER_ARGUMENT, TASK_ARGUMENT, taskNamed } from "./task-arguments.ts";

/** `heterostem benchmark score`: anybody's predictions to figures that compare. */
export const benchmarkScore = defineCommand({
  name: "score",
  summary: "Score predictions of a task, whoever made them",
  arguments: {
    folder: FOLDER_ARGUMENT,
    task: TASK_ARGUMENT,
    predictions: {
      help: "table (.csv): group,quantity,median and q025,q16,q84,q975 where intervals are stated; particles as heterostem particles writes them",
    },
  },
  flags: {},
  example: "benchmark score runs/benchmark one-image runs/predicted/one-image.csv",
  run({ arguments: { folder, task: name, predictions: path } }, context) {
    const task = taskNamed(name);
    const action = "score predictions";
    const truthPath = join(folder, "truth", `${task.name}.csv`);
    const truth = readInput(truthPath, action, "wanted a folder that heterostem benchmark write wrote");
    const predicted = readInput(path, action, "wanted a table of predictions (CSV)").toString("utf8");
    if (task.asks === "particles") {
      const truths = readListedParticles(truth.toString("utf8"), truthPath);
      const score = scoreParticles(truths, readListedParticles(predicted, path));
      return Promise.resolve({ text: tableText(particleScoreTable(score)), json: { task: name, score } });
    }
    const scores = scoreNumbers(
      quantitiesOf(benchmarkRecipe(context), task),
      readTrueNumbers(truth.toString("utf8"), truthPath),
      readPredictedNumbers(predicted, path),
    );
    return Promise.resolve({ text: tableText(numberScoreTable(scores)), json: { task: name, scores } });
  },
});
