import { z } from "zod";
import { failureText } from "../core/index.ts";
import type { BiasCorrection } from "./bias-correction.ts";
import type { ClassicalEstimate } from "./classical-estimate.ts";
import { CONDITIONING_KEYS, type ConditioningInput } from "./conditioning-inputs.ts";
import { summarisePosterior, type Estimate } from "./estimate.ts";
import { distanceFromTraining, strangeRecording, type OutOfDistributionTest } from "./out-of-distribution.ts";
import { INPUT_SCALES, type InputEncoding } from "./input-encoding.ts";
import { POOLING_RULES, type PoolingRule, type PriorMoments } from "./pooling.ts";
import { drawCodes, type NetworkOutput, type ResidualRows } from "./posterior.ts";
import { knowledgeWeights, type PriorKnowledge } from "./prior-knowledge.ts";
import { RECORDING_MEASURES, type RecordingFault } from "./recording-measures.ts";
import type { Target } from "./target-codes.ts";

/** Kind that is written into the model file; a file of another kind is refused. */
export const INVERSION_KIND = "heterostem-inversion/2";

/**
 * Everything beside the weights that turns a network's output into an answer; travels inside the ONNX file.
 *
 * Its keys are those of files that exist: `conditions` are the conditioning inputs, `census` the count maps, `familiarity` the test
 * for images out of distribution.
 */
export interface InversionModel {
  readonly kind: typeof INVERSION_KIND;
  readonly targets: readonly Target[];
  /** Of the aggregates; null for a network of measured images, which may show anything. */
  readonly materials: readonly [string, string] | null;
  /** What its lengths are: nanometres, or pixels of its images, whatever their size; pixelSizeNm is 1 then. */
  readonly lengths: "nm" | "pixels";
  /** Of a network that was trained on images with measured truths; null for one of simulated samples. */
  readonly measured: MeasuredImages | null;
  /** Field of view the network was trained on. */
  readonly pixelSizeNm: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly input: InputEncoding;
  /** Conditioning inputs: what the network is given beside an image, but for what was alike in all training images. */
  readonly conditions: readonly ConditioningInput[];
  /** How the network states its answer; members of an ensemble stand one after another in the output. */
  readonly head: PosteriorHead;
  readonly memberCount: number;
  /** What the network counts in every cell of an image, behind the head's numbers; null where it does not. */
  readonly census: CountMapUnits | null;
  /** Mean and deviation of the training targets, standardised: the prior, and the constant prediction. */
  readonly prior: PriorMoments;
  /** What the network's centres err on average, from the same images; none for networks that state points. */
  readonly corrections: readonly BiasCorrection[];
  /** What calibrates posteriors, from images that were not trained on. */
  readonly calibration: Calibration;
  /** R2 of the centres on those images, a number a target on the network's scale; none in models of earlier versions. */
  readonly validationR2: readonly number[];
  /** The same for pooled images, one record per pool size; none where pools were not simulated. */
  readonly pools: readonly PoolCalibration[];
  /** The same for several views of one aggregate, one record per number of views in rising order; none where that was not calibrated. */
  readonly views: readonly ViewCalibration[];
  readonly classical: ClassicalEstimate;
  /** The test whether an image is out of distribution. */
  readonly familiarity: OutOfDistributionTest;
  /** The study whose images it was trained on, as its YAML reads; null in models of earlier versions. */
  readonly recipe: unknown;
  /** Where the model comes from. */
  readonly provenance: Readonly<Record<string, string | number>>;
}

/** What a network of measured images keeps of them. */
export interface MeasuredImages {
  /** Whether they had pixel sizes; pixelSizeNm counts in pixels of the files where not. */
  readonly hasPixelSize: boolean;
  /** Heads of the content keys of all images that it was made with. */
  readonly imageKeys: readonly string[];
}

/** What a network counts cell by cell. */
export interface CountMapUnits {
  readonly cellPx: number;
  /** Per channel: the output times its unit is the count. */
  readonly units: readonly number[];
}

