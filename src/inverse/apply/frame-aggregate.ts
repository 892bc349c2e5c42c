import { openRandomStream, type GrayImage } from "../../core/index.ts";
import { FRAME_SHARE } from "../../corpus/index.ts";
import { cropCenter, cropRegion, fillMasked, resampleSharply, type PixelRegion } from "../../image/index.ts";
import { neighbourMask, type FoundAggregate, type FoundAggregates } from "./find-aggregates.ts";

/** One aggregate of an image as a network sees it. */
export interface FramedAggregate {
  /** Of the network's size; the aggregate in the middle, nothing beside it. */
  readonly image: GrayImage;
  /** Steps in words. */
  readonly notes: readonly string[];
}

/** How many times larger than an image's pixels those are in which an aggregate fits a network's field; 1 where it fits as it is. */
export function frameFactor({ box }: Pick<FoundAggregate, "box">, widthPx: number): number {
  return Math.max(1, Math.max(box.width, box.height) / (FRAME_SHARE * widthPx));
}

/**
 * Brings one aggregate of an image to a network's field: its neighbours are filled with background and its noise, its box lies in the middle, and pixels are as much
 * larger as it takes for it to fit. Pixels are never made smaller: that would show nothing more.
 *
 * @param image with a pixel size
 * @param found by findAggregates on that image
 * @param aggregate which one
 * @param widthPx edge of the network's images [px]
 * @returns an image of widthPx x widthPx, its pixel size the frame's
 */
export function frameAggregate(
  image: GrayImage & { readonly pixelSizeNm: number },
  found: FoundAggregates,
  aggregate: FoundAggregate,
  widthPx: number,
): FramedAggregate {
  const factor = frameFactor(aggregate, widthPx);
  const region = squareRound(aggregate.box, Math.ceil(widthPx * factor));
  const inside = within(region, image);
  const mask = neighbourMask(found, aggregate, inside);
  const rng = openRandomStream("frame");
  const alone = fillMasked(cropRegion(image, inside), mask, rng.fork("neighbours"));
  const square = cropRegion(
    alone,
    { ...region, x: region.x - inside.x, y: region.y - inside.y },
    { padding: { background: rng.fork("padding") } },
  );
  const pixelSizeNm = image.pixelSizeNm * factor;
  const framed = cropCenter(resampleSharply(square, pixelSizeNm), widthPx, widthPx, {
    padding: { background: rng.fork("rim") },
  });
  const notes = [
    ...(factor > 1
      ? [`resampled to ${text(pixelSizeNm)} nm pixels, in which it fits the network's field`]
      : []),
    ...(mask.includes(1) ? ["what lies beside it was filled with background"] : []),
    ...(inside.width < region.width || inside.height < region.height
      ? ["padded with pixels of the background to the network's field"]
      : []),
  ];
  return { image: framed, notes };
}

/** A square of an edge round the middle of a box. */
function squareRound({ x, y, width, height }: PixelRegion, edge: number): PixelRegion {
  return {
    x: Math.round(x + (width - edge) / 2),
    y: Math.round(y + (height - edge) / 2),
    width: edge,
    height: edge,
  };
}

/** The part of a region that an image has. */
function within({ x, y, width, height }: PixelRegion, image: GrayImage): PixelRegion {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [right, bottom] = [Math.min(image.width, x + width), Math.min(image.height, y + height)];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const text = (nanometres: number) => String(Number(nanometres.toPrecision(3)));
