import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../core/index.ts";
import type { CorpusPlan, Shard } from "./corpus-plan.ts";
import { writeFileDurably } from "./durable-file.ts";

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

/** The manifest's name. */
export const MANIFEST_FILE = "manifest.json";
const FORMAT = "heterostem-corpus/2";

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
  writeFileDurably(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
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
  const manifest = parseJson(path, readText(path)) as CorpusManifest;
  if (manifest.format === FORMAT) return manifest;
  throw new TypeError(
    `Cannot open corpus: format must be ${FORMAT}, got ${String(manifest.format)} (${path}); generate it again`,
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? `none of its ${MANIFEST_FILE}` : String(code);
    throw new UsageError(
      `Cannot open corpus: wanted a folder written by heterostem generate, got ${got} (${path})`,
      { cause },
    );
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(
      `Cannot open corpus: ${MANIFEST_FILE} must be valid JSON, got ${(cause as Error).message} (${path})`,
      { cause },
    );
  }
}
