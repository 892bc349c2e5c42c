import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { counted, parseJson, WorkStopped } from "../core/index.ts";
import { appendDurably, makeFolders, writeWholeFile } from "../io/index.ts";
import type { CorpusPlan, Shard } from "./corpus-plan.ts";
import { firstPlanDifference, planSchema, shardsOfPlan } from "./corpus-plan.ts";
import { shardSchema, type ShardRecord } from "./corpus-manifest.ts";
import type { CorpusRow } from "./corpus-row.ts";
import { drawRows } from "./draw-samples.ts";
import { encodeShard } from "./encode-shard.ts";
import type { SampleRecipe } from "./sample.ts";

/** Files of a corpus that is being made; gone once it is complete. */
export const PLAN_FILE = "plan.json";
const JOURNAL_FILE = "shards.jsonl";

/** Where a corpus is made, and by how many threads. */
export interface WriteShardsOptions {
  readonly folder: string;
  readonly workers: number;
  /** Called with the samples that are in finished or half-filled shards. */
  readonly onProgress?: (done: number) => void;
  /** Asked after each shard; once true, that shard was the last. */
  readonly isStopped?: () => boolean;
}

/**
 * Writes the plan into a new folder, or checks that an unfinished corpus there has the same plan.
 *
 * @param folder of the unfinished corpus; exists
 * @param plan what shall be made
 * @throws RangeError naming the first key that differs
 */
export function beginCorpus(folder: string, plan: CorpusPlan): void {
  const path = join(folder, PLAN_FILE);
  if (!existsSync(path)) {
    makeFolders(join(folder, "data"));
    writeWholeFile(path, `${JSON.stringify(plan, null, 2)}\n`);
    return;
  }
  const begun = parseJson(readFileSync(path, "utf8"), planSchema, { action: "resume corpus", where: path });
  checkSamePlan(plan, begun, folder);
}

/**
 * Refuses to go on with a corpus of another plan.
 *
 * @param wanted the plan of this call
 * @param begun the plan of the corpus that is there
 * @param folder where it is
 * @throws RangeError naming the first key that differs
 */
export function checkSamePlan(wanted: CorpusPlan, begun: CorpusPlan, folder: string): void {
  const difference = firstPlanDifference(begun, wanted);
  if (difference === null) return;
  const { key, first, second } = difference;
  throw new RangeError(
    `Cannot resume corpus: ${key} must be ${JSON.stringify(first)} as when it was begun, got ${JSON.stringify(second)} ` +
      `(${folder}); take up the old settings, or choose another folder with --out`,
  );
}

/**
 * Makes the shards of a plan that are not there yet.
 *
 * A shard is drawn, encoded, written under a temporary name, renamed, and then entered with its checksum into a
 * journal. A shard counts as finished when its entry is there and its checksum agrees; whatever else a killed run left
 * is made again, with the same bytes.
 *
 * @param recipe prior, prepared microscope and seed
 * @param plan the corpus; begun in the folder by beginCorpus
 * @param options folder, threads, progress
 * @returns records of all shards, in order
 * @throws the file system's error, such as ENOSPC; WorkStopped where it was asked to stop; finished shards stay
 */
export async function writeShards(
  recipe: SampleRecipe,
  plan: CorpusPlan,
  options: WriteShardsOptions,
): Promise<ShardRecord[]> {
  const { folder, workers, onProgress = () => {}, isStopped = () => false } = options;
  removeUnfinished(join(folder, "data"));
  const shards = shardsOfPlan(plan);
  const finished = finishedShards(folder);
  const missing = shards.filter(({ file }) => !finished.has(file));
  let done = shards.reduce((sum, { file, start, end }) => sum + (finished.has(file) ? end - start : 0), 0);
  let rows: CorpusRow[] = [];
  let next = 0;
  for await (const row of drawRows(recipe, missing, { workers })) {
    rows.push(row);
    onProgress(++done);
    // signals are heard between two turns of the loop, and one thread that draws would never end its turn
    await setImmediate();
    const shard = missing[next];
    if (rows.length < shard.end - shard.start) continue;
    const record = writeShard(folder, plan, shard, rows);
    appendDurably(join(folder, JOURNAL_FILE), `${JSON.stringify(record)}\n`);
    finished.set(shard.file, record);
    next++;
    rows = [];
    if (isStopped() && next < missing.length) throw stoppedAfter(finished.size, shards.length);
  }
  return shards.map(({ file }) => finished.get(file) as ShardRecord);
}

function stoppedAfter(done: number, total: number): WorkStopped {
  return new WorkStopped(`stopped after ${done} of ${counted(total, "file")}`);
}

/** Encodes and writes one shard; gives it with size and checksum. */
function writeShard(folder: string, plan: CorpusPlan, shard: Shard, rows: readonly CorpusRow[]): ShardRecord {
  const bytes = encodeShard(plan, rows);
  writeWholeFile(join(folder, shard.file), bytes);
  const rejectedDraws = rows.reduce((sum, { labels }) => sum + labels.rejectedDraws, 0);
  return { ...shard, bytes: bytes.length, sha256: checksum(bytes), rejectedDraws };
}

/**
 * Removes what only an unfinished corpus needs.
 *
 * @param folder the corpus, complete with its manifest
 */
export function endCorpus(folder: string): void {
  for (const name of [JOURNAL_FILE, PLAN_FILE]) rmSync(join(folder, name), { force: true });
}

/** Shards whose journal entry is whole and whose file has the entry's checksum. */
function finishedShards(folder: string): Map<string, ShardRecord> {
  const path = join(folder, JOURNAL_FILE);
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  const records = lines.map(parseRecord).filter((record) => record !== null);
  const intact = records.filter((record) => {
    const file = join(folder, record.file);
    return (
      existsSync(file) &&
      statSync(file).size === record.bytes &&
      checksum(readFileSync(file)) === record.sha256
    );
  });
  // a line that a kill cut short must not run into the next one
  if (lines.length > 0) {
    writeWholeFile(path, intact.map((record) => `${JSON.stringify(record)}\n`).join(""));
  }
  return new Map(intact.map((record) => [record.file, record]));
}

function parseRecord(line: string): ShardRecord | null {
  try {
    return parseJson(line, shardSchema, { action: "resume corpus" });
  } catch {
    return null;
  }
}

function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (basename(name).startsWith(".")) rmSync(join(folder, name), { force: true });
  }
}

/** The checksum of a file's bytes, as it stands in the manifest. */
export function checksum(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
