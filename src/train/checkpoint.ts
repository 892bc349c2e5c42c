import { createHash } from "node:crypto";
import { z } from "zod";
import { failureText, parseJson } from "../core/index.ts";
import type { TrainingState } from "./training-step.ts";

/** One point of the learning curve. */
export interface LearningCurvePoint {
  readonly step: number;
  /** Mean loss of the batches since the point before. */
  readonly trainingLoss: number;
  readonly validationLoss: number;
}

/** Everything that a training needs to go on as if nothing had happened. */
export interface Checkpoint {
  /** Says what was trained on what and how; another training refuses the checkpoint. */
  readonly fingerprint: string;
  /** Steps done; the position in the data follows from it. */
  readonly step: number;
  readonly state: TrainingState;
  readonly bestWeights: Float32Array;
  readonly bestStep: number;
  readonly bestValidationLoss: number;
  readonly firstLoss: number;
  /** Sum and count of batch losses since the last point of the learning curve. */
  readonly lossSum: number;
  readonly lossCount: number;
  readonly learningCurve: readonly LearningCurvePoint[];
}

const MAGIC = "heterostem-checkpoint-1\n";

const count = z.int().min(0);

/** The line of JSON; Infinity is none: a best loss that is not there yet is null. */
const headerSchema = z.object({
  fingerprint: z.string(),
  step: count,
  bestStep: count,
  bestValidationLoss: z.number().nullable(),
  firstLoss: z.number(),
  lossSum: z.number(),
  lossCount: count,
  learningCurve: z.array(z.object({ step: count, trainingLoss: z.number(), validationLoss: z.number() })),
  lengths: z.array(z.tuple([z.string(), count])),
  sha256: z.string(),
});

/**
 * Writes a checkpoint as bytes: a line of magic, a line of JSON, then float32 vectors; a hash covers the vectors.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { state, bestWeights, ...rest } = checkpoint;
  const vectors = { weights: state.weights, bestWeights, ...prefixed(state.vectors) };
  const payload = Buffer.concat(Object.values(vectors).map(bytesOf));
  const lengths = Object.entries(vectors).map(([name, data]) => [name, data.length]);
  const sha256 = createHash("sha256").update(payload).digest("hex");
  // Infinity is no JSON: a best loss that is not there yet is written as null
  const header = JSON.stringify({ ...rest, lengths, sha256 });
  return Buffer.concat([Buffer.from(`${MAGIC}${header}\n`), payload]);
}

/**
 * Reads a checkpoint back.
 *
 * @throws SyntaxError when the bytes are no checkpoint, or are cut off or damaged
 */
export function decodeCheckpoint(bytes: Uint8Array, where: string): Checkpoint {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerEnd = buffer.indexOf("\n", MAGIC.length);
  if (buffer.subarray(0, MAGIC.length).toString() !== MAGIC || headerEnd < 0) {
    throw new SyntaxError(
      failureText({ action: "read checkpoint", where }, "wanted a checkpoint file", "other bytes"),
    );
  }
  const context = { action: "read checkpoint", where };
  const text = buffer.subarray(MAGIC.length, headerEnd).toString();
  const { lengths, sha256, bestValidationLoss, ...rest } = parseJson(text, headerSchema, context);
  const payload = buffer.subarray(headerEnd + 1);
  checkPayload(payload, lengths, sha256, where);
  let offset = 0;
  const vectors = new Map(
    lengths.map(([name, length]) => {
      const part = Uint8Array.from(payload.subarray(offset, (offset += 4 * length)));
      return [name, new Float32Array(part.buffer)];
    }),
  );
  const stateNames = lengths.map(([name]) => name).filter((name) => name.startsWith(PREFIX));
  const [weights, bestWeights] = ["weights", "bestWeights"].map((name) => {
    const vector = vectors.get(name);
    if (vector !== undefined) return vector;
    throw new SyntaxError(
      failureText({ action: "read checkpoint", where }, `wanted a vector of ${name}`, "none"),
    );
  });
  return {
    ...rest,
    bestValidationLoss: bestValidationLoss ?? Infinity,
    state: {
      weights,
      vectors: Object.fromEntries(
        stateNames.map((name) => [name.slice(PREFIX.length), vectors.get(name) as Float32Array]),
      ),
    },
    bestWeights,
  };
}

/** Vectors that are cut short, or of which a bit has changed, are no state to go on from. */
function checkPayload(
  payload: Uint8Array,
  lengths: readonly (readonly [string, number])[],
  sha256: string,
  where: string,
): void {
  const wanted = 4 * lengths.reduce((sum, [, length]) => sum + length, 0);
  if (payload.length !== wanted) {
    throw new SyntaxError(
      `${failureText({ action: "read checkpoint", where }, `wanted ${wanted} bytes of vectors`, String(payload.length))}; take an older one`,
    );
  }
  if (createHash("sha256").update(payload).digest("hex") === sha256) return;
  throw new SyntaxError(
    `${failureText({ action: "read checkpoint", where }, "the checksum of its vectors must match", "another: the file was damaged")}; take an older one`,
  );
}

const PREFIX = "state.";

function prefixed(vectors: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(vectors).map(([name, data]) => [PREFIX + name, data]));
}

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
