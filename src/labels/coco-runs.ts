import { failureText } from "../core/index.ts";
/**
 * Decodes COCO's run lengths: runs of outside and inside in turn, down the columns [lin2014].
 *
 * The compressed form writes numbers in groups of 5 bits (bit 6 for more, bit 5 of the last for the sign) from character
 * 48 on; from the fourth on they are differences to the number two places before.
 *
 * @param width columns of the mask [px]
 * @param height rows [px]
 * @returns [height, width], 1 inside
 * @throws RangeError when the runs are longer than the mask
 */
export function decodeCocoRuns(
  counts: string | readonly number[],
  width: number,
  height: number,
): Uint8Array {
  const runs = typeof counts === "string" ? decompressRuns(counts) : counts;
  const mask = new Uint8Array(width * height);
  let at = 0;
  for (const [index, run] of runs.entries()) {
    if (!(run >= 0) || at + run > mask.length) {
      throw new RangeError(
        failureText(
          { action: "read labels" },
          `COCO runs must fit in ${width} x ${height} px`,
          String(at + run),
        ),
      );
    }
    const isRunInside = index % 2 === 1;
    if (isRunInside) {
      for (let i = at; i < at + run; i++) mask[(i % height) * width + Math.floor(i / height)] = 1;
    }
    at += run;
  }
  return mask;
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
