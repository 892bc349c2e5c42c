import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { parseJson } from "../core/index.ts";
import { metricsLine, trainingPace, type TrainingProgress } from "../train/index.ts";
import { appendToFile, makeFolders, writeWholeFile } from "../io/index.ts";

/** Steps between two lines where nothing was validated. */
const EVERY_STEPS = 50;

/**
 * Writes a training's metrics as JSON lines: step, loss, validation loss, learning rate, steps and images per second.
 *
 * A resumed training goes on in the same file; lines of steps that are done again are dropped first.
 *
 * @param now a steady clock [ms]
 */
export function metricsFile(
  path: string,
  imagesPerStep: number,
  now: () => number,
): (progress: TrainingProgress) => void {
  let firstStep: number | null = null;
  let startedAt = now();
  return (progress) => {
    if (firstStep === null) {
      firstStep = progress.step;
      startedAt = now();
      makeFolders(dirname(path));
      dropLinesFrom(path, firstStep);
    }
    const { step, validationLoss } = progress;
    if (step % EVERY_STEPS !== 0 && validationLoss === null) return;
    // the clock was started after the first step
    const timed = { stepsDone: step - firstStep, elapsedS: (now() - startedAt) / 1000, imagesPerStep };
    appendToFile(path, `${metricsLine(progress, trainingPace(progress, timed))}\n`);
  };
}

const lineSchema = z.object({ step: z.number() });

function dropLinesFrom(path: string, step: number): void {
  if (!existsSync(path)) return;
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  const kept = lines.filter(
    (line) => parseJson(line, lineSchema, { action: "resume training", where: path }).step < step,
  );
  writeWholeFile(path, kept.map((line) => `${line}\n`).join(""));
}
