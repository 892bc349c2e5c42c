import { z } from "zod";
import { beyondMemory, checkNumber, failureText, firstDifference, type Difference } from "../core/index.ts";
import { allCombinations } from "./combinations.ts";
import type { SampleRecipe } from "./sample.ts";
import { physicsOfAll } from "../stem-sim/index.ts";

/** A corpus before it is made: which samples, in which shards, of which physics. Plain data; two that are equal give equal bytes. */
export interface CorpusPlan {
  readonly format: "heterostem-corpus/2";
  readonly heterostemVersion: string;
  /** Names the physics of the images: equal for microscopes and materials that scatter alike. */
  readonly physics: string;
  readonly seed: number;
  /** Samples of the whole corpus, of all its parts. */
  readonly sampleCount: number;
  readonly samplesPerShard: number;
  readonly samplesPerRowGroup: number;
  /** Part `index` of `of`, from 1; 1 of 1 is the whole. */
  readonly part: CorpusPart;
  /** What computed the images, such as "webgpu (NVIDIA L4)"; absent where it was the CPU. */
  readonly renderer?: string | undefined;
  /** The resolved recipe. */
  readonly recipe: unknown;
}

/** A share of a corpus that one machine makes. */
export interface CorpusPart {
  readonly index: number;
  readonly of: number;
}

/** One file of a corpus: a fixed range of samples. */
export interface Shard {
  /** Path below the corpus folder, with "/" between folders. */
  readonly file: string;
  /** Samples from `start` to before `end`. */
  readonly start: number;
  readonly end: number;
}

/** Keys of a plan, in plan.json and in a manifest. */
export const PLAN_SHAPE = {
  format: z.literal("heterostem-corpus/2"),
  heterostemVersion: z.string(),
  physics: z.string(),
  seed: z.int(),
  sampleCount: z.int().min(1),
  samplesPerShard: z.int().min(1),
  samplesPerRowGroup: z.int().min(1),
  part: z.object({ index: z.int().min(1), of: z.int().min(1) }),
  renderer: z.string().optional(),
  recipe: z.unknown(),
};

/** What plan.json of an unfinished corpus must hold. */
export const planSchema: z.ZodType<CorpusPlan> = z.object(PLAN_SHAPE);

/** What a plan needs to know besides the recipe. */
export interface PlanOptions {
  readonly sampleCount: number;
  readonly heterostemVersion: string;
  /** The resolved recipe as it is written into the manifest. */
  readonly recipe: unknown;
  /** By default as many as fill some 32 MiB before compression. */
  readonly samplesPerShard?: number | undefined;
  readonly part?: CorpusPart | undefined;
  /** Device of the renderer where it is not the CPU. */
  readonly renderer?: string | undefined;
}

/** Raw 16-bit pixels in a shard: a few seconds of work, the most that a kill can cost. */
const SHARD_RAW_BYTES = 2 ** 25;
/** Raw 16-bit pixels in a row group: what a reader must load to see one image. */
const ROW_GROUP_RAW_BYTES = 2 ** 21;
/** Of a stored image, before compression. */
export const BYTES_PER_PIXEL = 2;

/**
 * Plans a corpus.
 *
 * @param recipe prior, prepared microscope and seed
 * @param options number of samples, version, part
 * @returns the plan
 * @throws RangeError where part or shard size is out of range, or a shard needs more memory than the budget
 */
