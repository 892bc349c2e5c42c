import type { GrayImage } from "../core/index.ts";
import { resamplePixels, robustRange } from "../image/index.ts";
import type { PixelRegion } from "../image/index.ts";
import { frameImage, frameLayout } from "./frame-image.ts";
import type { Micrograph } from "./micrograph.ts";
import { pixelGeometry } from "./pixel-geometry.ts";
import { DRAWINGS_PX } from "./find-overlays.ts";
import type { Overlays } from "./find-overlays.ts";
import { findDataBar } from "./scale-bar/find-data-bar.ts";
import type { DataBar } from "./scale-bar/find-data-bar.ts";
import { findScaleBar } from "./scale-bar/find-scale-bar.ts";
import type { ScaleBar } from "./scale-bar/find-scale-bar.ts";
import { bandsInMemory, surveyBands } from "./survey-bands.ts";
import type { BandSource } from "./survey-bands.ts";
import { valueStatistics } from "./value-statistics.ts";
import type { ValueStatistics } from "./value-statistics.ts";

/** What can be seen in a frame, and the statistics of the whole. */
export interface PictureFacts {
  /** Of all frames and channels, as they are stored. */
  readonly statistics: ValueStatistics;
  /** Read off the picture where the file states no pixel size; null without one. */
  readonly scaleBar: ScaleBar | null;
  readonly dataBar: DataBar | null;
  readonly robustRange: { readonly low: number; readonly high: number };
  /** The frame, or means over squares of it where it is large. */
  readonly image: GrayImage;
  /** Edge of these squares [px]; 1 where the picture was looked at as it is. */
  readonly step: number;
}

/** Whether a picture is so large that it is looked at in bands and searched in a reduced size. */
export function isLargePicture(micrograph: Pick<Micrograph, "axes" | "fileName">): boolean {
  const sizeOf = (wanted: string) => micrograph.axes.find(({ name }) => name === wanted)?.size ?? 0;
  return sizeOf("x") * sizeOf("y") > DRAWINGS_PX;
}

/**
 * Looks at a frame of a micrograph of any size.
 *
 * @param source of its bands, or the micrograph itself where it is in memory
 * @param frame which
 * @param found bars that were found in it already, where it is not large
 */
export async function pictureFacts(
  source: BandSource | Micrograph,
  frame: number,
  found: Pick<Overlays, "scaleBar" | "dataBar"> | null = null,
): Promise<PictureFacts> {
  const isInMemory = "values" in source;
  const micrograph = isInMemory ? source : source.micrograph;
  const isUnstated = pixelGeometry(micrograph.axes).kind === "unstated";
  if (isInMemory && !isLargePicture(micrograph)) {
    const image = frameImage(micrograph, frame);
    const dataBar = found === null ? findDataBar(image) : found.dataBar;
    const scaleBar = () => (found === null ? findScaleBar(image) : found.scaleBar);
    return {
      statistics: valueStatistics(micrograph),
      scaleBar: isUnstated ? scaleBar() : null,
      dataBar,
      robustRange: robustRange(image),
      image,
      step: 1,
    };
  }
  const { statistics, reduced, sample, step } = await surveyBands(
    isInMemory ? bandsInMemory(micrograph) : source,
    frame,
  );
  return {
    statistics,
    scaleBar: isUnstated ? barInReduced(reduced, step) : null,
    dataBar: enlargedDataBar(findDataBar(reduced), step, frameLayout(micrograph)),
    robustRange: robustRange(sample),
    image: reduced,
    step,
  };
}

/** Sizes of the picture, each half of the one before, in which its bar is looked for: letters of 80 px and more are not read. */
const HALVINGS = 3;

function barInReduced(reduced: GrayImage, step: number): ScaleBar | null {
  let image = reduced;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const bar = findScaleBar(image);
    if (bar !== null) return enlargedBar(bar, step * 2 ** halving);
    image = resamplePixels(image, { x: 1, y: 1 }, 2);
  }
  return null;
}

/** A bar that was found in means over squares, in the pixels of the picture. */
function enlargedBar(bar: ScaleBar, step: number): ScaleBar {
  const { region, lengthPx, pixelSizeNm } = bar;
  const { x, y, width, height } = region;
  return {
    ...bar,
    region: { x: x * step, y: y * step, width: width * step, height: height * step },
    lengthPx: lengthPx * step,
    pixelSizeNm: pixelSizeNm / step,
  };
}

type Size = Pick<PixelRegion, "width" | "height">;

/** Squares at the right and lower edge reach beyond the picture. */
function enlargedDataBar(bar: DataBar | null, step: number, picture: Size): DataBar | null {
  if (bar === null) return null;
  const enlarged = ({ y, height }: PixelRegion): PixelRegion => ({
    x: 0,
    y: y * step,
    width: picture.width,
    height: Math.min(height * step, picture.height - y * step),
  });
  return { ...bar, region: enlarged(bar.region), imageRegion: enlarged(bar.imageRegion) };
}
