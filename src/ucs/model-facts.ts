import { z } from "zod";
import { parseJson, type BootstrapInterval } from "../core/index.ts";
import { DESCRIPTOR_SETS, type DescriptorSet } from "./describe-images.ts";
import { NORMALIZATION_NAMES, type NormalizationName } from "./normalisations.ts";
import type { RegressionScores } from "./regression-scores.ts";

/** What is trained, and how. */
export interface ModelChoice {
  readonly kind: "forest" | "cnn";
  readonly normalization: NormalizationName;
  readonly descriptors: DescriptorSet;
  /** Parts that the lots are dealt into; each is predicted by a model that has not seen it. */
  readonly foldCount: number;
  readonly seed: number;
  readonly workers: number;
  readonly network: { readonly edgePx: number; readonly steps: number };
}

/** What a model says of itself: `model.json` in its folder. */
export interface ModelFacts {
  readonly version: 1;
  readonly kind: ModelChoice["kind"];
  readonly target: string;
  readonly unit: string | null;
  readonly normalization: NormalizationName;
  readonly descriptors: DescriptorSet;
  /** Of all training images [nm]; null where they did not say. */
  readonly pixelSizeNm: number | null;
  readonly specimenCount: number;
  readonly imageCount: number;
  readonly lotCount: number;
  /** Smallest and largest value trained on: a forest never predicts beyond. */
  readonly targetRange: readonly [number, number];
  /** Half the width of an interval that holds nine of ten specimens of lots not trained on. */
  readonly halfWidth: number;
  /** Share of specimens of other lots that intervals made without their lot hold; 0.9 is meant. */
  readonly coverage: number;
  readonly scores: RegressionScores;
  /** Of predicting the mean of the other lots. */
  readonly chance: RegressionScores;
  /** RMSE of chance less that of the model; above 0 the images say something. */
  readonly gain: BootstrapInterval;
}

/** A number that may be none: JSON has no NaN, which a relative error of a strength of 0 is. */
const score = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);
const interval = z.object({ value: score, low: score, high: score });
const scores = z.object({ rmse: interval, mae: interval, mape: interval, r2: interval, bias: interval });
const count = z.int().min(0);

/** What model.json must hold. */
const factsSchema: z.ZodType<ModelFacts> = z.object({
  version: z.literal(1),
  kind: z.enum(["forest", "cnn"]),
  target: z.string(),
  unit: z.string().nullable(),
  normalization: z.enum(NORMALIZATION_NAMES),
  descriptors: z.enum(Object.keys(DESCRIPTOR_SETS) as [DescriptorSet, ...DescriptorSet[]]),
  pixelSizeNm: z.number().positive().nullable(),
  specimenCount: count,
  imageCount: count,
  lotCount: count,
  targetRange: z.tuple([z.number(), z.number()]),
  halfWidth: z.number().min(0),
  coverage: z.number(),
  scores,
  chance: scores,
  gain: interval,
});

/** Names of a model's files. */
export const MODEL_FILES = {
  facts: "model.json",
  forest: "forest.bin",
  /** The same forest for other programs: features in, prediction out, in any ONNX runtime. */
  forestOnnx: "forest.onnx",
  network: "network.onnx",
  reference: "reference.npy",
} as const;

/**
 * Reads what a model says of itself.
 *
 * @param text of `model.json`
 * @param where its path, for errors
 * @returns the facts
 * @throws SyntaxError when the text is no JSON, TypeError naming the first key that is wrong
 */
export function readModelFacts(text: string, where: string): ModelFacts {
  return parseJson(text, factsSchema, { action: "read model", where });
}
