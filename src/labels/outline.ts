/** Steps along the pixel edges: right, down, left, up. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * Outlines of a mask along the edges of its pixels; outer rings run clockwise on the screen, holes the other way.
 *
 * Pixel (x, y) has the corners (x, y) and (x + 1, y + 1). Filling the rings by the even-odd rule with pixel centres at
 * 1/2 gives the same mask back. Pixels that touch at a corner only get rings of their own.
 *
 * @param mask [height, width]; anything but 0 is inside
 * @param width columns [px]
 * @param height rows [px]
 * @returns closed rings of flat coordinates; points in the middle of a straight edge are left out
 */
export function outlineMask(mask: ArrayLike<number>, width: number, height: number): number[][] {
  const isInside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] !== 0;
  const isUsed = new Uint8Array((width + 1) * (height + 1));
  const rings: number[][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // an upper edge that no ring has yet: inside below it, outside above
      const isEdge = isInside(x, y) && !isInside(x, y - 1);
      if (isEdge && isUsed[y * (width + 1) + x] === 0) rings.push(follow(x, y, isInside, isUsed, width));
    }
  }
  return rings;
}

/** Goes round with the inside at the right hand; at a corner where two pixels touch it turns right, which parts them. */
function follow(
  startX: number,
  startY: number,
  isInside: (x: number, y: number) => boolean,
  isUsed: Uint8Array,
  width: number,
): number[] {
  const ring: number[] = [];
  let [x, y, direction] = [startX, startY, 0];
  do {
    if (direction === 0) isUsed[y * (width + 1) + x] = 1;
    const [dx, dy] = STEPS[direction];
    [x, y] = [x + dx, y + dy];
    const turned = nextDirection(x, y, direction, isInside);
    if (turned !== direction) ring.push(x, y);
    direction = turned;
  } while (x !== startX || y !== startY || direction !== 0);
  return ring;
}

/** Pixels ahead at the right and at the left hand decide: no inside ahead right, turn right; inside ahead left, turn left. */
function nextDirection(
  x: number,
  y: number,
  direction: number,
  isInside: (x: number, y: number) => boolean,
): number {
  // the pixel ahead at the right hand, by direction; at the left hand it is that of the direction before
  const ahead = [
    [x, y],
    [x - 1, y],
    [x - 1, y - 1],
    [x, y - 1],
  ];
  const right = ahead[direction];
  const left = ahead[(direction + 3) % 4];
  if (!isInside(right[0], right[1])) return (direction + 1) % 4;
  return isInside(left[0], left[1]) ? (direction + 3) % 4 : direction;
}
