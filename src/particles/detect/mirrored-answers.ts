import { ANSWER } from "./answer-grid.ts";
import type { Answer } from "./decode-answer.ts";

/** A way in which an image is shown. */
export interface Mirror {
  /** Left and right swapped. */
  readonly columns: boolean;
  /** Up and down swapped. */
  readonly rows: boolean;
}

/** Mirrors under which an image is shown: none, columns, rows, both. */
export const MIRRORS: readonly Mirror[] = [
  { columns: false, rows: false },
  { columns: true, rows: false },
  { columns: false, rows: true },
  { columns: true, rows: true },
];

/**
 * The mean of the network's answers for an image and its mirror images: what it says should not depend on how the image lies.
 *
 * @param image [height, width]
 * @param size of the image [px]
 * @param ask the network
 * @param shape of the answer
 * @param mirrors under which the image is shown
 * @returns logits, sizes, shifts and elongations averaged in the frame of the image
 */
export async function meanOfMirrored(
  image: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  ask: (image: Float32Array) => Promise<Float32Array>,
  { rows, columns }: Pick<Answer, "rows" | "columns">,
  mirrors: readonly Mirror[] = MIRRORS,
): Promise<Answer> {
  const plane = rows * columns;
  let data: Float32Array | null = null;
  for (const mirror of mirrors) {
    const answer = await ask(mirrored(image, width, height, mirror));
    data ??= new Float32Array(answer.length);
    for (let channel = 0; channel * plane < answer.length; channel++) {
      const own = answer.subarray(channel * plane, (channel + 1) * plane);
      const isTurned =
        (channel === ANSWER.shiftX && mirror.columns) ||
        (channel === ANSWER.shiftY && mirror.rows) ||
        (channel === ANSWER.elongationAcross && mirror.columns !== mirror.rows);
      const weight = (isTurned ? -1 : 1) / mirrors.length;
      mirrored(own, columns, rows, mirror).forEach((value, i) => {
        data![channel * plane + i] += weight * value;
      });
    }
  }
  return { data: data ?? new Float32Array(0), rows, columns };
}

function mirrored(from: Float32Array, width: number, height: number, mirror: Mirror): Float32Array {
  if (!mirror.columns && !mirror.rows) return from;
  const to = new Float32Array(from.length);
  for (let row = 0; row < height; row++) {
    const start = (mirror.rows ? height - 1 - row : row) * width;
    const line = from.subarray(start, start + width);
    to.set(line, row * width);
    if (mirror.columns) to.subarray(row * width, (row + 1) * width).reverse();
  }
  return to;
}
