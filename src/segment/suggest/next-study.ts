import { join } from "node:path";
import { csvText } from "../../core/index.ts";
import { makeFolders, writeNewFile } from "../../io/index.ts";
import { encodePng16 } from "../../micrograph/index.ts";
import type { SplitSets } from "../data/load-set.ts";
import { openNamePattern } from "../data/name-pattern.ts";
import type { DataConfig, SegmentConfig } from "../segment-config.ts";
import { maskPng, maskValues } from "./mask-values.ts";

/** File with the group of every image. */
const GROUPS_FILE = "groups.csv";

const SIDES = ["training", "validation", "test"] as const;

/**
 * Writes what was labelled before beside the tiles, by what it is for: former/SIDE/images and former/SIDE/labels.
 *
 * @param folder written into
 * @param former labelled images by side
 * @param classCount with the background
 * @returns the sets of a study that reads them
 */
export function writeFormerLabels(folder: string, former: SplitSets, classCount: number): DataConfig["sets"] {
  return SIDES.filter((side) => former[side].length > 0).map((side) => {
    const [images, labels] = ["images", "labels"].map((kind) => `former/${side}/${kind}`);
    for (const place of [images, labels]) makeFolders(join(folder, place));
    for (const { name, image, classIds } of former[side]) {
      writeNewFile(join(folder, images, `${name}.png`), encodePng16(image));
      writeNewFile(join(folder, labels, `${name}.png`), maskPng(classIds, image, classCount));
    }
    return { images, labels, split: side };
  });
}

/**
 * The study that trains on the corrected tiles together with the former labels: that of the model, on the files of the folder.
 *
 * @param config study of the model
 * @param formerSets of writeFormerLabels
 * @returns the study; bars and writing are out of the images already
 */
export function nextStudy(config: SegmentConfig, formerSets: DataConfig["sets"]): SegmentConfig {
  const { trainingNames: _, pixelSizeNm: __, ...data } = config.data;
  const mask = { kind: "classIds" as const, values: maskValues(data.classNames.length), ignore: 255 };
  return {
    ...config,
    data: {
      ...data,
      sets: [...formerSets, { images: "tiles", labels: "labels", split: "training" }],
      labelKind: "masks",
      mask,
      groups: { table: GROUPS_FILE, nameColumn: "image", groupColumns: ["group"] },
      split: { by: "folders" },
      cropDataBar: false,
    },
  };
}

/**
 * Writes which image belongs to which group: a tile to that of its image, by the study's pattern where it has one.
 *
 * @param groups rule of the model's study
 * @param former labelled images
 * @param tiles names, and their images
 */
export function writeGroups(
  folder: string,
  groups: DataConfig["groups"],
  { former, tiles }: { readonly former: SplitSets; readonly tiles: readonly NamedTile[] },
): void {
  const groupOf = groups !== undefined && "pattern" in groups ? openNamePattern(groups.pattern) : () => null;
  const rows = [
    ...SIDES.flatMap((side) => former[side].map(({ name, group }) => [name, group])),
    ...tiles.map(({ name, stem }) => [name, groupOf(stem) ?? stem]),
  ];
  writeNewFile(join(folder, GROUPS_FILE), csvText([["image", "group"], ...rows]));
}

interface NamedTile {
  readonly name: string;
  readonly stem: string;
}
