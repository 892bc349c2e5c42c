import { median } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import { cropRegion, openBySquare, regionAbout } from "../../image/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import { areaBudget, MOST_COVERS } from "./area-budget.ts";
import { longest } from "./drawn-shapes.ts";
import type { DrawnShape } from "./drawn-shapes.ts";
import { MOST_LINES, SEARCHED_PX } from "./find-scale-bar.ts";
import { inkComponents, isLetterSized } from "./ink-components.ts";
import type { InkComponent } from "./ink-components.ts";
import { lettering } from "./lettering.ts";
import { linesOf } from "./read-label.ts";

/** Letters of one line of writing. */
export type Writing = readonly InkComponent[];

/** Letters that a line of writing beside a drawn line of its ink has at least. */
const FEWEST_BESIDE_LINE = 2;
/** How far from a drawn line its writing stands, in lengths of the line and in pixels. */
const REACH = { lengths: 0.5, px: 40 };
/** Share of a letter's pixels that have the very grey of the ink; smoothed letters have it in their strokes. */
const INKY_SHARE = 0.3;
const INKY_TOLERANCE = 0.02;
/** Thin letters: what an opening by a square of this side takes away, at least so much of the ink's step, and more in strokes. */
const STROKE_PX = 5;
const THIN_SHARE = 0.25;
const THIN_CORE_SHARE = 0.5;
/** A page of print has fewer letters, and fewer lines; more is a texture. */
const MOST_LETTERS = 5000;
/** A letter is made of strokes: it fills less of its box than a disc does, unless it is long and thin. */
const LARGEST_FILL = 0.75;
const THIN = 0.4;
/** Letters of a line stand as high as this share of the highest. */
const LEAST_HEIGHT_SHARE = 0.5;
/** Share of a line's letters that stand on it; a texture's pieces lie anywhere. */
const MOSTLY = 0.75;
/** Width of a letter with the gap beside it, in heights. */
const LETTER_ASPECT = 0.6;
const LEVEL_TOLERANCE = 0.12;

/**
 * Finds writing beside drawn lines, of their ink, and anywhere by its exact greys.
 *
 * @param image whole image
 * @param lines that were drawn into it
 * @returns lines of writing, each as its letters
 */
export function findWriting(image: GrayImage, lines: readonly DrawnShape[]): Writing[] {
  const fits = areaBudget(Math.max(MOST_COVERS * image.data.length, SEARCHED_PX));
  const beside = longest(lines, MOST_LINES).flatMap((line) => {
    const reachPx = Math.max(REACH.px, REACH.lengths * Math.max(line.width, line.height));
    const region = regionAbout(line, reachPx, image);
    if (!fits(region)) return [];
    return [
      ...levelLines(
        lettersOf(image, region, { ink: line.value, ground: line.ground }).filter(
          (piece) => !touches(piece, line),
        ),
        FEWEST_BESIDE_LINE,
      ),
      ...thinWriting(image, region, line),
    ];
  });
  const reach = areaBudget(Math.max(MOST_COVERS * image.data.length, SEARCHED_PX));
  const alone = lettering(image).map(({ letters, ...colours }) => {
    const rows = rowsAbout(letters, image);
    return reach(rows) ? withNeighbours(letters, inkComponents(image, rows, isInkOf(colours))) : letters;
  });
  return [...beside, ...alone].slice(0, MOST_LETTERS);
}

/**
 * Letters of thin smooth strokes, which hardly anywhere have the grey of the ink: what an opening by a square of 5 px takes away
 * [serra1982], for specimens are broader.
 */
function thinWriting(image: GrayImage, region: PixelRegion, line: DrawnShape): Writing[] {
  const part = cropRegion(image, region);
  const step = Math.abs(line.value - line.ground);
  const bright = line.value > line.ground ? part : { ...part, data: part.data.map((grey) => -grey) };
  const opened = openBySquare(bright, STROKE_PX);
  const hats = { ...part, data: bright.data.map((grey, i) => grey - opened[i]) };
  const whole = { x: 0, y: 0, width: part.width, height: part.height };
  const pieces = inkComponents(hats, whole, (hat) => hat > THIN_SHARE * step).filter(
    (piece) => !touches({ ...piece, x: piece.x + region.x, y: piece.y + region.y }, line),
  );
  if (pieces.length > MOST_LETTERS) return [];
  const letters = pieces.filter(
    (piece) => isLetterSized(piece) && isStroked(piece) && reaches(hats, piece, THIN_CORE_SHARE * step),
  );
  return levelLines(letters, FEWEST_BESIDE_LINE).map((writing) =>
    withNeighbours(writing, pieces).map((piece) => ({
      ...piece,
      x: piece.x + region.x,
      y: piece.y + region.y,
    })),
  );
}

