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
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] !== value || isInside(data, x, y, width, height, value)) continue;
      for (const [dx, dy] of offsets) {
        const [u, v] = [x + dx, y + dy];
        if (u >= 0 && v >= 0 && u < width && v < height) result[v * width + u] = value;
      }
    }
  }
  return { width, height, data: result };
}

/** Away from the boundary of its region a pixel spreads to nothing new: the neighbours on the boundary reach as far. */
function isInside(
  data: Uint8Array,
  x: number,
  y: number,
  width: number,
  height: number,
  value: number,
): boolean {
  if (x === 0 || y === 0 || x === width - 1 || y === height - 1) return false;
  const at = y * width + x;
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
