/**
 * Sides of the largest squares of ink that end at each pixel of a mask: each ends one that is longer by one than the least of the three before it.
 *
 * @param mask [height, width], 1 where there is ink
 * @param width of the mask [px]
 * @returns [height, width], sides [px] of the squares whose lower right corner is the pixel; 0 without ink
 */
export function squareSides(mask: Uint8Array, width: number): Uint16Array {
  const sides = new Uint16Array(mask.length);
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue;
    const isEdge = at < width || at % width === 0;
    sides[at] = isEdge ? 1 : 1 + Math.min(sides[at - 1], sides[at - width], sides[at - width - 1]);
  }
  return sides;
}
