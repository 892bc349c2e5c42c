import type { GrayImage } from "../../core/index.ts";
import { connectedComponents } from "../../image/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import { areaBudget, MOST_COVERS } from "./area-budget.ts";

/** A connected piece of ink: a letter, a line, a frame. */
export interface InkComponent extends PixelRegion {
  /** [height, width] of its box, 1 where it has ink. */
  readonly mask: Uint8Array;
  readonly inkCount: number;
}

/**
 * Connected pieces of ink in a part of an image, with their boxes in the image; of pieces whose boxes cover the part many times those
 * that still fit.
 *
 * @param image whole image
 * @param region part of it that is looked at
 * @param isInk whether a grey is ink
 */
export function inkComponents(
  { data, width }: GrayImage,
  region: PixelRegion,
  isInk: (grey: number) => boolean,
): InkComponent[] {
  const ink = new Uint8Array(region.width * region.height);
  for (let row = 0, i = 0; row < region.height; row++) {
    const from = (region.y + row) * width + region.x;
    for (let column = 0; column < region.width; column++, i++) ink[i] = isInk(data[from + column]) ? 1 : 0;
  }
  const { components, componentCount } = connectedComponents(ink, region.width, region.height, 8);
  const boxes = Array.from({ length: componentCount }, () => ({ x0: Infinity, y0: Infinity, x1: 0, y1: 0 }));
  for (let y = 0, i = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++, i++) {
      if (components[i] === 0) continue;
      const box = boxes[components[i] - 1];
      if (x < box.x0) box.x0 = x;
      if (x > box.x1) box.x1 = x;
      if (y < box.y0) box.y0 = y;
      if (y > box.y1) box.y1 = y;
    }
  }
  const fits = areaBudget(MOST_COVERS * ink.length);
  return boxes.flatMap(({ x0, y0, x1, y1 }, index) => {
    const size = { width: x1 - x0 + 1, height: y1 - y0 + 1 };
    if (!fits(size)) return [];
    const mask = new Uint8Array(size.width * size.height);
    let inkCount = 0;
    for (let row = 0, i = 0; row < size.height; row++) {
      const from = (y0 + row) * region.width + x0;
      for (let column = 0; column < size.width; column++, i++) {
        if (components[from + column] !== index + 1) continue;
        mask[i] = 1;
        inkCount++;
      }
    }
    return [{ x: region.x + x0, y: region.y + y0, ...size, mask, inkCount }];
  });
}

/** Whether a piece can be a letter or a dot by its size, or two letters that touch. */
export function isLetterSized({ width, height }: InkComponent): boolean {
  const isDot = width <= 8 && height <= 8;
  return isDot || (height >= LETTER_HEIGHTS_PX[0] && height <= LETTER_HEIGHTS_PX[1] && width <= 3 * height);
}

const LETTER_HEIGHTS_PX = [5, 80] as const;
