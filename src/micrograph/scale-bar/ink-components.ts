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
  for (let i = 0; i < ink.length; i++) {
    const at = (region.y + Math.floor(i / region.width)) * width + region.x + (i % region.width);
    ink[i] = isInk(data[at]) ? 1 : 0;
  }
  const { components, componentCount } = connectedComponents(ink, region.width, region.height, 8);
  const boxes = Array.from({ length: componentCount }, () => ({ x0: Infinity, y0: Infinity, x1: 0, y1: 0 }));
  for (let i = 0; i < components.length; i++) {
    if (components[i] === 0) continue;
    const box = boxes[components[i] - 1];
    const [x, y] = [i % region.width, Math.floor(i / region.width)];
    box.x0 = Math.min(box.x0, x);
    box.x1 = Math.max(box.x1, x);
    box.y0 = Math.min(box.y0, y);
    box.y1 = Math.max(box.y1, y);
  }
  const fits = areaBudget(MOST_COVERS * ink.length);
  return boxes.flatMap(({ x0, y0, x1, y1 }, index) => {
    const size = { width: x1 - x0 + 1, height: y1 - y0 + 1 };
    if (!fits(size)) return [];
    const mask = new Uint8Array(size.width * size.height);
    let inkCount = 0;
    for (let i = 0; i < mask.length; i++) {
      const at = (y0 + Math.floor(i / size.width)) * region.width + x0 + (i % size.width);
      if (components[at] !== index + 1) continue;
      mask[i] = 1;
      inkCount++;
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

/** The part of an image within a reach of a box [px]. */
export function regionAbout(
  { x, y, width, height }: PixelRegion,
  reachPx: number,
  image: GrayImage,
): PixelRegion {
  const [left, top] = [Math.max(0, Math.floor(x - reachPx)), Math.max(0, Math.floor(y - reachPx))];
  return {
    x: left,
    y: top,
    width: Math.min(image.width, Math.ceil(x + width + reachPx)) - left,
    height: Math.min(image.height, Math.ceil(y + height + reachPx)) - top,
  };
}