export function planCorpus(
  { seed, prepared, choices }: Pick<SampleRecipe, "seed" | "prepared" | "choices">,
  options: PlanOptions,
): CorpusPlan {
  const { sampleCount, heterostemVersion, recipe, part = { index: 1, of: 1 } } = options;
  const { widthPx, heightPx } = prepared.microscope;
  const imageBytes = BYTES_PER_PIXEL * widthPx * heightPx;
  const samplesPerShard = options.samplesPerShard ?? powerOfTwoWithin(SHARD_RAW_BYTES / imageBytes, 4, 1024);
  const action = "plan corpus";
  checkNumber("samples", sampleCount, { min: 1, integer: true, action });
  checkNumber("samples per shard", samplesPerShard, { min: 1, integer: true, action });
  checkShardMemory(Math.min(samplesPerShard, sampleCount), imageBytes);
  checkNumber("part", part.index, { min: 1, max: part.of, integer: true, action });
  const fromSize = powerOfTwoWithin(ROW_GROUP_RAW_BYTES / imageBytes, 1, 256);
  return {
    format: "heterostem-corpus/2",
    heterostemVersion,
    physics: choices === undefined ? prepared.fingerprint : physicsOfAll(allCombinations(choices)),
    seed,
    sampleCount,
    samplesPerShard,
    samplesPerRowGroup: Math.min(fromSize, samplesPerShard),
    part,
    ...(options.renderer === undefined ? {} : { renderer: options.renderer }),
    recipe,
  };
}

/** A shard's images are held as they come, and once more as the file that is made of them. */
const COPIES_OF_A_SHARD = 2;

/**
 * Checks that the images of a shard fit the memory budget: noise does not pack, so by their raw bytes.
 *
 * @throws RangeError with the remedy
 */
export function checkShardMemory(sampleCount: number, imageBytes: number): void {
  const beyond = beyondMemory(COPIES_OF_A_SHARD * sampleCount * imageBytes);
  if (beyond === null) return;
  const wanted = `the ${sampleCount} samples of a file must ${beyond.wanted}`;
  const text = failureText({ action: "plan corpus" }, wanted, beyond.got);
  throw new RangeError(`${text}; take fewer in a file (--shard-size), or ${beyond.remedy}`);
}

/** The largest power of two of at most `limit`, kept within bounds that are powers of two. */
function powerOfTwoWithin(limit: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, 2 ** Math.floor(Math.log2(limit))));
}

/**
 * The shards of a plan: of its own part, in order.
 *
 * Parts take shards in turn, so that they take equally long; the last shard of a corpus may be shorter.
 *
 * @param plan the corpus
 * @returns files with their ranges
 * @example
 * import { shardsOfPlan } from "../src/corpus/index.ts";
 * import { expect } from "vitest";
 * const plan = { sampleCount: 10, samplesPerShard: 4, part: { index: 2, of: 2 } };
 * expect(shardsOfPlan(plan)).toEqual([{ file: "data/train-00001-of-00003.parquet", start: 4, end: 8 }]);
 */
export function shardsOfPlan({
  sampleCount,
  samplesPerShard,
  part,
}: Pick<CorpusPlan, "sampleCount" | "samplesPerShard" | "part">): Shard[] {
  const shardCount = Math.ceil(sampleCount / samplesPerShard);
  const digits = (value: number) => String(value).padStart(5, "0");
  return Array.from({ length: shardCount }, (_, index) => ({
    file: `data/train-${digits(index)}-of-${digits(shardCount)}.parquet`,
    start: index * samplesPerShard,
    end: Math.min((index + 1) * samplesPerShard, sampleCount),
  })).filter((_, index) => index % part.of === part.index - 1);
}

/**
 * Finds the first key in which two plans differ; the recipe comes first, as the cause of most other differences.
 *
 * @returns the key with both values, or null where the plans are equal
 */
export function firstPlanDifference(
  first: CorpusPlan,
  second: CorpusPlan,
  ignored: readonly (keyof CorpusPlan)[] = [],
): Difference | null {
  const recipeFirst = (plan: CorpusPlan) => {
    const { recipe, ...rest } = plan;
    const kept = Object.entries({ recipe, ...rest }).filter(
      ([key]) => !ignored.includes(key as keyof CorpusPlan),
    );
    return Object.fromEntries(kept);
  };
  return firstDifference(recipeFirst(first), recipeFirst(second));
}
