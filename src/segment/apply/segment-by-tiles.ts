import type { GrayImage } from "../../core/index.ts";
import { mapTiles, planTiles } from "../../image/index.ts";
import type { TileSource } from "../../image/index.ts";
import type { PostProcessing } from "../segmenter-model.ts";
import { cleanedClasses, pointwiseClasses } from "./classify.ts";
import type { ClassRule } from "./classify.ts";
import { partNormalizer } from "./large-image.ts";
import type { LargeImage } from "./large-image.ts";
import type { Segmenter } from "./open-segmenter.ts";
import { padToGrid } from "./pad-to-grid.ts";
import { jointAnswer } from "./symmetries.ts";

/** Classes of a large image. */
export interface LargeAnswer {
  /** [height, width] class ids. */
  readonly classIds: Uint8Array;
  /** [height, width], 255 where answers differ by the most they can (a standard deviation of 0.5); null for a single answer. */
  readonly uncertainty: Uint8Array | null;
}

/** How a large image is answered. */
export interface TiledQuestion {
  readonly rule: ClassRule;
  readonly settings: PostProcessing;
  /** 1, 2, 4 or 8 symmetric views of each tile. */
  readonly views: number;
  /** Edge of a tile [px], rounded up to the networks' grid; 1024. */
  readonly tileSize?: number;
}

/**
 * Segments an image tile by tile: what is held is one tile, a band of tiles, and a byte or two a pixel of the result.
 *
 * Tiles overlap by the largest reach among the networks and begin on a grid that suits them all, so that the classes are those of the whole
 * image but for rounding. Views are views of the tile.
 *
 * @throws RangeError when a network wants an intensity step that takes the whole image
 */
export async function segmentByTiles(
  segmenters: readonly Segmenter[],
  image: LargeImage,
  question: TiledQuestion,
): Promise<LargeAnswer> {
  const { width, height } = image;
  const { gridPx, marginPx } = commonTiling(segmenters);
  const onGrid = (sizePx: number) => Math.ceil(sizePx / gridPx) * gridPx;
  const tileSize = onGrid(Math.max(question.tileSize ?? 1024, 4 * marginPx));
  const plan = planTiles(onGrid(width), onGrid(height), { tileSize, margin: marginPx });
  const members = await Promise.all(
    segmenters.map(async (segmenter) => ({
      segmenter,
      normalize: await partNormalizer(image, segmenter.metadata.config.model),
    })),
  );
  const { classNames } = segmenters[0].metadata;
  const channelCount = classNames.length === 2 ? 1 : classNames.length;
  const isJoint = segmenters.length * question.views > 1;
  const classIds = new Uint8Array(width * height);
  const uncertainty = isJoint ? new Uint8Array(width * height) : null;
  const operation = async (tile: GrayImage) => {
    const parts = members.map(({ segmenter, normalize }) => ({
      probabilities: (view: GrayImage) => segmenter.tileProbabilities(normalize(view)),
    }));
    const { map, uncertainty: spread } = await jointAnswer(parts, tile, question.views);
    return spread === null ? map.data : withSpread(map.data, spread);
  };
  const valueCount = isJoint ? channelCount + 1 : channelCount;
  const probabilities = new Float32Array(width * channelCount);
  const source = paddedTiles(image, gridPx);
  for await (const { firstRow, rowCount, data } of mapTiles(source, plan, valueCount, operation)) {
    const end = Math.min(height, firstRow + rowCount);
    for (let y = firstRow; y < end; y++) {
      const from = (y - firstRow) * plan.width * valueCount;
      for (let x = 0; x < width; x++) {
        const at = from + x * valueCount;
        for (let c = 0; c < channelCount; c++) probabilities[x * channelCount + c] = data[at + c];
        if (uncertainty !== null) uncertainty[y * width + x] = spreadByte(data[at + channelCount]);
      }
      const row = { width, height: 1, channelCount, data: probabilities };
      classIds.set(pointwiseClasses(row, question.rule, question.settings), y * width);
    }
  }
  const cleaned = cleanedClasses(classIds, { width, height, channelCount }, question);
  return { classIds: cleaned, uncertainty };
}

/**
 * A standard deviation of probabilities as a grey: 0.5 is the largest that numbers from 0 to 1 can have.
 *
 * @param deviation 0 to 0.5
 * @returns 0 to 255
 */
export const spreadByte = (deviation: number) => Math.round(Math.min(1, 2 * deviation) * 255);

/** A grid that every network's tiles may begin on, and the farthest that any of them looks. */
function commonTiling(segmenters: readonly Segmenter[]) {
  const tilings = segmenters.map(({ metadata }) => metadata.tiling);
  const gridPx = tilings.reduce((common, tiling) => leastCommonMultiple(common, tiling.gridPx), 1);
  return {
    gridPx,
    marginPx: Math.ceil(Math.max(...tilings.map(({ marginPx }) => marginPx)) / gridPx) * gridPx,
  };
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
const leastCommonMultiple = (a: number, b: number) => (a / greatestCommonDivisor(a, b)) * b;

/** Parts that may reach beyond the image, to the end of its last grid cell: there it is mirrored. */
function paddedTiles({ width, height, tiles }: LargeImage, gridPx: number): TileSource {
  return async ({ x, y, ...size }) => {
    const inside = {
      x,
      y,
      width: Math.min(size.width, width - x),
      height: Math.min(size.height, height - y),
    };
    return padToGrid(await tiles(inside), gridPx);
  };
}

/** The spread as a last channel. */
function withSpread(probabilities: Float32Array, spread: Float32Array): Float32Array {
  const channelCount = probabilities.length / spread.length;
  const result = new Float32Array(probabilities.length + spread.length);
  for (let pixel = 0, to = 0; pixel < spread.length; pixel++) {
    for (let c = 0; c < channelCount; c++) result[to++] = probabilities[pixel * channelCount + c];
    result[to++] = spread[pixel];
  }
  return result;
}
