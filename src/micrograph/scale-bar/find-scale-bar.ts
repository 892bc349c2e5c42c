import { extremes, type GrayImage } from "../../core/index.ts";
import { regionAbout } from "../../image/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import { areaBudget, MOST_COVERS } from "./area-budget.ts";
import { drawnShapes, longest, longSide } from "./drawn-shapes.ts";
import type { DrawnShape } from "./drawn-shapes.ts";
import { findDataBar } from "./find-data-bar.ts";
import type { DataBar } from "./find-data-bar.ts";
import { inkComponents, isLetterSized } from "./ink-components.ts";
import type { InkComponent } from "./ink-components.ts";
import { lineShape } from "./line-shape.ts";
import type { LineShape } from "./line-shape.ts";
import { readingCost, readLengthLabels } from "./read-label.ts";
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
  /** 0 to 1: likeness of the least certain letter. */
  readonly confidence: number;
}

/** Confidence below which a person should look: a label read less surely gives no pixel size. */
export const SURE_LABEL = 0.6;

/** A scale bar and the ink that it was read from. */
export interface WrittenBar {
  readonly bar: ScaleBar;
  readonly line: InkComponent;
  readonly letters: readonly InkComponent[];
}

/** Ink differs from its ground by more than this share of what differs most. */
const INK_CONTRAST = 0.4;
/** A bar is at least this long and at most this long, as shares of the image's width. */
const LINE_SHARES = [0.03, 0.7] as const;
const SHORTEST_LINE_PX = 12;
/** Ink burnt into an image covers less of it than this. */
const LARGEST_INK_SHARE = 0.05;
/** More pieces of letter size near a line are texture, not text. */
const LARGEST_LETTER_COUNT = 300;
/** Comparisons of a piece with all templates, in all inks of a picture: a label has some ten letters. */
const MOST_COMPARISONS = 100_000;
/** Lines beside which is looked for a label, the longest first, and the pixels about them where the picture is small. */
export const MOST_LINES = 100;
export const SEARCHED_PX = 2 ** 22;
/** Greys this near the brightest or darkest, as share of the range, are ink where no line was seen. */
const EXTREME_SHARE = 0.02;

/**
 * Finds a scale bar and reads its length: in the data bar, in a box, beside a line drawn into the image, or among its brightest
 * or darkest pixels; null where no line and label go together.
 */
export function findScaleBar(image: GrayImage): ScaleBar | null {
  return readScaleBar(image, findDataBar(image), drawnShapes(image))?.bar ?? null;
}

/** The same with what was found in the image already, and the ink. */
export function readScaleBar(
  image: GrayImage,
  dataBar: DataBar | null,
  shapes: readonly DrawnShape[],
): WrittenBar | null {
  let comparisons = MOST_COMPARISONS;
  for (const { pieces, lines } of inks(image, dataBar, shapes)) {
    // the texture of a specimen can look like thousands of letters: only those near a line are read
    const letters = pieces.filter((piece) => isLetterSized(piece) && isNearLine(piece, lines));
    const cost = letters.reduce((sum, letter) => sum + readingCost(letter), 0);
    if (letters.length > LARGEST_LETTER_COUNT || cost > comparisons) continue;
    comparisons -= cost;
    const found = nearestPair(lines, readLengthLabels(letters));
    if (found) return scaleBarOf(image, found);
  }
  return null;
}

/** Pieces of one ink, and those of them that are lines. */
interface Ink {
  readonly pieces: readonly InkComponent[];
  readonly lines: readonly Line[];
}

/** Inks to look at in turn; each is looked for when its turn comes. */
function* inks(image: GrayImage, dataBar: DataBar | null, shapes: readonly DrawnShape[]): Generator<Ink> {
  const boxes = shapes
    .filter(({ kind }) => kind === "box")
    .map((box) => ({ region: box, ground: box.value }));
  for (const ground of dataBar === null ? boxes : [dataBar, ...boxes]) yield inkOn(image, ground);
  // the longest first: strokes of large letters are lines, too
  const lines = shapes.filter(({ kind }) => kind === "line").sort((a, b) => longSide(b) - longSide(a));
  const fits = areaBudget(Math.max(MOST_COVERS * image.data.length, SEARCHED_PX));
  for (const line of lines.slice(0, MOST_LINES)) {
    const region = regionAbout(line, 1.5 * reachOf(line), image);
    if (fits(region)) yield inkBeside(image, line, region);
  }
  const region = { x: 0, y: 0, width: image.width, height: image.height };
  const [low, high] = extremes(image.data);
  const tolerance = EXTREME_SHARE * (high - low);
  for (const isInk of [
    (grey: number) => grey >= high - tolerance,
    (grey: number) => grey <= low + tolerance,
  ]) {
    const inkCount = image.data.reduce((sum, grey) => sum + Number(isInk(grey)), 0);
    if (inkCount < LARGEST_INK_SHARE * image.data.length) {
      yield withLines(inkComponents(image, region, isInk), image.width);
    }
  }
}

