import { extremes, type GrayImage } from "../../core/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import { findDataBar } from "./find-data-bar.ts";
import { inkComponents } from "./ink-components.ts";
import type { InkComponent } from "./ink-components.ts";
import { readLengthLabels } from "./read-label.ts";
import type { LengthLabel } from "./read-label.ts";

/** A scale bar with the length that is written beside it. */
export interface ScaleBar {
  /** Box of the line with its end ticks [px]. */
  readonly region: PixelRegion;
  /** Length of the line, between the middles of the ticks where it has them [px]. */
  readonly lengthPx: number;
  /** The label as it was read, such as "2 µm". */
  readonly label: string;
  /** Written length over the line's pixels [nm]. */
  readonly pixelSizeNm: number;
  /** One pixel of the line's length: the relative error that the drawing allows. */
  readonly relativeUncertainty: number;
  /** 0 to 1: likeness of the least certain letter; below about 0.6 a person should look. */
  readonly confidence: number;
}

/** Ink differs from its ground by more than this share of the range of intensities. */
const INK_CONTRAST = 0.4;
/** A bar is at least this long and at most this long, as shares of the image's width. */
const LINE_SHARES = [0.03, 0.7] as const;
const LETTER_HEIGHTS_PX = [5, 80] as const;
/** Ink burnt into an image covers less of it than this. */
const LARGEST_INK_SHARE = 0.05;
/** More pieces of letter size near a line are texture, not text. */
const LARGEST_LETTER_COUNT = 300;

/**
 * Finds a scale bar and reads its length, in the data bar where the image has one, else among its brightest or darkest pixels.
 *
 * @param image grey image
 * @returns the bar with the pixel size that follows, or null where no line and label go together
 */
export function findScaleBar(image: GrayImage): ScaleBar | null {
  for (const { ink, region } of inkMasks(image)) {
    const components = inkComponents(ink, region.width, region.height);
    const lines = components.flatMap((component) => {
      const lengthPx = lineLength(component, image.width);
      return lengthPx === null ? [] : [{ component, lengthPx }];
    });
    // the texture of a specimen can look like thousands of letters: only those near a line are read
    const letters = components.filter(
      (component) => isLetterSized(component) && isNearLine(component, lines),
    );
    if (letters.length > LARGEST_LETTER_COUNT) continue;
    const labels = readLengthLabels(letters);
    const found = nearestPair(lines, labels);
    if (found) return scaleBarOf(found, region);
  }
  return null;
}

/** Masks to look at in turn: the data bar's, or those of the brightest and the darkest intensity of the image. */
function inkMasks(image: GrayImage): { readonly ink: Uint8Array; readonly region: PixelRegion }[] {
  const [low, high] = extremes(image.data);
  const bar = findDataBar(image);
  if (bar) {
    const { region, ground } = bar;
    const start = region.y * image.width;
    const values = image.data.subarray(start, start + region.width * region.height);
    const contrast = INK_CONTRAST * (high - low);
    return [
      { ink: Uint8Array.from(values, (value) => (Math.abs(value - ground) > contrast ? 1 : 0)), region },
    ];
  }
  const region = { x: 0, y: 0, width: image.width, height: image.height };
  const tolerance = 0.02 * (high - low);
  const masks = [
    Uint8Array.from(image.data, (value) => (value >= high - tolerance ? 1 : 0)),
    Uint8Array.from(image.data, (value) => (value <= low + tolerance ? 1 : 0)),
  ];
  return masks
    .filter((ink) => ink.reduce((sum, value) => sum + value, 0) < LARGEST_INK_SHARE * ink.length)
    .map((ink) => ({ ink, region }));
}

function isLetterSized({ width, height }: InkComponent): boolean {
  const isDot = width <= 8 && height <= 8;
  return isDot || (height >= LETTER_HEIGHTS_PX[0] && height <= LETTER_HEIGHTS_PX[1] && width <= 2 * height);
}

/** How far from the middle of its line a label can stand [px]. */
const reachOf = ({ width }: InkComponent) => Math.max(80, 1.5 * width);

function isNearLine(component: InkComponent, lines: readonly Line[]): boolean {
  return lines.some(({ component: line }) => {
    const dx = component.x - (line.x + line.width / 2);
    const dy = component.y - (line.y + line.height / 2);
    return component !== line && Math.hypot(dx, dy) < 1.5 * reachOf(line);
  });
}

/** Length of a piece that is a line: rows inked all along, and nothing else but ticks at the ends; null for others. */
function lineLength({ mask, width, height, inkCount }: InkComponent, imageWidth: number): number | null {
  if (width < LINE_SHARES[0] * imageWidth || width > LINE_SHARES[1] * imageWidth) return null;
  const rowInk = Array.from({ length: height }, (_, y) => {
    return mask.subarray(y * width, (y + 1) * width).reduce((sum, value) => sum + value, 0);
  });
  const fullRows = rowInk.filter((count) => count >= 0.95 * width).length;
  if (fullRows === 0 || fullRows > width / 4) return null;
  const tickWidth = endTickWidth(mask, width, height);
  // what the full rows and the two ticks do not explain is another drawing
  const explained = fullRows * width + 2 * tickWidth * (height - fullRows);
  if (inkCount > 1.2 * explained + 4) return null;
  return height > fullRows + 1 ? width - tickWidth : width;
}

/** Columns at the left end that are inked over most of the height. */
function endTickWidth(mask: Uint8Array, width: number, height: number): number {
  const columnInk = (x: number) =>
    Array.from({ length: height }, (_, y) => mask[y * width + x]).filter(Boolean).length;
  let tickWidth = 0;
  while (tickWidth < width && columnInk(tickWidth) >= 0.7 * height) tickWidth++;
  return tickWidth === width ? 0 : tickWidth;
}

interface Line {
  readonly component: InkComponent;
  readonly lengthPx: number;
}

interface Pair {
  readonly line: Line;
  readonly label: LengthLabel;
}

/** The line and the label that lie closest, within a line's length of each other. */
function nearestPair(lines: readonly Line[], labels: readonly LengthLabel[]): Pair | null {
  let [best, smallest]: [Pair | null, number] = [null, Infinity];
  for (const line of lines) {
    for (const label of labels) {
      const { x, y, width, height } = line.component;
      const distance = Math.hypot(label.x - (x + width / 2), label.y - (y + height / 2));
      if (distance < smallest && distance < reachOf(line.component))
        [best, smallest] = [{ line, label }, distance];
    }
  }
  return best;
}

function scaleBarOf({ line, label }: Pair, region: PixelRegion): ScaleBar {
  const { x, y, width, height } = line.component;
  return {
    region: { x: region.x + x, y: region.y + y, width, height },
    lengthPx: line.lengthPx,
    label: label.text,
    pixelSizeNm: label.lengthNm / line.lengthPx,
    relativeUncertainty: 1 / line.lengthPx,
    confidence: label.confidence,
  };
}