/** What a network's output means; the heads of the trainer that the suite uses for inversion. */
export type PosteriorHead =
  | { readonly kind: "point" }
  | { readonly kind: "gaussian" }
  | { readonly kind: "fullGaussian" }
  | { readonly kind: "mixture"; readonly components: number };

/** Rows of one number per target, one row per calibration image. */
export interface Calibration {
  /** Errors of the network in units of its spreads. */
  readonly network: readonly (readonly number[])[];
  /** Errors of the classical estimate, standardised. */
  readonly classical: readonly (readonly number[])[];
  /** Standardised truths: the posterior of somebody who has not seen the image. */
  readonly truths: readonly (readonly number[])[];
}

/** Errors of the outputs of several views, taken together by `meanOfViews`, in units of their spreads. */
export interface ViewCalibration {
  readonly viewCount: number;
  readonly residuals: readonly (readonly number[])[];
}

/** Errors of pooled outputs in units of their spreads. */
export interface PoolCalibration {
  readonly imageCount: number;
  /** How the outputs were pooled, and those that the residuals calibrate must be. */
  readonly rule: PoolingRule;
  readonly residuals: readonly (readonly number[])[];
}

const numbers = z.array(z.number());
const rows = z.array(numbers);

const standard = { center: z.number(), deviation: z.number() };
const marginal = { margin: z.number(), ...standard };
const transformSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("logit"), low: z.number(), high: z.number(), ...marginal }),
  z.object({ kind: z.literal("softplus"), low: z.number(), bend: z.number(), ...marginal }),
  z.object({ kind: z.literal("identity"), ...standard }),
]);

const range = z.tuple([z.number(), z.number()]);

const inversionModelSchema: z.ZodType<InversionModel> = z.object({
  kind: z.literal(INVERSION_KIND),
  targets: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      unit: z.string(),
      scale: z.enum(["linear", "log"]),
      low: z.number(),
      high: z.number(),
      transform: transformSchema.optional(),
      quantity: z.enum(["parameter", "descriptor"]).default("parameter"),
    }),
  ),
  materials: z.tuple([z.string(), z.string()]).nullable(),
  measured: z
    .object({ hasPixelSize: z.boolean(), imageKeys: z.array(z.string()) })
    .nullable()
    .default(null),
  lengths: z.enum(["nm", "pixels"]).default("nm"),
  pixelSizeNm: z.number(),
  widthPx: z.number(),
  heightPx: z.number(),
  input: z.object({
    scale: z.enum(INPUT_SCALES).default("absolute"),
    center: z.number(),
    deviation: z.number(),
  }),
  conditions: z
    .array(
      z.object({
        key: z.enum(CONDITIONING_KEYS),
        low: z.number(),
        high: z.number(),
        center: z.number(),
        deviation: z.number(),
      }),
    )
    .default([]),
  head: z.union([
    z.object({ kind: z.enum(["point", "gaussian", "fullGaussian"]) }),
    z.object({ kind: z.literal("mixture"), components: z.number() }),
  ]),
  memberCount: z.number(),
  census: z.object({ cellPx: z.number(), units: numbers }).nullable().default(null),
  prior: z.object({ means: numbers, deviations: numbers }),
  corrections: z
    .array(z.object({ centers: range, spreads: range, coefficients: numbers.length(6) }))
    .default([]),
  calibration: z.object({ network: rows, classical: rows, truths: rows }),
  validationR2: numbers.default([]),
  pools: z.array(
    z.object({
      imageCount: z.number(),
      rule: z.enum(POOLING_RULES).default("Gaussian prior"),
      residuals: rows,
    }),
  ),
  views: z.array(z.object({ viewCount: z.int().min(2), residuals: rows })).default([]),
  classical: z.object({ centers: numbers, deviations: numbers, coefficients: z.array(numbers) }),
  familiarity: z.object({
    center: numbers,
    factor: numbers,
    limit: z.number(),
    falseAlarmRate: z.number(),
    recording: z
      .array(z.object({ typical: z.number(), limit: z.number(), low: z.number().optional() }))
      .default([]),
  }),
  recipe: z.unknown().default(null),
  provenance: z.record(z.string(), z.union([z.string(), z.number()])),
});

