import { UNLABELLED } from "../../labels/index.ts";
import { pngBytes } from "../../report/index.ts";

/** The brightest class; 255 is what nobody labelled. */
const BRIGHTEST = 200;

/**
 * Greys of classes in masks that people look at: evenly spread, for ids 0 and 1 would be black on black.
 *
 * @param classCount with the background, 2 to 255
 * @returns a grey for each class, from 0 to 200; the ids themselves where there are more classes
 * @example
 * import { maskValues } from "../src/segment/suggest/mask-values.ts";
 * import { expect } from "vitest";
 * expect([maskValues(2), maskValues(3)]).toEqual([[0, 200], [0, 100, 200]]);
 */
export function maskValues(classCount: number): number[] {
  const step = Math.max(1, Math.floor(BRIGHTEST / (classCount - 1)));
  return Array.from({ length: classCount }, (_, id) => id * step);
}

/**
 * A mask as an 8-bit grey PNG.
 *
 * @param classIds [height, width], UNLABELLED is written 255
 * @param size width and height [px]
 */
export function maskPng(
  classIds: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  classCount: number,
): Uint8Array {
  const values = maskValues(classCount);
  const pixels = classIds.map((id) => (id === UNLABELLED ? 255 : values[id]));
  return pngBytes({ width, height, pixels, channels: 1 });
}
