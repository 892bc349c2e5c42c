import type { InkComponent } from "./ink-components.ts";

/** A piece of ink that is a line along rows or columns, with ticks at its ends or without. */
export interface LineShape {
  readonly isVertical: boolean;
  /** Between the middles of the ticks where it has them [px]. */
  readonly lengthPx: number;
  readonly thicknessPx: number;
  /** Share of the ink that a clean drawing of line and ticks would not have, or would have besides. */
  readonly raggedness: number;
}

/** Lines are at least this many times as long as thick. */
const LEAST_ELONGATION = 3.5;
/** Ticks are this thick, or as thick as the line, and reach over this share of its length, at most. */
const LARGEST_TICK_PX = 3;
const LARGEST_TICK_SHARE = 0.8;
/** Share of a row's pixels from which on it is inked all along. */
const FULL_ROW_SHARE = 0.95;

/** The line that a piece of ink is; null for letters and other drawings. */
export function lineShape(piece: InkComponent): LineShape | null {
  return horizontalLine(piece) ?? verticalLine(piece);
}

function horizontalLine({ mask, width, height, inkCount }: InkComponent): LineShape | null {
  if (height > LARGEST_TICK_SHARE * width) return null;
  const fullRows = countWhere(height, (y) => inkAt(mask, y * width, 1, width) >= FULL_ROW_SHARE * width);
  if (fullRows === 0 || width < LEAST_ELONGATION * fullRows) return null;
  let tickPx = 0;
  while (tickPx < width && inkAt(mask, tickPx, width, height) >= 0.7 * height) tickPx++;
  if (tickPx > Math.max(LARGEST_TICK_PX, fullRows)) tickPx = 0;
  const clean = fullRows * width + 2 * tickPx * (height - fullRows);
  // what the full rows and the two ticks do not explain is another drawing
  if (inkCount > 1.2 * clean + 4) return null;
  const lengthPx = height > fullRows + 1 ? width - tickPx : width;
  return { isVertical: false, lengthPx, thicknessPx: fullRows, raggedness: Math.abs(inkCount / clean - 1) };
}

function verticalLine({ mask, width, height, ...piece }: InkComponent): LineShape | null {
  if (width > LARGEST_TICK_SHARE * height) return null;
  const turned = Uint8Array.from(mask, (_, i) => mask[(i % height) * width + Math.floor(i / height)]);
  const line = horizontalLine({ ...piece, mask: turned, width: height, height: width });
  return line === null ? null : { ...line, isVertical: true };
}

const countWhere = (count: number, is: (i: number) => boolean) =>
  Array.from({ length: count }, (_, i) => is(i)).filter(Boolean).length;

/** Pixels with ink among `count`, beginning at `start`, a step apart. */
function inkAt(mask: Uint8Array, start: number, step: number, count: number): number {
  let ink = 0;
  for (let k = 0, at = start; k < count; k++, at += step) ink += mask[at];
  return ink;
}
