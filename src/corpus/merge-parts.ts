import { rangeError } from "../core/index.ts";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { planOfManifest, readManifest, type CorpusManifest, type ShardRecord } from "./corpus-manifest.ts";
import { firstPlanDifference, shardsOfPlan, type CorpusPlan } from "./corpus-plan.ts";
import { fileChecksum } from "./verify-corpus.ts";
import { makeFolders, syncFolder } from "../io/index.ts";

/** The whole that parts make. */
export interface MergedParts {
  readonly plan: CorpusPlan;
  readonly shards: readonly ShardRecord[];
}

interface Part {
  readonly folder: string;
  readonly manifest: CorpusManifest;
}

/**
 * Copies the shards of all parts of a corpus into one folder; each is checked against its checksum on the way.
 *
 * @param folder where the whole shall be; exists
 * @param partFolders all parts, in any order
 * @param onProgress called with the number of shards copied
 * @returns plan and shards of the whole, as one run would have made them
 * @throws RangeError where parts are missing, double, or of different corpora; Error naming a shard that is broken
 */
export async function mergeParts(
  folder: string,
  partFolders: readonly string[],
  onProgress: (done: number) => void = () => {},
): Promise<MergedParts> {
  const parts = partFolders.map((part): Part => ({ folder: part, manifest: readManifest(part) }));
  checkParts(parts);
  const plan: CorpusPlan = { ...planOfManifest(parts[0].manifest), part: { index: 1, of: 1 } };
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

function checkParts(parts: readonly Part[]): void {
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
  const { of } = first.manifest.part;
  const indices = parts.map(({ manifest }) => manifest.part.index);
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !indices.includes(index));
  if (missing.length === 0 && indices.length === of) return;
  const got = missing.length === 0 ? `one of them twice` : `none for ${missing.join(", ")}`;
  throw rangeError({ action: "merge corpora" }, `wanted each of the parts 1 to ${of} once`, got);
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