/**
 * Checks the answer-making part of a model as it stands in its file's metadata.
 *
 * @param metadata the metadata record of the ONNX file
 * @param path the model's file, for the message
 * @returns the checked record
 * @throws TypeError naming the first entry that is not as it should be
 */
export function parseInversionModel(metadata: unknown, path: string): InversionModel {
  const parsed = inversionModelSchema.safeParse(metadata);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const wanted = `${path} must hold the record that heterostem train writes`;
  throw new TypeError(
    failureText({ action: "invert" }, wanted, `another: ${issue.path.join(".")}: ${issue.message}`),
  );
}

/** The answer for one image. */
export interface ImageAnswer extends KnownEstimates {
  /** Distance from the training images; about 1 for a typical one. */
  readonly distance: number;
  readonly distanceLimit: number;
  readonly isInDistribution: boolean;
  /** What of its recording is unlike the training images', the strangest first. */
  readonly faults: readonly RecordingFault[];
}

/**
 * Turns a network's output for one image into medians with intervals and a verdict on the image.
 *
 * @param model the record from the model file
 * @param output what the network says of the image, standardised
 * @param features the network's embedding, the classical measures and those of the recording
 * @param knowledge what a user knows besides; nothing by default
 * @returns estimates in the targets' order, and whether the image is like the training images
 * @throws RangeError where an image in distribution contradicts what is known
 */
export function answerImage(
  model: InversionModel,
  output: NetworkOutput,
  features: ArrayLike<number>,
  knowledge: readonly PriorKnowledge[] = [],
): ImageAnswer {
  const distance = distanceFromTraining(model.familiarity, features);
  const distanceLimit = model.familiarity.limit;
  const isInDistribution = distance <= distanceLimit;
  // an image that gets no numbers contradicts nothing
  const known = isInDistribution ? knowledge : [];
  const { estimates, effectiveDraws } = estimatesUnder(model, output, {
    residuals: model.calibration.network,
    knowledge: known,
  });
  const faults = strangeRecording(model.familiarity, features).flatMap(({ measure, end }) => {
    const fault = RECORDING_MEASURES[measure][end];
    return fault === null ? [] : [fault];
  });
  return { estimates, effectiveDraws, distance, distanceLimit, isInDistribution, faults };
}

/** Estimates under what is known, and how many draws they rest on where something is. */
export interface KnownEstimates {
  readonly estimates: readonly Estimate[];
  /** Draws that agree with what is known, by their effective number; null where nothing is. */
  readonly effectiveDraws: number | null;
}

/**
 * Summarises a posterior under the network's prior, or under a user's.
 *
 * @param model the record from the model file
 * @param output of an image or of a pool, standardised
 * @param posterior errors that calibrate it, and what a user knows
 * @throws RangeError where image and knowledge contradict each other
 */
export function estimatesUnder(
  { targets, calibration: { truths } }: Pick<InversionModel, "targets" | "calibration">,
  output: NetworkOutput,
  {
    residuals,
    knowledge,
  }: { readonly residuals: ResidualRows; readonly knowledge: readonly PriorKnowledge[] },
): KnownEstimates {
  if (knowledge.length === 0)
    return { estimates: summarisePosterior(targets, output, { residuals, truths }), effectiveDraws: null };
  const draws = drawCodes(output, residuals);
  const { weights, effectiveDraws } = knowledgeWeights(targets, draws, knowledge, truths);
  return { estimates: summarisePosterior(targets, output, { residuals, truths, weights }), effectiveDraws };
}
