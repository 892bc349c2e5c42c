import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { counted, csvText, usageError } from "../../core/index.ts";
import {
  accuracyTable,
  MEASURED_BATCH_SIZE,
  splitMeasured,
  trainingFigure,
  trainOnTable,
  type MeasuredSide,
  type MeasuredTable,
  type TrainedOnTable,
} from "../../inverse/index.ts";
import { tableText } from "../../report/index.ts";
import { trainInto, type CHECKPOINT_FLAGS } from "../checkpoint-flags.ts";
import type { CommandContext, CommandResult, FlagValues } from "../command.ts";
import { chooseEngine, engineSettings, type DeviceChoice, type EngineChoice } from "../engine-flag.ts";
import { finishedRun } from "../finished-run.ts";
import { readTableFile } from "../measured-table-file.ts";
import { metricsFile } from "../metrics-file.ts";
import { jsonLines, writeFiles } from "../write-files.ts";

/** Flags of `train` that a table is trained with, and two that it is not. */
interface TableFlags extends FlagValues<typeof CHECKPOINT_FLAGS> {
  readonly targets: readonly string[] | undefined;
  readonly epochs: number | undefined;
  readonly learningRate: number | undefined;
  readonly device: DeviceChoice;
  readonly engine: EngineChoice;
  readonly seed: number | undefined;
  readonly workers: number;
  readonly out: string;
  readonly force: boolean;
  readonly stream: boolean;
  readonly from: string | undefined;
}

/** `heterostem train TABLE`: images with measured numbers to a network with calibrated intervals. */
export async function trainTable(
  path: string,
  flags: TableFlags,
  context: CommandContext,
): Promise<CommandResult> {
  checkFlags(path, flags);
  const { out, workers, targets, epochs, learningRate, seed = 1 } = flags;
  const table = readTableFile(path, targets);
  // refused before a folder is made
  splitMeasured(table, seed);
  const keys = table.quantities.map(({ key }) => key);
  const settings = {
    table: path,
    targets: keys,
    seed,
    epochs,
    learningRate,
    ...engineSettings(flags.engine),
  };
  const done = finishedRun(out, { ...flags, context, settings });
  if (done !== null) return done;
  const trained = await trainInto(out, { flags, context, settings }, async (folder, checkpoints) => {
    const device = await chooseEngine(flags, context.progress);
    const choice = { seed, epochs, learningRate };
    const result = await trainOnTable(table, choice, {
      folder: dirname(path),
      workers,
      startStage: checkpoints.startStage,
      device,
      checkpoints: checkpoints.options,
      onField: (words) => context.progress.write(`${words}\n`),
      onStep: metricsFile(checkpoints.metrics, MEASURED_BATCH_SIZE, context.progress.now),
      heterostemVersion: context.version,
    });
    writeFiles(folder, {
      "model.onnx": result.onnx,
      "learning-curve.svg": trainingFigure(result.learningCurve, result.model).svg,
      "learning-curve.jsonl": jsonLines(result.learningCurve),
      "split.csv": splitText(table, result.sides),
    });
    copyFileSync(checkpoints.metrics, join(folder, "metrics.jsonl"));
    return result;
  });
  return resultOf(trained, table, join(out, "model.onnx"));
}

function checkFlags(path: string, { stream, from }: TableFlags): void {
  const got = stream ? "--stream" : from === undefined ? null : "--from";
  if (got === null) return;
  const wanted = `${got} wants a recipe or a corpus`;
  throw usageError({ action: "train", where: path }, wanted, "a table; leave it out");
}

function splitText({ rows }: MeasuredTable, sides: readonly MeasuredSide[]): string {
  return csvText([
    ["image", "group", "side"],
    ...rows.map(({ image, group }, i) => [image, group, sides[i]]),
  ]);
}

/** The training's figures for a terminal and as JSON. */
function resultOf(trained: TrainedOnTable, { rows, hasGroups }: MeasuredTable, model: string): CommandResult {
  const { bestStep, steps, learningCurve, sides, field } = trained;
  const { targets } = trained.model;
  const rowsOf = (side: MeasuredSide) => rows.filter((_, i) => sides[i] === side);
  const [training, validation, calibration] = (["training", "validation", "calibration"] as const).map(
    (side) => rowsOf(side).length,
  );
  const groupCount = new Set(rowsOf("calibration").map(({ group }) => group)).size;
  const groups = hasGroups ? ` of ${counted(groupCount, "group")}` : "";
  const text =
    `${model}: ${counted(targets.length, "quantity", "quantities")} from ${training} images; ${validation} chose the weights ` +
    `(step ${bestStep} of ${steps}), ${calibration}${groups} calibrate\n${field}\n\n` +
    `On the calibration images:\n${tableText(accuracyTable(trained.scores.scores))}`;
  const { outputs: _, ...scores } = trained.scores;
  const validationLoss = learningCurve.find(({ step }) => step === bestStep)?.validationLoss ?? null;
  const counts = { training, validation, calibration, calibrationGroups: groupCount };
  return { text, json: { model, counts, field, steps, bestStep, validationLoss, targets, ...scores } };
}
