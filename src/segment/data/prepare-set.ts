import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { RandomStream, StartStage } from "../../core/index.ts";
import { failureText } from "../../core/index.ts";
import { cropRegion } from "../../image/index.ts";
import { encodePng16, findDataBar } from "../../micrograph/index.ts";
import { pngBytes } from "../../report/index.ts";
import type { SegmentConfig } from "../segment-config.ts";
import { labelPicture } from "../apply/overlay.ts";
import { assignSplits } from "./assign-splits.ts";
import type { Candidate } from "./assign-splits.ts";
import { groupByPattern, groupsFromTable } from "./group-names.ts";
import type { SetEntry, SetManifest, SplitName } from "./labelled-set.ts";
import { readPairs } from "./read-pairs.ts";
import type { LabelledPair } from "./read-pairs.ts";

/** File of a prepared set that says what it holds. */
export const MANIFEST_FILE = "dataset.json";

/**
 * Prepares a data set: reads every image and its labels, cuts data bars, splits by group, and writes one folder that
 * training needs nothing else from.
 *
 * The folder holds images/ (16-bit PNG with scale), labels/ (8-bit class ids), previews/ (labels in colours that can be seen) and
 * dataset.json with split, groups, class shares, checksums of the sources and warnings.
 *
 * @param rng stream of the split
 * @param config the study
 * @param where folder that the study's paths begin in, folder to write to, progress
 * @returns the manifest
 * @throws RangeError when files do not fit each other or the study
 */
export async function prepareSet(
  rng: RandomStream,
  config: SegmentConfig,
  where: { readonly dataFolder: string; readonly out: string; readonly startStage: StartStage },
): Promise<SetManifest> {
  const { data } = config;
  const resolvePath = (path: string) => (isAbsolute(path) ? path : join(where.dataFolder, path));
  const groupOf = openGroups(data.groups, resolvePath);
  for (const folder of ["images", "labels", "previews"])
    mkdirSync(join(where.out, folder), { recursive: true });
  const stage = where.startStage("Reading images and labels", 0);
  const warnings: string[] = [];
  const found: (Candidate & Omit<SetEntry, "split" | "fold" | "group">)[] = [];
  for (const set of data.sets) {
    const skip = (names: readonly string[]) => {
      if (names.length > 0)
        warnings.push(`${names.length} images of ${set.images} have no labels: ${names.join(", ")}`);
    };
    const folders = { images: resolvePath(set.images), labels: resolvePath(set.labels) };
    for await (const pair of readPairs(folders, data, skip)) {
      if (found.some(({ name }) => name === pair.name)) {
        throw new RangeError(
          failureText({ action: "prepare data set" }, "names of images must differ", pair.name),
        );
      }
      warnings.push(...pair.notes);
      const facts = writePair(
        where.out,
        data.cropDataBar ? withoutDataBar(pair) : pair,
        data.classNames.length,
      );
      found.push({
        ...facts,
        group: groupOf(pair.name),
        folderSplit: (set.split ?? null) as SplitName | null,
      });
      stage.update(found.length, pair.name);
    }
  }
  stage.finish(`${found.length} images`);
  const { assignments, warnings: leaks } = assignSplits(rng, found, data);
  const entries = found.map(({ folderSplit: _, ...facts }, i): SetEntry => ({ ...facts, ...assignments[i] }));
  const manifest: SetManifest = {
    format: "heterostem-segmentation-1",
    config,
    entries,
    warnings: [...leaks, ...warnings],
  };
  writeFileSync(join(where.out, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

function openGroups(
  rule: SegmentConfig["data"]["groups"],
  resolvePath: (path: string) => string,
): (name: string) => string | null {
  if (rule === undefined) return () => null;
  if ("pattern" in rule) return (name) => groupByPattern(name, rule.pattern);
  const path = resolvePath(rule.table);
  const groups = groupsFromTable(readFileSync(path, "utf8"), rule, path);
  return (name) => {
    const group = groups.get(name);
    if (group !== undefined) return group;
    const context = { action: "find group", where: path };
    throw new RangeError(failureText(context, "table must have a row for every image", `none for ${name}`));
  };
}

function withoutDataBar(pair: LabelledPair): LabelledPair {
  const bar = findDataBar(pair.image);
  if (bar === null) return pair;
  const { width, height } = pair.image;
  const [above, below] = [bar.region.y, height - bar.region.y - bar.region.height];
  const y = above >= below ? 0 : bar.region.y + bar.region.height;
  const rows = Math.max(above, below);
  if (rows < 1) return pair;
  return {
    ...pair,
    image: cropRegion(pair.image, { x: 0, y, width, height: rows }),
    classIds: pair.classIds.slice(y * width, (y + rows) * width),
  };
}

function writePair(folder: string, { name, image, classIds, sha256 }: LabelledPair, classCount: number) {
  const { width, height, pixelSizeNm } = image;
  writeFileSync(join(folder, "images", `${name}.png`), encodePng16(image));
  const labels = pngBytes({ width, height, pixels: classIds, channels: 1 });
  writeFileSync(join(folder, "labels", `${name}.png`), labels);
  writeFileSync(join(folder, "previews", `${name}.png`), pngBytes(labelPicture(image, classIds)));
  const counts = new Float64Array(classCount);
  for (const classId of classIds) counts[classId]++;
  const classShares = [...counts].map((count) => count / classIds.length);
  return { name, width, height, pixelSizeNm, classShares, sourceSha256: sha256 };
}
