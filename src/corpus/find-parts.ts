import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseJson, usageError, type UsageError } from "../core/index.ts";
import { unfinishedPath } from "../io/index.ts";
import { MANIFEST_FILE, readManifest, type CorpusManifest } from "./corpus-manifest.ts";
import { planSchema, type CorpusPlan } from "./corpus-plan.ts";
import { PLAN_FILE } from "./write-shards.ts";

/** A part of a corpus that is complete. */
export interface FoundPart {
  readonly folder: string;
  readonly manifest: CorpusManifest;
}

/** A part that was begun and is not complete, or is being made. */
export interface UnfinishedPart {
  readonly folder: string;
  readonly plan: CorpusPlan;
}

/** What lies in folders of parts. */
export interface FoundParts {
  readonly parts: readonly FoundPart[];
  readonly unfinished: readonly UnfinishedPart[];
}

/**
 * Finds the parts of a corpus.
 *
 * @param folders each a part, or a folder that holds parts
 * @returns the parts that are complete, and those that are not
 * @throws UsageError where there is no part at all
 */
export function findParts(folders: readonly string[]): FoundParts {
  const candidates = folders.flatMap(below);
  // a part that is named, and is still beside its place
  const beside = folders.map(unfinishedPath);
  const unfinished = [...new Set([...candidates, ...beside])].flatMap((folder) => {
    const plan = unfinishedPlan(folder);
    return plan === null ? [] : [{ folder, plan }];
  });
  const isUnfinished = (folder: string) => unfinished.some((one) => one.folder === folder);
  const complete = candidates.filter(
    (folder) => existsSync(join(folder, MANIFEST_FILE)) && !isUnfinished(folder),
  );
  if (complete.length + unfinished.length === 0) throw noParts(folders);
  return { parts: complete.map((folder) => ({ folder, manifest: readManifest(folder) })), unfinished };
}

/** A part is itself; any other folder stands for the folders in it. */
function below(folder: string): string[] {
  if (existsSync(join(folder, MANIFEST_FILE)) || existsSync(join(folder, PLAN_FILE))) return [folder];
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) return [folder];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isFile())
    .map((entry) => join(folder, entry.name))
    .sort();
}

/** The plan is there from the first moment of a part to its last. */
function unfinishedPlan(folder: string): CorpusPlan | null {
  const path = join(folder, PLAN_FILE);
  if (!existsSync(path)) return null;
  return parseJson(readFileSync(path, "utf8"), planSchema, { action: "merge corpora", where: path });
}

function noParts(folders: readonly string[]): UsageError {
  return usageError(
    { action: "merge corpora", where: folders.join(", ") },
    "wanted folders written by heterostem generate --shard, or a folder that holds them",
    `none of their ${MANIFEST_FILE}`,
  );
}
