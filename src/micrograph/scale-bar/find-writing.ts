import { extremes, median } from "../../core/index.ts";
import type { GrayImage } from "../../core/index.ts";
import { cropRegion, openBySquare } from "../../image/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import type { DrawnShape } from "./drawn-shapes.ts";
import { inkComponents, isLetterSized, regionAbout } from "./ink-components.ts";
import type { InkComponent } from "./ink-components.ts";
import { linesOf } from "./read-label.ts";

/** Letters of one line of writing. */
export type Writing = readonly InkComponent[];

/** Letters that a line of writing has at least, beside a drawn line of its ink and elsewhere. */
const FEWEST_BESIDE_LINE = 2;
const FEWEST_ALONE = 4;
/** How far from a drawn line its writing stands, in lengths of the line and in pixels. */
const REACH = { lengths: 0.5, px: 40 };
/** Share of a letter's pixels that have the very grey of the ink; smoothed letters have it in their strokes. */
const INKY_SHARE = 0.3;
const INKY_TOLERANCE = 0.02;
/** Thin letters: what an opening by a square of this side takes away, at least so much of the ink's step, and more in strokes. */
const STROKE_PX = 5;
const THIN_SHARE = 0.25;
const THIN_CORE_SHARE = 0.5;
/** Pixels of pure white, or black, from which on there can be writing, and the share that it covers at most. */
const FEWEST_INK_PX = 20;
const LARGEST_INK_SHARE = 0.05;
/** A letter is made of strokes: it fills less of its box than a disc does, unless it is long and thin. */
const LARGEST_FILL = 0.75;
const THIN = 0.4;
/** Letters of a line stand as high as this share of the highest. */
const LEAST_HEIGHT_SHARE = 0.5;
/** Shares of a line's letters that stand on it, and of all letters that stand on lines; a texture's pieces lie anywhere. */
const MOSTLY = 0.75;
/** Width of a letter with the gap beside it, in heights. */
const LETTER_ASPECT = 0.6;
const LEVEL_TOLERANCE = 0.12;
const LEVEL_SHARE = 0.5;

/**
 * Finds writing beside drawn lines, of their ink, and of pure white and black anywhere.
 *
 * @param image whole image
 * @param lines that were drawn into it
 * @returns lines of writing, each as its letters
 */
export function findWriting(image: GrayImage, lines: readonly DrawnShape[]): Writing[] {
  const beside = lines.flatMap((line) => {
    const reachPx = Math.max(REACH.px, REACH.lengths * Math.max(line.width, line.height));
    const region = regionAbout(line, reachPx, image);
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
  return [...beside, ...writingAlone(image)];
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

function writingAlone(image: GrayImage): Writing[] {
  const [low, high] = extremes(image.data);
  const whole = { x: 0, y: 0, width: image.width, height: image.height };
  const inks = [
    { ink: high, ground: low },
    { ink: low, ground: high },
  ];
  return inks.flatMap((ink) => {
    const inkCount = image.data.reduce((sum, grey) => sum + Number(isOf(grey, ink)), 0);
    // neither one hot pixel nor a black background is writing
    const isSome = inkCount >= FEWEST_INK_PX && inkCount <= LARGEST_INK_SHARE * image.data.length;
    if (!isSome) return [];
    const letters = lettersOf(image, whole, ink);
    const lines = levelLines(letters, FEWEST_ALONE).filter(isEven);
    const levelCount = lines.reduce((sum, line) => sum + line.length, 0);
    // where most of what looks like letters stands anywhere, it is a texture
    return levelCount >= LEVEL_SHARE * letters.length ? lines : [];
  });
}

interface InkColours {
  readonly ink: number;
  readonly ground: number;
}

const isOf = (grey: number, { ink, ground }: InkColours) =>
  Math.abs(grey - ink) <= INKY_TOLERANCE * Math.abs(ink - ground);

/** Pieces of an ink that can be letters by their size, their strokes and their grey. */
function lettersOf(image: GrayImage, region: PixelRegion, { ink, ground }: InkColours): InkComponent[] {
  const middle = (ink + ground) / 2;
  const isInk = (grey: number) => (ink > ground ? grey > middle : grey < middle);
  return inkComponents(image, region, isInk).filter(
    (piece) => isLetterSized(piece) && isStroked(piece) && isInky(image, piece, { ink, ground }),
  );
}

const levelLines = (letters: readonly InkComponent[], fewest: number): Writing[] =>
  linesOf(letters).filter((line) => isLevel(line, fewest));

/** Whether letters are as high as capitals or as small ones; what is not drawn has any height. */
function isEven(line: Writing): boolean {
  const height = Math.max(...line.map((letter) => letter.height));
  const usual = line.filter((letter) => {
    const share = (letter.height + 0.5) / height;
    return share >= 0.87 || (share >= 0.65 && share <= 0.82);
  });
  return usual.length >= MOSTLY * line.length;
}

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
