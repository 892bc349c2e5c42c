import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { RandomStream, StartStage } from "../../core/index.ts";
import { rangeError } from "../../core/index.ts";
import { makeFolders, writeNewFile } from "../../io/index.ts";
import { contentKey, cropRegion } from "../../image/index.ts";
import { UNLABELLED } from "../../labels/index.ts";
import { encodeNpy, encodePng16, filledImage, findOverlays } from "../../micrograph/index.ts";
import { pngBytes } from "../../report/index.ts";
import type { SegmentConfig } from "../segment-config.ts";
import { labelPicture } from "../apply/overlay.ts";
import { assignSplits } from "./assign-splits.ts";
import type { Candidate } from "./assign-splits.ts";
import { checkSides, STUDY_REMEDY } from "./check-sides.ts";
import { groupsByPattern, groupsFromTable } from "./group-names.ts";
import { MANIFEST_FILE, sharesOf } from "./labelled-set.ts";
import type { SetEntry, SetManifest, SplitName } from "./labelled-set.ts";
import { readPairs } from "./read-pairs.ts";
import type { LabelledPair } from "./read-pairs.ts";

/**
 * Prepares a data set: reads every image and its labels, leaves out bars and writing, splits by group, and writes one folder that
 * training needs nothing else from.
 *
 * The folder holds images/ (16-bit PNG with scale), labels/ (8-bit class ids, 255 where nobody labelled), instances/ (numbers of
 * objects, where labels have them), previews/ (labels in colours that can be seen) and
 * dataset.json with split, groups, class shares, checksums of the sources and warnings.
 *
 * @param rng stream of the split
 * @param config the study
 * @param where folder that the study's paths begin in, folder to write to, progress
 * @returns the manifest
 * @throws RangeError when files do not fit each other or the study, a picture stands on two sides of the split, or a side lacks a class
 */
export async function prepareSet(
  rng: RandomStream,
  config: SegmentConfig,
  where: { readonly dataFolder: string; readonly out: string; readonly startStage: StartStage },
): Promise<SetManifest> {
  const { data } = config;
  const resolvePath = (path: string) => (isAbsolute(path) ? path : join(where.dataFolder, path));
  const groupOf = openGroups(data.groups, resolvePath);
  for (const folder of ["images", "labels", "instances", "previews"]) makeFolders(join(where.out, folder));
  const stage = where.startStage("Reading images and labels", 0);
  const warnings: string[] = [];
  const candidates: (Candidate & Found)[] = [];
  for (const set of data.sets) {
    const folders = { images: resolvePath(set.images), labels: resolvePath(set.labels) };
    const { labelKind = data.labelKind } = set;
    for await (const pair of readPairs(folders, { ...data, labelKind }, (note) => warnings.push(note))) {
      if (candidates.some(({ name }) => name === pair.name)) {
        throw rangeError({ action: "prepare data set" }, "names of images must differ", pair.name);
      }
      const shown = data.cropDataBar ? withoutOverlays(pair) : pair;
      warnings.push(...shown.notes);
      candidates.push({
        ...writePair(where.out, shown, data.classNames.length),
        name: pair.name,
        group: groupOf(pair.name),
        folderSplit: (set.split ?? null) as SplitName | null,
      });
      stage.update(candidates.length, pair.name);
    }
  }
  stage.finish(`${candidates.length} images`);
  const { assignments, warnings: leaks } = assignSplits(rng, candidates, data);
  const entries = candidates.map(({ facts }, i): SetEntry => ({ ...facts, ...assignments[i] }));
  const sides = entries
    .map((entry, i) => ({ ...entry, key: candidates[i].key, side: sideOf(entry) }))
    .filter(({ split }) => split !== "unused");
  checkSides(sides, data.classNames, { action: "prepare data set" }, STUDY_REMEDY);
  const manifest: SetManifest = {
    format: "heterostem-segmentation-1",
    config,
    entries,
    warnings: [...leaks, ...warnings],
  };
  writeNewFile(join(where.out, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

const sideOf = ({ split, fold }: SetEntry) => (fold === null ? split : `fold ${fold}`);

/** What is known of an image before its split is. */
interface Found {
  readonly facts: Omit<SetEntry, "split" | "fold" | "group">;
  /** Key of what the image shows. */
  readonly key: string;
}

function openGroups(
  rule: SegmentConfig["data"]["groups"],
  resolvePath: (path: string) => string,
): (name: string) => string | null {
  if (rule === undefined) return () => null;
  if ("pattern" in rule) return groupsByPattern(rule.pattern);
  const path = resolvePath(rule.table);
  const groups = groupsFromTable(readFileSync(path, "utf8"), rule, path);
  return (name) => {
    const group = groups.get(name);
    if (group !== undefined) return group;
    const context = { action: "find group", where: path };
    throw rangeError(context, "table must have a row for every image", `none for ${name}`);
  };
}

/**
 * The pair without its data bar. What is drawn into the field is filled, as everywhere, and labelled by nobody: it is neither trained on
 * nor counted.
 */
function withoutOverlays(pair: LabelledPair): LabelledPair {
  const { field, mask, notes } = findOverlays(pair.image, "cropDataBar: false");
  const [from, to] = [field.y * field.width, (field.y + field.height) * field.width];
  const drawn = mask?.subarray(from, to) ?? null;
  const labels = <T extends Uint8Array | Int32Array>(all: T, unlabelled: number) =>
    all.slice(from, to).map((id, i) => (drawn?.[i] === 1 ? unlabelled : id)) as T;
  return {
    ...pair,
    image: filledImage({ image: cropRegion(pair.image, field), mask: drawn }),
    classIds: labels(pair.classIds, UNLABELLED),
    instanceIds: pair.instanceIds === null ? null : labels(pair.instanceIds, 0),
    notes: [...pair.notes, ...notes.map((note) => `${pair.name}: ${note}`)],
  };
}

function writePair(folder: string, pair: LabelledPair, classCount: number): Found {
  const { name, image, classIds, instanceIds, sha256 } = pair;
  const { width, height, pixelSizeNm } = image;
  writeNewFile(join(folder, "images", `${name}.png`), encodePng16(image));
  const labels = pngBytes({ width, height, pixels: classIds, channels: 1 });
  writeNewFile(join(folder, "labels", `${name}.png`), labels);
  writeNewFile(join(folder, "previews", `${name}.png`), pngBytes(labelPicture(image, classIds)));
  if (instanceIds !== null) {
    const array = encodeNpy({ data: instanceIds, shape: [height, width] });
    writeNewFile(join(folder, "instances", `${name}.npy`), array);
  }
  const classShares = sharesOf(classIds, classCount);
  return {
    facts: { name, width, height, pixelSizeNm, classShares, sourceSha256: sha256 },
    key: contentKey(image),
  };
}
