import { connectedComponents } from "../../image/index.ts";
import type { PixelRegion } from "../../image/index.ts";

/** A connected piece of ink: a letter, a line, a frame. */
export interface InkComponent extends PixelRegion {
  /** [height, width] of its box, 1 where it has ink. */
  readonly mask: Uint8Array;
  readonly inkCount: number;
}

/**
 * Connected pieces of an ink mask with their boxes.
 *
 * @param ink [height, width], 1 for ink
 * @param width columns [px]
 * @param height rows [px]
 */
export function inkComponents(ink: Uint8Array, width: number, height: number): InkComponent[] {
  const { components, componentCount } = connectedComponents(ink, width, height, 8);
  const boxes = Array.from({ length: componentCount }, () => ({ x0: width, y0: height, x1: -1, y1: -1 }));
  for (let i = 0; i < components.length; i++) {
    if (components[i] === 0) continue;
    const box = boxes[components[i] - 1];
    const [x, y] = [i % width, Math.floor(i / width)];
    box.x0 = Math.min(box.x0, x);
    box.x1 = Math.max(box.x1, x);
    box.y0 = Math.min(box.y0, y);
    box.y1 = Math.max(box.y1, y);
  }
  return boxes.map(({ x0, y0, x1, y1 }, index) => {
    const size = { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 };
    const mask = new Uint8Array(size.width * size.height);
    let inkCount = 0;
    for (let i = 0; i < mask.length; i++) {
      const at = (y0 + Math.floor(i / size.width)) * width + x0 + (i % size.width);
      if (components[at] !== index + 1) continue;
      mask[i] = 1;
      inkCount++;
    }
    return { ...size, mask, inkCount };
  });
}
