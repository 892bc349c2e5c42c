import { join } from "node:path";
import { extremes, type GrayImage } from "../../core/index.ts";
import { cropRegion } from "../../image/index.ts";
import { makeFolders, writeNewFile } from "../../io/index.ts";
import { encodeRoiSet, UNLABELLED } from "../../labels/index.ts";
import type { SizedAnnotation } from "../../labels/index.ts";
import { encodePng16, filledImage, openImageStack } from "../../micrograph/index.ts";
import type { ImageRequest } from "../../micrograph/index.ts";
import { pngBytes } from "../../report/index.ts";
import { classify } from "../apply/classify.ts";
import { jointAnswer } from "../apply/symmetries.ts";
import { labelPicture } from "../apply/overlay.ts";
import { objectCrops } from "../particles/object-crops.ts";
import { particleOutlines } from "../particles/particle-outlines.ts";
import { symmetryCount } from "../symmetry-count.ts";
import { maskPng } from "./mask-values.ts";
import type { Scorers } from "./score-tiles.ts";
import type { SurveyedTile } from "./survey-images.ts";

/** A tile that was written, and what the network drew on it. */
export interface WrittenTile {
  readonly name: string;
  readonly image: GrayImage;
  /** [height, width], UNLABELLED where something is drawn into the image. */
  readonly classIds: Uint8Array;
  readonly annotation: SizedAnnotation;
}

/** Folders of what is written for each tile. */
const FOLDERS = ["tiles", "labels", "rois", "overlays"] as const;

/**
 * Writes tiles with the network's answer, to be corrected: tiles/ (16-bit PNG with scale, from the image's darkest pixel to its brightest),
 * labels/ (masks), rois/ (regions for ImageJ, where there are any) and overlays/.
 *
 * @param scorers networks that answer together
 * @param tiles of surveyImages
 * @param where folder to write into, and how the images are read
 * @returns the tiles in their order
 */
export async function writeTiles(
  scorers: Scorers,
  tiles: readonly SurveyedTile[],
  { folder, request }: { readonly folder: string; readonly request: ImageRequest },
): Promise<WrittenTile[]> {
  for (const name of FOLDERS) makeFolders(join(folder, name));
  const written = new Map<string, WrittenTile>();
  for (const { path, frame } of firstOfEach(tiles)) {
    const file = (await openImageStack(path, request)).image(frame);
    const image = filledImage(file);
    const [{ metadata }] = scorers;
    const { map } = await jointAnswer(scorers, image, symmetryCount(metadata.config));
    const found = classify(map, "plain", metadata.postProcessing);
    const classIds = found.map((id, i) => (file.mask?.[i] === 1 ? UNLABELLED : id));
    const range = extremes(image.data);
    for (const tile of tiles.filter((one) => one.path === path && one.frame === frame)) {
      const cut = cutTile(tile, { image, classIds }, metadata.classNames);
      writeTile(folder, cut, { range, classNames: metadata.classNames });
      written.set(tile.name, cut);
    }
  }
  return tiles.flatMap(({ name }) => written.get(name) ?? []);
}

/** One tile of each image. */
function firstOfEach(tiles: readonly SurveyedTile[]): SurveyedTile[] {
  return [...new Map(tiles.map((tile) => [`${tile.frame} ${tile.path}`, tile])).values()];
}

interface Answered {
  readonly image: GrayImage;
  readonly classIds: Uint8Array;
}

function cutTile(
  { name, box }: SurveyedTile,
  { image, classIds: all }: Answered,
  classNames: readonly string[],
): WrittenTile {
  const classIds = new Uint8Array(box.width * box.height);
  for (let y = 0; y < box.height; y++) {
    const start = (box.y + y) * image.width + box.x;
    classIds.set(all.subarray(start, start + box.width), y * box.width);
  }
  const shapes = classNames
    .slice(1)
    .flatMap((className, i) =>
      particleOutlines({ crops: [...objectCrops(classIds, i + 1, box)] }, className),
    );
  const size = { width: box.width, height: box.height };
  const annotation = { imageName: `${name}.png`, size, shapes };
  return { name, image: cropRegion(image, box), classIds, annotation };
}

function writeTile(
  folder: string,
  { name, image, classIds, annotation }: WrittenTile,
  {
    range,
    classNames,
  }: { readonly range: readonly [number, number]; readonly classNames: readonly string[] },
): void {
  const write = (kind: (typeof FOLDERS)[number], ending: string, bytes: Uint8Array) =>
    writeNewFile(join(folder, kind, `${name}.${ending}`), bytes);
  write("tiles", "png", encodePng16(image, { range }));
  write("labels", "png", maskPng(classIds, image, classNames.length));
  write("overlays", "png", pngBytes(labelPicture(image, classIds)));
  // ImageJ keeps no empty set of regions, and none is read
  if (annotation.shapes.length > 0) write("rois", "zip", encodeRoiSet(annotation.shapes));
}
