import { beyondMemory, definedPart } from "../core/index.ts";
import type { GrayImage } from "../core/index.ts";
import { maskAtSize, resamplePixels } from "../image/index.ts";
import type { PixelRegion, TileSource } from "../image/index.ts";
import { frameImage, frameLayout } from "./frame-image.ts";
import type { ImageFile, ImageStack, TiledImageFile } from "./image-record.ts";
import type { ImageRequest } from "./image-request.ts";
import type { Micrograph } from "./micrograph.ts";
import { lengthText, overlaysOf, planImage, refusal } from "./plan-image.ts";
import type { ImagePlan, OpenFile } from "./plan-image.ts";
import { readMicrographFile } from "./read-micrograph-file.ts";
import { imageTiles, micrographTiles } from "./tiles/tile-sources.ts";

/**
 * Reads one image from a file of any format, the same way for every command.
 *
 * The pixel size is that given by hand, else that in the file, else that of a scale bar in the picture. Data bars are left
 * out. A crop is taken from the picture as it is displayed, before any resampling.
 *
 * @param path of the file
 * @param request what is asked of it; nothing by default
 * @returns the image with a record of what was done
 * @throws RangeError where the file is not there, is no micrograph, or shows no image of a specimen; the text says the remedy
 * @example
 * import { mkdtempSync, writeFileSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { encodePng16, readImageFile } from "../src/micrograph/index.ts";
 * import { expect } from "vitest";
 * const path = join(mkdtempSync(join(tmpdir(), "image-")), "a.png");
 * const data = Float32Array.from({ length: 64 }, (_, i) => i);
 * writeFileSync(path, encodePng16({ width: 8, height: 8, data, intensityUnit: "arbitrary", pixelSizeNm: 0.5 }));
 * const { image, pixelSizeSource } = await readImageFile(path, { crop: { x: 2, y: 1, width: 4, height: 3 } });
 * expect([image.width, image.height, image.pixelSizeNm, pixelSizeSource]).toEqual([4, 3, 0.5, "file"]);
 */
export async function readImageFile(path: string, request: ImageRequest = {}): Promise<ImageFile> {
  const stack = await openImageStack(path, request);
  if (stack.frames.length === 1) return stack.image(stack.frames[0]);
  const got = `${stack.frames.length} frames`;
  throw refusal(request.name ?? path, "file must give one image", got, "choose one with --frame N");
}

/**
 * Opens the frames of a file that are asked for.
 *
 * @param path of the file
 * @param request what is asked of it; the first frame by default, `frame: "all"` for all
 * @returns frames, which are made into images one at a time
 * @throws RangeError where the file is not there, is no micrograph, or has no such series or frame
 */
export async function openImageStack(path: string, request: ImageRequest = {}): Promise<ImageStack> {
  const options = definedPart({ series: request.series });
  return stackOf(await readMicrographFile(path, options, request.name), path, request);
}

/** The frames that are asked for of a micrograph that is read already; else as `openImageStack`. */
export function stackOf(micrograph: Micrograph, path: string, request: ImageRequest): ImageStack {
  const { frame = 0 } = request;
  const { width, height, frameCount } = frameLayout(micrograph);
  if (frame !== "all" && frame >= frameCount) {
    const wanted = `frame must be from 0 to ${frameCount - 1}`;
    throw refusal(micrograph.fileName, wanted, String(frame), "--frame all takes all");
  }
  // the search takes longer than all else: once a frame, whoever asks
  const found = lastResult((index: number) => overlaysOf({ micrograph, request }, index));
  const file = { micrograph, path, request, overlays: found };
  return {
    path,
    frames: frame === "all" ? Array.from({ length: frameCount }, (_, i) => i) : [frame],
    pixelCount: width * height,
    overlays: found,
    image: (index) => wholeImage(file, planImage(file, index)),
    tiled: (index) => tiledImage(file, planImage(file, index)),
  };
}

