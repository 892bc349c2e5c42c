import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { parseJson } from "../core/index.ts";
import type { LearningCurvePoint } from "../train/index.ts";

const pointSchema = z.object({ step: z.number(), trainingLoss: z.number(), validationLoss: z.number() });

/**
 * The learning curve that a training wrote beside its model, a point a line; none where the model came alone.
 *
 * @throws Error naming the file and the key where a line holds anything else
 */
export function readLearningCurve(path: string): LearningCurvePoint[] {
  if (!existsSync(path)) return [];
  const context = { action: "read learning curve", where: path };
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.map((line) => parseJson(line, pointSchema, context));
}