/** What is written on a ground of one grey. */
function inkOn(
  image: GrayImage,
  { region, ground }: { readonly region: PixelRegion; readonly ground: number },
): Ink {
  let most = 0;
  for (let y = region.y; y < region.y + region.height; y++) {
    for (let x = region.x; x < region.x + region.width; x++) {
      most = Math.max(most, Math.abs(image.data[y * image.width + x] - ground));
    }
  }
  const isInk = (grey: number) => Math.abs(grey - ground) > INK_CONTRAST * most;
  return withLines(inkComponents(image, region, isInk), image.width);
}

/** What is written beside a line, on its side of the middle between the line's grey and that of its ground. */
function inkBeside(image: GrayImage, line: DrawnShape, region: PixelRegion): Ink {
  const middle = (line.value + line.ground) / 2;
  const isInk = (grey: number) => (line.value > line.ground ? grey > middle : grey < middle);
  const shape = lineShape(line);
  const lines = shape === null ? [] : [{ ...shape, component: line }];
  return { pieces: inkComponents(image, region, isInk), lines };
}

function withLines(pieces: readonly InkComponent[], imageWidth: number): Ink {
  const lines = pieces.flatMap((component) => {
    const shape = lineShape(component);
    // among letters an upright line is one of them
    if (shape === null || shape.isVertical) return [];
    const isLong = shape.lengthPx >= Math.max(SHORTEST_LINE_PX, LINE_SHARES[0] * imageWidth);
    return isLong && shape.lengthPx <= LINE_SHARES[1] * imageWidth ? [{ ...shape, component }] : [];
  });
  const kept = new Set(
    longest(
      lines.map(({ component }) => component),
      MOST_LINES,
    ),
  );
  return { pieces, lines: lines.filter(({ component }) => kept.has(component)) };
}

/** How far from the middle of its line a label can stand [px]. */
const reachOf = (line: PixelRegion) => Math.max(80, 1.5 * longSide(line));

function isNearLine(component: InkComponent, lines: readonly Line[]): boolean {
  return lines.some(({ component: line }) => {
    const dx = component.x - (line.x + line.width / 2);
    const dy = component.y - (line.y + line.height / 2);
    return component !== line && Math.hypot(dx, dy) < 1.5 * reachOf(line);
  });
}

/** Shares of ink between which a pixel at the end of a line is one that the line covers in part; noise beyond them. */
const PARTLY_INKED = [0.15, 0.85] as const;

/** What the outermost pixel of a smoothly drawn line lacks of a whole one, at its left (-1) or right (1) end [px]. */
function missingInk({ data, width }: GrayImage, { component: line, isVertical }: Line, side: -1 | 1): number {
  if (isVertical) return 0;
  const row = (line.y + Math.floor(line.height / 2)) * width;
  const end = side < 0 ? line.x : line.x + line.width - 1;
  if (end + 2 * side < 0 || end + 2 * side >= width) return 0;
  const [inner, outer, ground] = [end - 2 * side, end, end + 2 * side].map((column) => data[row + column]);
  const share = (outer - ground) / (inner - ground);
  return share > PARTLY_INKED[0] && share < PARTLY_INKED[1] ? 1 - share : 0;
}

interface Line extends LineShape {
  readonly component: InkComponent;
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

function scaleBarOf(image: GrayImage, { line, label }: Pair): WrittenBar {
  const { x, y, width, height } = line.component;
  const lengthPx = line.lengthPx - missingInk(image, line, -1) - missingInk(image, line, 1);
  const bar = {
    region: { x, y, width, height },
    lengthPx,
    label: label.text,
    pixelSizeNm: label.lengthNm / lengthPx,
    relativeUncertainty: 1 / lengthPx,
    confidence: label.confidence,
  };
  return { bar, line: line.component, letters: label.letters };
}