/** The rows that a line of writing stands in, with as many above and below. */
function rowsAbout(line: Writing, image: GrayImage): PixelRegion {
  const top = Math.min(...line.map(({ y }) => y));
  const height = Math.max(...line.map((letter) => letter.y + letter.height)) - top;
  return regionAbout({ x: 0, y: top, width: image.width, height }, height, image);
}

/** A line of writing with the pieces on its level that follow at a letter's distance: faint letters, dots. */
function withNeighbours(line: Writing, pieces: readonly InkComponent[]): Writing {
  const top = Math.min(...line.map(({ y }) => y));
  const foot = Math.max(...line.map(({ y, height }) => y + height));
  const height = foot - top;
  const grown = [...line];
  for (let before = 0; before < grown.length;) {
    before = grown.length;
    const left = Math.min(...grown.map(({ x }) => x));
    const right = Math.max(...grown.map(({ x, width }) => x + width));
    for (const piece of pieces) {
      const isOnLevel = piece.y >= top - 0.3 * height && piece.y + piece.height <= foot + 0.4 * height;
      const isNext = piece.x < right + height && piece.x + piece.width > left - height;
      if (isOnLevel && isNext && !grown.includes(piece)) grown.push(piece);
    }
  }
  return grown;
}

/** Whether two boxes have a pixel in common. */
function touches(a: PixelRegion, b: PixelRegion): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Whether a piece is nowhere below a level, at its brightest. */
function reaches(image: GrayImage, piece: InkComponent, level: number): boolean {
  return piecePixels(image, piece).some((grey) => grey >= level);
}

interface InkColours {
  readonly ink: number;
  readonly ground: number;
}

/** Greys on the ink's side of the middle between ink and ground. */
function isInkOf({ ink, ground }: InkColours): (grey: number) => boolean {
  const middle = (ink + ground) / 2;
  return (grey) => (ink > ground ? grey > middle : grey < middle);
}

const isOf = (grey: number, { ink, ground }: InkColours) =>
  Math.abs(grey - ink) <= INKY_TOLERANCE * Math.abs(ink - ground);

/** Pieces of an ink that can be letters by their size, their strokes and their grey; none where they are too many. */
function lettersOf(image: GrayImage, region: PixelRegion, { ink, ground }: InkColours): InkComponent[] {
  const letters = inkComponents(image, region, isInkOf({ ink, ground })).filter(
    (piece) => isLetterSized(piece) && isStroked(piece) && isInky(image, piece, { ink, ground }),
  );
  return letters.length > MOST_LETTERS ? [] : letters;
}

const levelLines = (letters: readonly InkComponent[], fewest: number): Writing[] =>
  linesOf(letters).filter((line) => isLevel(line, fewest));

/** Whether letters stand on one line, but for the few that reach below it. */
function isLevel(line: Writing, fewest: number): boolean {
  const height = Math.max(...line.map((letter) => letter.height));
  const tall = line.filter((letter) => letter.height >= LEAST_HEIGHT_SHARE * height);
  const feet = tall.map((letter) => letter.y + letter.height);
  const foot = median(feet);
  const level = feet.filter((other) => Math.abs(other - foot) <= Math.max(1, LEVEL_TOLERANCE * height));
  // letters that touch are one piece: their widths tell how many there are
  const widthPx = tall.reduce((sum, letter) => sum + Math.max(letter.width, LETTER_ASPECT * height), 0);
  return widthPx >= fewest * LETTER_ASPECT * height && level.length >= MOSTLY * tall.length;
}

function isStroked({ width, height, inkCount }: InkComponent): boolean {
  return inkCount <= LARGEST_FILL * width * height || width <= THIN * height;
}

function isInky(image: GrayImage, piece: InkComponent, colours: InkColours): boolean {
  const exact = piecePixels(image, piece).filter((grey) => isOf(grey, colours)).length;
  return exact >= INKY_SHARE * piece.inkCount;
}

function piecePixels({ data, width }: GrayImage, { x, y, width: columns, mask }: InkComponent): Float32Array {
  const greys = new Float32Array(mask.length);
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 1) greys[count++] = data[(y + Math.floor(i / columns)) * width + x + (i % columns)];
  }
  return greys.subarray(0, count);
}
