import { rangeError } from "../core/index.ts";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { planOfManifest, type ShardRecord } from "./corpus-manifest.ts";
import { firstPlanDifference, shardsOfPlan, type CorpusPlan } from "./corpus-plan.ts";
import { findParts, type FoundPart, type FoundParts, type UnfinishedPart } from "./find-parts.ts";
import { fileChecksum } from "./verify-corpus.ts";
import { makeFolders, syncFolder } from "../io/index.ts";

/** The whole that parts make. */
export interface MergedParts {
  readonly plan: CorpusPlan;
  readonly shards: readonly ShardRecord[];
}

/**
 * Copies the shards of all parts of a corpus into one folder; each is checked against its checksum on the way.
 *
 * @param folder where the whole shall be; exists
 * @param partFolders all parts, in any order, or folders that hold them
 * @param onProgress called with the number of shards copied
 * @returns plan and shards of the whole, as one run would have made them
 * @throws RangeError where parts are missing, double, or of different corpora; Error naming a shard that is broken
 */
export async function mergeParts(
  folder: string,
  partFolders: readonly string[],
  onProgress: (done: number) => void = () => {},
): Promise<MergedParts> {
  const { parts, plan } = partsOfWhole(partFolders);
  makeFolders(join(folder, "data"));
  const byFile = new Map(
    parts.flatMap((part) => part.manifest.shards.map((shard) => [shard.file, { part, shard }] as const)),
  );
  const shards: ShardRecord[] = [];
  for (const { file } of shardsOfPlan(plan)) {
    const found = byFile.get(file);
    if (found === undefined) {
      throw rangeError(
        { action: "merge corpora", where: folder },
        `parts must hold ${file}`,
        "none that does",
      );
    }
    await copyShard(found.part.folder, folder, found.shard);
    shards.push(found.shard);
    onProgress(shards.length);
  }
  syncFolder(join(folder, "data"));
  return { plan, shards };
}

/**
 * The plan of the corpus that parts make, once all of them are there.
 *
 * @param partFolders all parts, in any order, or folders that hold them
 * @returns the parts, and the plan that one run would have had
 * @throws RangeError where parts are missing, double, or of different corpora
 */
export function partsOfWhole(partFolders: readonly string[]): {
  readonly parts: readonly FoundPart[];
  readonly plan: CorpusPlan;
} {
  const found = findParts(partFolders);
  checkAlike(found.parts);
  checkAllThere(found);
  return {
    parts: found.parts,
    plan: { ...planOfManifest(found.parts[0].manifest), part: { index: 1, of: 1 } },
  };
}

function checkAlike(parts: readonly FoundPart[]): void {
  const [first] = parts;
  for (const { folder, manifest } of parts.slice(1)) {
    const [ours, theirs] = [first.manifest, manifest].map(planOfManifest);
    const difference = firstPlanDifference(ours, theirs, ["part"]);
    if (difference === null && ours.part.of === theirs.part.of) continue;
    const { key, first: wanted, second: got } = difference ?? partCounts(ours, theirs);
    throw new RangeError(
      `Cannot merge corpora: all parts must have ${key} ${JSON.stringify(wanted)} as ${first.folder}, ` +
        `got ${JSON.stringify(got)} (${folder})`,
    );
  }
}

function checkAllThere({ parts, unfinished }: FoundParts): void {
  const { of } = (parts[0]?.manifest ?? unfinished[0].plan).part;
  const indices = parts.map(({ manifest }) => manifest.part.index);
  const there = new Set(indices);
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !there.has(index));
  if (missing.length === 0 && indices.length === of) return;
  const double = indices.filter((index, place) => indices.indexOf(index) !== place);
  const got = missing.length === 0 ? `${double.join(", ")} twice` : `none for ${rangesText(missing)}`;
  const begun = unfinishedText(unfinished.filter(({ plan }) => missing.includes(plan.part.index)));
  throw rangeError({ action: "merge corpora" }, `wanted each of the parts 1 to ${of} once`, got + begun);
}

/** "3, 7 to 9". */
function rangesText(indices: readonly number[]): string {
  const starts = indices.filter((index, place) => indices[place - 1] !== index - 1);
  const ends = indices.filter((index, place) => indices[place + 1] !== index + 1);
  return starts.map((start, i) => (start === ends[i] ? `${start}` : `${start} to ${ends[i]}`)).join(", ");
}

function unfinishedText(unfinished: readonly UnfinishedPart[]): string {
  if (unfinished.length === 0) return "";
  const list = unfinished.map(({ folder, plan }) => `\n  part ${plan.part.index} is unfinished: ${folder}`);
  return `; the same generate call with --resume finishes what was begun:${list.join("")}`;
}

function partCounts(ours: CorpusPlan, theirs: CorpusPlan) {
  return { key: "part.of", first: ours.part.of, second: theirs.part.of };
}

async function copyShard(from: string, to: string, { file, sha256 }: ShardRecord): Promise<void> {
  const target = join(to, file);
  try {
    copyFileSync(join(from, file), target);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    throw brokenPart(from, file, "no file", cause);
  }
  const found = await fileChecksum(target);
  if (found === sha256) return;
  throw brokenPart(from, file, `checksum ${found.slice(0, 12)}... instead of ${sha256.slice(0, 12)}...`);
}

function brokenPart(folder: string, file: string, got: string, cause?: unknown): Error {
  return new Error(
    `Cannot merge corpora: shard must be as its manifest says, got ${got} (${join(folder, file)}); ` +
      `make it again with heterostem corpus verify ${folder} --repair`,
    { cause },
  );
}
