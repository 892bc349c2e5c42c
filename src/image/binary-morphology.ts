/** A mask of 0 and 1. */
export interface BinaryMask {
  readonly width: number;
  readonly height: number;
  /** [height, width], row-major. */
  readonly data: Uint8Array;
}

/**
 * Opens a mask: keeps what a disc fits into; specks and hairs go.
 *
 * @param mask of 0 and 1
 * @param radiusPx of the disc [px]
 * @returns a new mask
 * @example
 * import { openMask } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * const speck = { width: 3, height: 3, data: Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0) };
 * expect(openMask(speck, 1).data.includes(1)).toBe(false);
 */
export function openMask(mask: BinaryMask, radiusPx: number): BinaryMask {
  return dilateMask(eroded(mask, radiusPx), radiusPx);
}

/**
 * Closes a mask: fills what a disc does not fit into; pinholes and cracks go.
 *
 * @param mask of 0 and 1
 * @param radiusPx of the disc [px]
 * @returns a new mask
 */
export function closeMask(mask: BinaryMask, radiusPx: number): BinaryMask {
  return eroded(dilateMask(mask, radiusPx), radiusPx);
}

/**
 * Widens a mask by a disc.
 *
 * @param mask of 0 and 1
 * @param radiusPx of the disc [px]
 * @returns a new mask
 */
export function dilateMask(mask: BinaryMask, radiusPx: number): BinaryMask {
  return withDisc(mask, radiusPx, 1);
}

/** Beyond the border there is neither object nor background: it takes nothing away and adds nothing. */
const eroded = (mask: BinaryMask, radiusPx: number) => withDisc(mask, radiusPx, 0);

/** Spreads a value to every pixel within the disc of one that has it. */
function withDisc({ width, height, data }: BinaryMask, radiusPx: number, value: 0 | 1): BinaryMask {
  const result = data.slice();
  const offsets = discOffsets(radiusPx);
  const reach = Math.floor(radiusPx);
  const steps = Int32Array.from(offsets, ([dx, dy]) => dy * width + dx);
  for (let y = 0; y < height; y++) {
    const isMiddleRow = y >= reach && y < height - reach;
    const isEdgeRow = y === 0 || y === height - 1;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (data[at] !== value) continue;
      // away from the boundary of its region a pixel spreads to nothing new: the neighbours on the boundary reach as far
      const isEdge = isEdgeRow || x === 0 || x === width - 1;
      if (!isEdge && isAmongEqual(data, at, width)) continue;
      if (isMiddleRow && x >= reach && x < width - reach) {
        for (let k = 0; k < steps.length; k++) result[at + steps[k]] = value;
        continue;
      }
      for (const [dx, dy] of offsets) {
        const [u, v] = [x + dx, y + dy];
        if (u >= 0 && v >= 0 && u < width && v < height) result[v * width + u] = value;
      }
    }
  }
  return { width, height, data: result };
}

/** Whether a pixel's four neighbours have its value. */
function isAmongEqual(data: Uint8Array, at: number, width: number): boolean {
  const value = data[at];
  return (
    data[at - 1] === value &&
    data[at + 1] === value &&
    data[at - width] === value &&
    data[at + width] === value
  );
}

function discOffsets(radiusPx: number): (readonly [number, number])[] {
  const reach = Math.floor(radiusPx);
  const steps = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  return steps.flatMap((dy) =>
    steps.filter((dx) => dx * dx + dy * dy <= radiusPx * radiusPx).map((dx) => [dx, dy] as const),
  );
}
