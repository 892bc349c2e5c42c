import { extremes, median, type GrayImage } from "../../core/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import { areaBudget, MOST_COVERS } from "./area-budget.ts";
import { countOfGrey, exactGreys } from "./exact-greys.ts";
import type { InkComponent } from "./ink-components.ts";
import { linesOf } from "./read-label.ts";
import { squareSides } from "./square-sides.ts";

/** A grey that programs may have written with, and the grey of what is written on. */
export interface Ink {
  readonly ink: number;
  readonly ground: number;
}

/** A piece that can be a letter, with the number of its pixels that have the ink's very grey. */
interface Letter extends InkComponent {
  readonly exactCount: number;
}

/** Least step from the ground to black or white, and to another grey, as a share of the image's range. */
const LEAST_STEP = 0.15;
const LEAST_STEP_OF_GREY = 0.25;
/** Greys within this share of the step from the ink's are the ink's. */
const EXACT_TOLERANCE = 0.02;
/** Share of an image that an ink covers at most: a black background is none. */
const LARGEST_INK_SHARE = 0.05;
/** Heights of letters [px]; the highest also as a share of the image's height. */
const LETTER_HEIGHTS_PX = [5, 80] as const;
const HIGHEST_SHARE = 0.12;
/** A letter is not wider than so many heights, and made of strokes: no square of this share of its height fits into it. */
const WIDEST_ASPECT = 4;
const STROKE_SHARE = 0.3;
/** Shares of exact pixels: smooth letters of 10 px have 0.15 to 0.9, parts of specimens below 0.05. */
const EXACT_SHARE_OF_LETTER = 0.04;
const EXACT_SHARE_OF_LINE = 0.1;
const EXACT_SHARE_OF_FEW = 0.2;
/** Letters from which on a line of them is writing anywhere, and pieces, for some touch; fewer are near a corner, as the letters of panels are. */
const ENOUGH_LETTERS = 4;
const FEWEST_PIECES = 3;
const CORNER_SHARE = 0.2;
const HEIGHTS_OF_FEW_PX = [6, 24] as const;
const HIGHEST_OF_FEW_SHARE = 0.1;
const FEWEST_EXACT_PX = 8;
/** Width of a letter with the gap beside it, in heights. */
const LETTER_ASPECT = 0.6;
/** Letters of a line stand on it within this share of the highest one: three of four do. */
const LEVEL_TOLERANCE = 0.15;
const MOSTLY = 0.75;
/** Where most of what looks like letters stands anywhere, it is a texture; so it is where there is very much of it. */
const LEVEL_SHARE = 0.5;
const MOST_LETTERS = 1000;
/** Pixels from which the ground is told. */
const GROUND_SAMPLES = 2 ** 14;

/**
 * Finds writing anywhere in an image by what drawn letters have and specimens lack: strokes whose cores have one exact grey. It may be
 * smooth, white, black, or of any grey that the image has runs of; lines of four letters stand anywhere, fewer in a corner.
 *
 * @returns lines of writing, each as its letters
 */
export function lettering(image: GrayImage): (Ink & { readonly letters: readonly InkComponent[] })[] {
  return inksOf(image).flatMap((ink) => {
    const letters = lettersOf(image, ink);
    if (letters.length > MOST_LETTERS) return [];
    const lines = linesOf(letters) as Letter[][];
    const written = lines.filter((line) => isWriting(line, image));
    const count = written.reduce((sum, line) => sum + line.length, 0);
    return count >= LEVEL_SHARE * letters.length ? written.map((line) => ({ ...ink, letters: line })) : [];
  });
}

function inksOf(image: GrayImage): Ink[] {
  const { data } = image;
  const [low, high] = extremes(data);
  const stride = Math.ceil(data.length / GROUND_SAMPLES);
  const ground = median(
    Float32Array.from({ length: Math.floor(data.length / stride) }, (_, i) => data[i * stride]),
  );
  const least = LEAST_STEP * (high - low);
  const isInk = (value: number) => Math.abs(value - ground) >= LEAST_STEP_OF_GREY * (high - low);
  const values = new Set([high, low, ...exactGreys(image, isInk)]);
  return [...values].flatMap((value) => {
    const exactCount = countOfGrey(data, value);
    if (exactCount < FEWEST_EXACT_PX || exactCount > LARGEST_INK_SHARE * data.length) return [];
    // what is written on bright specimen has its ground half way there
    return [ground, (ground + value) / 2]
      .filter((level) => Math.abs(value - level) >= least)
      .map((level) => ({ ink: value, ground: level }));
  });
}

