import { rangeError } from "../core/index.ts";

/** The part of a mask that its inside lies in. */
export interface RunsBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** [height, width], 1 inside. */
  readonly mask: Uint8Array;
}

/**
 * Decodes COCO's run lengths: runs of outside and inside in turn, down the columns [lin2014].
 *
 * The compressed form writes numbers in groups of 5 bits (bit 6 for more, bit 5 of the last for the sign) from character
 * 48 on; from the fourth on they are differences to the number two places before.
 *
 * @param width columns of the mask [px]
 * @param height rows [px]
 * @returns the inside in its box, without the rest of the mask; of width and height 0 where nothing is inside
 * @throws RangeError when the runs are longer than the mask
 */
export function decodeCocoRuns(counts: string | readonly number[], width: number, height: number): RunsBox {
  const runs = typeof counts === "string" ? decompressRuns(counts) : counts;
  const inside: [number, number][] = [];
  let at = 0;
  for (const [index, run] of runs.entries()) {
    if (!(run >= 0) || at + run > width * height) {
      const wanted = `COCO runs must fit in ${width} x ${height} px`;
      throw rangeError({ action: "read labels" }, wanted, String(at + run));
    }
    if (index % 2 === 1 && run > 0) inside.push([at, at + run]);
    at += run;
  }
  const box = boxOf(inside, height);
  const mask = new Uint8Array(box.width * box.height);
  for (const [from, to] of inside) {
    let [x, y] = [Math.floor(from / height), from % height];
    for (let i = from; i < to; i++) {
      mask[(y - box.y) * box.width + x - box.x] = 1;
      if (++y < height) continue;
      [x, y] = [x + 1, 0];
    }
  }
  return { ...box, mask };
}

/**
 * Writes a mask as COCO's run lengths, not compressed: runs of outside and inside in turn, down the columns, outside first [lin2014].
 *
 * @param mask [height, width]; anything but 0 is inside
 * @param width columns of the mask [px]
 * @param height rows [px]
 */
export function encodeCocoRuns(mask: ArrayLike<number>, width: number, height: number): number[] {
  const counts = [0];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const isInside = mask[y * width + x] !== 0;
      if (isInside !== (counts.length % 2 === 0)) counts.push(0);
      counts[counts.length - 1]++;
    }
  }
  return counts;
}

function boxOf(inside: readonly (readonly [number, number])[], height: number): Omit<RunsBox, "mask"> {
  if (inside.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  let [top, bottom] = [height, 0];
  for (const [from, to] of inside) {
    const isOneColumn = Math.floor(from / height) === Math.floor((to - 1) / height);
    top = Math.min(top, isOneColumn ? from % height : 0);
    bottom = Math.max(bottom, isOneColumn ? (to - 1) % height : height - 1);
  }
  const x = Math.floor(inside[0][0] / height);
  const right = Math.floor((inside[inside.length - 1][1] - 1) / height);
  return { x, y: top, width: right - x + 1, height: bottom - top + 1 };
}

function decompressRuns(text: string): number[] {
  const runs: number[] = [];
  for (let i = 0; i < text.length;) {
    let [value, shift, more] = [0, 0, true];
    while (more && i < text.length) {
      const code = text.charCodeAt(i++) - 48;
      value |= (code & 31) << shift;
      more = (code & 32) !== 0;
      shift += 5;
      if (!more && (code & 16) !== 0) value |= -1 << shift;
    }
    runs.push(runs.length > 2 ? value + runs[runs.length - 2] : value);
  }
  return runs;
}
