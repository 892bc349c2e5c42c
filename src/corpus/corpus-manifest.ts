import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseJson, usageError } from "../core/index.ts";
import { writeWholeFile } from "../io/index.ts";
import { PLAN_SHAPE, type CorpusPlan, type Shard } from "./corpus-plan.ts";

/** A finished shard. */
export interface ShardRecord extends Shard {
  readonly bytes: number;
  readonly sha256: string;
  readonly rejectedDraws: number;
}

/** What a corpus is made of and with; the file manifest.json, the mark of a complete corpus or part. */
export interface CorpusManifest extends CorpusPlan {
  /** Draws from the prior that no aggregate could meet: the effective prior lacks them. */
  readonly rejectedDraws: number;
  readonly shards: readonly ShardRecord[];
}

/** The only names that a shard can have: whatever else a manifest says is no part of a corpus. */
const shardFile = z
  .string()
  .regex(/^data\/train-\d{5,}-of-\d{5,}\.parquet$/, "must be data/train-NNNNN-of-NNNNN.parquet");

const count = z.int().min(0);

/** What a line of the journal of finished shards must hold. */
export const shardSchema: z.ZodType<ShardRecord> = z
  .object({
    file: shardFile,
    start: count,
    end: count,
    bytes: count,
    sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits"),
    rejectedDraws: count,
  })
  .refine(({ start, end }) => start < end, "must hold at least one sample");

/** What manifest.json must hold. */
const manifestSchema: z.ZodType<CorpusManifest> = z.object({
  ...PLAN_SHAPE,
  rejectedDraws: count,
  shards: z.array(shardSchema),
});

/** The manifest's name. */
export const MANIFEST_FILE = "manifest.json";

/**
 * Joins a plan and its finished shards to a manifest.
 *
 * @param plan the corpus
 * @param shards all of its part, in order
 * @returns the manifest
 */
export function manifestOf(plan: CorpusPlan, shards: readonly ShardRecord[]): CorpusManifest {
  const rejectedDraws = shards.reduce((sum, shard) => sum + shard.rejectedDraws, 0);
  const { recipe, ...facts } = plan;
  return { ...facts, rejectedDraws, recipe, shards };
}

/**
 * The plan behind a manifest.
 *
 * @param manifest of a corpus or part
 * @returns what it was made by
 */
export function planOfManifest({ shards: _, rejectedDraws: __, ...plan }: CorpusManifest): CorpusPlan {
  return plan;
}

/**
 * Writes the manifest.
 *
 * @param folder the corpus
 * @param manifest its contents
 */
export function writeManifest(folder: string, manifest: CorpusManifest): void {
  writeWholeFile(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Reads the manifest of a corpus folder.
 *
 * @param folder what `heterostem generate` wrote
 * @returns the manifest
 * @throws Error naming the file that is missing or broken
 */
export function readManifest(folder: string): CorpusManifest {
  const path = join(folder, MANIFEST_FILE);
  return parseJson(readText(path), manifestSchema, { action: "open corpus", where: path });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? `none of its ${MANIFEST_FILE}` : String(code);
    throw usageError(
      { action: "open corpus", where: path },
      "wanted a folder written by heterostem generate",
      got,
      { cause },
    );
  }
}
