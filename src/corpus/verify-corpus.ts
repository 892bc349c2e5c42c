import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { planOfManifest, readManifest, type CorpusManifest, type ShardRecord } from "./corpus-manifest.ts";
import { BYTES_PER_PIXEL, checkShardMemory } from "./corpus-plan.ts";
import type { CorpusRow } from "./corpus-row.ts";
import { drawRows } from "./draw-samples.ts";
import { encodeShard } from "./encode-shard.ts";
import type { SampleRecipe } from "./sample.ts";
import { checksum } from "./write-shards.ts";
import { makeFolders, writeWholeFile } from "../io/index.ts";

/** A shard that is not what the manifest says. */
export interface ShardFault {
  readonly file: string;
  /** Such as "missing" or "checksum 12ab... instead of 34cd...". */
  readonly fault: string;
}

/** What a check of a corpus found. */
export interface CorpusCheck {
  readonly shardCount: number;
  readonly bytes: number;
  readonly faults: readonly ShardFault[];
  /** Files in the data folder that the manifest does not know. */
  readonly strangers: readonly string[];
}

/**
 * Compares every shard of a corpus with its manifest: presence, size, SHA-256.
 *
 * @param folder what `heterostem generate` wrote
 * @param onProgress called with the number of shards checked
 * @returns the faults; none where the corpus is as it was made
 * @throws Error where the manifest is missing or broken
 */
export async function verifyCorpus(
  folder: string,
  onProgress: (done: number) => void = () => {},
): Promise<CorpusCheck> {
  const { shards } = readManifest(folder);
  const faults: ShardFault[] = [];
  for (const [index, shard] of shards.entries()) {
    const fault = await faultOf(folder, shard);
    if (fault !== null) faults.push({ file: shard.file, fault });
    onProgress(index + 1);
  }
  const known = new Set(shards.map(({ file }) => file));
  const data = join(folder, "data");
  const there = existsSync(data) ? readdirSync(data).map((name) => `data/${name}`) : [];
  return {
    shardCount: shards.length,
    bytes: shards.reduce((sum, shard) => sum + shard.bytes, 0),
    faults,
    strangers: there.filter((file) => !known.has(file)).sort(),
  };
}

async function faultOf(folder: string, { file, bytes, sha256 }: ShardRecord): Promise<string | null> {
  const path = join(folder, file);
  if (!existsSync(path)) return "missing";
  const { size } = statSync(path);
  if (size !== bytes) return `${size} bytes instead of ${bytes}`;
  const found = await fileChecksum(path);
  return found === sha256 ? null : `checksum ${found.slice(0, 12)}... instead of ${sha256.slice(0, 12)}...`;
}

/** The checksum of a file, read in pieces. */
export async function fileChecksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest("hex");
}

/** What a repair needs besides the faults. */
export interface RepairOptions {
  readonly workers: number;
  readonly onProgress?: (done: number) => void;
}

/**
 * Makes the named shards again; the others are not touched.
 *
 * @param recipe prior, prepared microscope and seed behind the manifest's recipe
 * @param folder the corpus
 * @param faults what verifyCorpus found
 * @param options threads, progress in samples
 * @throws Error where the bytes would not be those of the manifest: the code that made it was another
 */
export async function repairCorpus(
  recipe: SampleRecipe,
  folder: string,
  faults: readonly ShardFault[],
  { workers, onProgress = () => {} }: RepairOptions,
): Promise<void> {
  const manifest = readManifest(folder);
  const files = new Set(faults.map(({ file }) => file));
  const broken = manifest.shards.filter(({ file }) => files.has(file));
  const { widthPx, heightPx } = recipe.prepared.microscope;
  for (const { start, end } of broken) checkShardMemory(end - start, BYTES_PER_PIXEL * widthPx * heightPx);
  makeFolders(join(folder, "data"));
  let rows: CorpusRow[] = [];
  let [next, done] = [0, 0];
  for await (const row of drawRows(recipe, broken, { workers })) {
    rows.push(row);
    onProgress(++done);
    const shard = broken[next];
    if (rows.length < shard.end - shard.start) continue;
    replaceShard(folder, manifest, shard, rows);
    next++;
    rows = [];
  }
}

function replaceShard(
  folder: string,
  manifest: CorpusManifest,
  shard: ShardRecord,
  rows: readonly CorpusRow[],
): void {
  const bytes = encodeShard(planOfManifest(manifest), rows);
  if (checksum(bytes) !== shard.sha256) {
    throw new Error(
      `Cannot repair corpus: shard must get the bytes of the manifest, got others from this program ` +
        `(${join(folder, shard.file)}); use heterostem ${manifest.heterostemVersion} with the Node.js that made it`,
    );
  }
  writeWholeFile(join(folder, shard.file), bytes);
}
