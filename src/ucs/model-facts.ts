import { failureText, type BootstrapInterval } from "../core/index.ts";
import type { DescriptorSet } from "./describe-images.ts";
import type { NormalizationName } from "./normalisations.ts";
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
 * @throws SyntaxError when the text is not such a file
 */
export function readModelFacts(text: string, where: string): ModelFacts {
  let facts: Partial<ModelFacts>;
  try {
    facts = JSON.parse(text) as Partial<ModelFacts>;
  } catch (cause) {
    const context = { action: "read model", where };
    throw new SyntaxError(failureText(context, "model.json must be JSON", "other text"), { cause });
  }
  if (facts.version === 1 && (facts.kind === "forest" || facts.kind === "cnn")) return facts as ModelFacts;
  const got = `version ${String(facts.version)}, kind ${String(facts.kind)}`;
  throw new SyntaxError(
    failureText({ action: "read model", where }, "model.json must be of version 1, kind forest or cnn", got),
  );
}