/** Pieces about pixels of the ink's grey that can be letters by size, strokes and grey. */
function lettersOf({ data, width, height }: GrayImage, { ink: value, ground }: Ink): Letter[] {
  const middle = (value + ground) / 2;
  const tolerance = EXACT_TOLERANCE * Math.abs(value - ground);
  const isInk = (at: number) => (value > ground ? data[at] > middle : data[at] < middle);
  const highest = Math.max(LETTER_HEIGHTS_PX[1], HIGHEST_SHARE * height);
  const seen = new Uint8Array(data.length);
  const letters: Letter[] = [];
  const fits = areaBudget(MOST_COVERS * data.length);
  for (let at = 0; at < data.length; at++) {
    if (data[at] !== value || seen[at] === 1) continue;
    const members = grown(at, { width, height, isInk, seen });
    const box = boxOf(members, width);
    // before the box is gone through: pieces within pieces cover the image thousands of times
    if (box.height < LETTER_HEIGHTS_PX[0] || box.height > highest || !fits(box)) continue;
    const piece = pieceOf(members, box, width);
    const exactCount = members.reduce((sum, i) => sum + Number(Math.abs(data[i] - value) <= tolerance), 0);
    const isInky = exactCount >= EXACT_SHARE_OF_LETTER * piece.inkCount;
    if (isInky && isInside(piece, { width, height }) && isStroked(piece))
      letters.push({ ...piece, exactCount });
  }
  return letters;
}

interface InkField {
  readonly width: number;
  readonly height: number;
  readonly isInk: (at: number) => boolean;
  /** 1 where a pixel belongs to a piece already. */
  readonly seen: Uint8Array;
}

/** All ink that hangs together with a pixel, by sides and corners. */
function grown(seed: number, { width, height, isInk, seen }: InkField): number[] {
  const members = [seed];
  seen[seed] = 1;
  for (let k = 0; k < members.length; k++) {
    const [x, y] = [members[k] % width, Math.floor(members[k] / width)];
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        const next = row * width + column;
        if (seen[next] === 1 || !isInk(next)) continue;
        seen[next] = 1;
        members.push(next);
      }
    }
  }
  return members;
}

function boxOf(members: readonly number[], width: number): PixelRegion {
  const [x, right] = extremes(members.map((at) => at % width));
  const [y, bottom] = extremes(members.map((at) => Math.floor(at / width)));
  return { x, y, width: right - x + 1, height: bottom - y + 1 };
}

function pieceOf(members: readonly number[], box: PixelRegion, width: number): InkComponent {
  const mask = new Uint8Array(box.width * box.height);
  for (const at of members) mask[(Math.floor(at / width) - box.y) * box.width + (at % width) - box.x] = 1;
  return { ...box, mask, inkCount: members.length };
}

/** Nobody writes up to the very edge of an image; specimens go on beyond it. */
const isInside = ({ x, y, width, height }: InkComponent, image: Pick<GrayImage, "width" | "height">) =>
  x > 0 && y > 0 && x + width < image.width && y + height < image.height;

function isStroked({ width, height, mask }: InkComponent): boolean {
  return (
    width <= WIDEST_ASPECT * height &&
    extremes(squareSides(mask, width))[1] < Math.max(3, STROKE_SHARE * height + 1)
  );
}

function isWriting(line: readonly Letter[], image: GrayImage): boolean {
  const height = Math.max(...line.map((letter) => letter.height));
  const exactCount = line.reduce((sum, letter) => sum + letter.exactCount, 0);
  const exactShare = exactCount / line.reduce((sum, letter) => sum + letter.inkCount, 0);
  // letters that touch are one piece: their widths tell how many there are
  const widthPx = line.reduce((sum, letter) => sum + Math.max(letter.width, LETTER_ASPECT * height), 0);
  if (line.length >= FEWEST_PIECES && widthPx >= ENOUGH_LETTERS * LETTER_ASPECT * height) {
    return exactShare >= EXACT_SHARE_OF_LINE && isLevel(line, height);
  }
  const isClear = exactShare >= EXACT_SHARE_OF_FEW && exactCount >= FEWEST_EXACT_PX;
  const highest = Math.max(HEIGHTS_OF_FEW_PX[1], HIGHEST_OF_FEW_SHARE * image.height);
  return isClear && height >= HEIGHTS_OF_FEW_PX[0] && height <= highest && isInCorner(line, image);
}

function isLevel(line: readonly Letter[], height: number): boolean {
  const feet = line.map((letter) => letter.y + letter.height);
  const foot = median(feet);
  const level = feet.filter((other) => Math.abs(other - foot) <= Math.max(1, LEVEL_TOLERANCE * height));
  return level.length >= MOSTLY * line.length;
}

function isInCorner(line: readonly Letter[], image: GrayImage): boolean {
  const [left] = extremes(line.map(({ x }) => x));
  const [top] = extremes(line.map(({ y }) => y));
  const [, right] = extremes(line.map(({ x, width }) => x + width));
  const [, foot] = extremes(line.map(({ y, height }) => y + height));
  const isNear = (from: number, to: number, size: number) => Math.min(from, size - to) <= CORNER_SHARE * size;
  return isNear(left, right, image.width) && isNear(top, foot, image.height);
}