/** A function that keeps its last result, for the same number again. */
function lastResult<T>(compute: (index: number) => T): (index: number) => T {
  let last: { readonly index: number; readonly result: T } | null = null;
  return (index) => {
    if (last?.index !== index) last = { index, result: compute(index) };
    return last.result;
  };
}

function wholeImage({ micrograph, request }: OpenFile, { pixelNm, ...plan }: ImagePlan): ImageFile {
  const where = micrograph.fileName;
  checkImageMemory(plan.field, where);
  const cropped = regionImage(micrograph, plan);
  checkFinite(cropped, where);
  const { resampleNm } = request;
  if (resampleNm === undefined) {
    return { ...plan, image: { ...cropped, pixelSizeNm: squareEdge(where, pixelNm) } };
  }
  if (pixelNm === null) {
    throw refusal(where, "pixel size must be known for --resample", "none", "give it with --pixel-size");
  }
  const image = resamplePixels(cropped, pixelNm, resampleNm);
  const mask = plan.mask === null ? null : maskAtSize(plan.mask, cropped, image);
  const notes = [...plan.notes, `resampled to pixels of ${lengthText(resampleNm)} nm`];
  return { ...plan, mask, notes, image };
}

/** A field of a frame; the rest of the frame is not converted. */
function regionImage(
  micrograph: Micrograph,
  { frame, field, picture }: Pick<ImagePlan, "frame" | "field" | "picture">,
): GrayImage {
  const isWhole = field.width === picture.width && field.height === picture.height;
  return isWhole ? frameImage(micrograph, frame) : micrographTiles(micrograph, frame)(field);
}

/** Floating point of the field, and as much again for what is made of it. */
const IMAGE_BYTES = 8;

function checkImageMemory({ width, height }: PixelRegion, where: string): void {
  const beyond = beyondMemory(width * height * IMAGE_BYTES);
  if (beyond === null) return;
  const got = `${beyond.got} for ${width} x ${height} px`;
  const remedy = `--crop X,Y,WIDTH,HEIGHT takes a part, ${beyond.remedy}`;
  throw refusal(where, `image must ${beyond.wanted}`, got, remedy);
}

function tiledImage(file: OpenFile, plan: ImagePlan): TiledImageFile {
  if (file.request.resampleNm !== undefined) {
    const { image, mask: _, ...record } = wholeImage(file, plan);
    const { width, height, pixelSizeNm } = image;
    return { ...record, width, height, pixelSizeNm, tiles: imageTiles(image) };
  }
  const { pixelNm, mask: _, ...record } = plan;
  const { frame, field } = record;
  const where = file.micrograph.fileName;
  const pixelSizeNm = squareEdge(where, pixelNm);
  const stored = micrographTiles(file.micrograph, frame);
  const tiles: TileSource = async (region) => {
    const tile = await stored({ ...region, x: field.x + region.x, y: field.y + region.y });
    checkFinite(tile, where);
    return { ...tile, pixelSizeNm };
  };
  return { ...record, width: field.width, height: field.height, pixelSizeNm, tiles };
}

/** Edge of a square pixel; oblong ones are refused with both numbers. */
function squareEdge(where: string, sides: ImagePlan["pixelNm"]): number | null {
  if (sides === null || sides.x === sides.y) return sides?.x ?? null;
  const got = `${lengthText(sides.x)} x ${lengthText(sides.y)} nm`;
  const finer = lengthText(Math.min(sides.x, sides.y));
  throw refusal(where, "pixels must be square", got, `resample them to square ones with --resample ${finer}`);
}

function checkFinite({ data, width }: GrayImage, where: string): void {
  const first = data.findIndex((value) => !Number.isFinite(value));
  if (first < 0) return;
  const count = data.reduce((sum, value) => sum + Number(!Number.isFinite(value)), 0);
  const place = `the first at column ${first % width}, row ${Math.floor(first / width)}`;
  const got = `${count} of ${data.length} that are NaN or infinite, ${place}`;
  throw refusal(where, "pixels must be finite numbers", got, "leave them out with --crop X,Y,WIDTH,HEIGHT");
}
