import { z } from "zod";
import type { ClassicalEstimate } from "./classical-estimate.ts";
import { INTERVAL_LEVELS } from "./conformal.ts";
import { familiarityDistance, type Familiarity } from "./familiarity.ts";
import { decodeTarget, type Target } from "./target.ts";

/** Kind that is written into the model file; a file of another kind is refused. */
export const INVERSION_KIND = "heterostem-inversion/1";

/** Everything beside the weights that turns a network's output into an answer; travels inside the ONNX file. */
export interface InversionModel {
  readonly kind: typeof INVERSION_KIND;
  readonly targets: readonly Target[];
  readonly materials: readonly [string, string];
  /** Field of view the network was trained on. */
  readonly pixelSizeNm: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** The input is (sqrt(intensity) - center) / deviation, intensity as fraction of the incident beam. */
  readonly input: { readonly center: number; readonly deviation: number };
  /** [targetCount] mean of the training targets, standardised: the constant prediction. */
  readonly constantCodes: readonly number[];
  /** [targetCount][INTERVAL_LEVELS.length] half-widths of the conformal intervals, standardised. */
  readonly halfWidths: readonly (readonly number[])[];
  readonly classical: ClassicalEstimate;
  readonly familiarity: Familiarity;
  /** Where the model comes from. */
  readonly provenance: Readonly<Record<string, string | number>>;
}

const numbers = z.array(z.number());

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
    }),
  ),
  materials: z.tuple([z.string(), z.string()]),
  pixelSizeNm: z.number(),
  widthPx: z.number(),
  heightPx: z.number(),
  input: z.object({ center: z.number(), deviation: z.number() }),
  constantCodes: numbers,
  halfWidths: z.array(numbers),
  classical: z.object({ centers: numbers, deviations: numbers, coefficients: z.array(numbers) }),
  familiarity: z.object({ center: numbers, factor: numbers, limit: z.number(), falseAlarmRate: z.number() }),
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
  throw new TypeError(`Cannot invert: ${wanted}, got another: ${issue.path.join(".")}: ${issue.message}`);
}

/**
 * The network's input for one image: variance-stabilised and standardised.
 *
 * The square root gives Poisson counts a variance that does not depend on the signal [anscombe1948].
 *
 * @param output written from `offset` on, [height, width]
 * @param intensities fraction of the incident beam, [height, width]; negative values count as 0
 * @param options.input centre and deviation of the training images' square roots
 * @param options.offset where to write
 * @returns `output`
 */
export function encodeInputInto(
  output: Float32Array,
  intensities: Float32Array,
  { input, offset }: { readonly input: InversionModel["input"]; readonly offset: number },
): Float32Array {
  for (let i = 0; i < intensities.length; i++) {
    output[offset + i] = (Math.sqrt(Math.max(0, intensities[i])) - input.center) / input.deviation;
  }
  return output;
}

/** One quantity as answered for one image. */
export interface Estimate {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly value: number;
  /** Interval per level, such as {"0.68": [4.9, 6.3]}, inside the prior range. */
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
}

/** The answer for one image. */
export interface ImageAnswer {
  readonly estimates: readonly Estimate[];
  /** Distance from the training images; about 1 for a typical one. */
  readonly distance: number;
  readonly distanceLimit: number;
  readonly isFamiliar: boolean;
}

/**
 * Turns a network's output for one image into values with intervals and a verdict on the image.
 *
 * @param model the record from the model file
 * @param codes [targetCount] standardised targets from the network
 * @param features the network's embedding followed by the classical measures
 * @returns estimates in the targets' order, and whether the image is like the training images
 */
export function answerImage(
  model: InversionModel,
  codes: ArrayLike<number>,
  features: ArrayLike<number>,
): ImageAnswer {
  const estimates = model.targets.map((target, t) => {
    const intervals = INTERVAL_LEVELS.map((level, l) => {
      const halfWidth = model.halfWidths[t][l];
      const ends = [
        decodeTarget(target, codes[t] - halfWidth),
        decodeTarget(target, codes[t] + halfWidth),
      ] as const;
      return [String(level), ends] as const;
    });
    return {
      key: target.key,
      label: target.label,
      unit: target.unit,
      value: decodeTarget(target, codes[t]),
      intervals: Object.fromEntries(intervals),
    };
  });
  const distance = familiarityDistance(model.familiarity, features);
  const distanceLimit = model.familiarity.limit;
  return { estimates, distance, distanceLimit, isFamiliar: distance <= distanceLimit };
}
