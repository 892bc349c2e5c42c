import { unreadable } from "../unreadable.ts";

const CLEAR = 256;
const END = 257;

/**
 * Undoes TIFF's LZW: codes of 9 to 12 bits, highest bit first, the width growing one code early [tiff6] section 13.
 *
 * @throws RangeError on a code that the table does not have yet
 */
export function decodeLzw(source: Uint8Array, byteCount: number): Uint8Array {
  const result = new Uint8Array(byteCount);
  // an entry is a piece of the output already written: its start and length
  const starts = new Int32Array(4096);
  const lengths = new Int32Array(4096);
  let [length, entryCount, width, previous] = [0, 258, 9, -1];
  let [bits, bitCount, at] = [0, 0, 0];
  while (length < byteCount) {
    while (bitCount < width && at < source.length) {
      bits = ((bits << 8) | source[at++]) & 0xffffff;
      bitCount += 8;
    }
    if (bitCount < width) break;
    bitCount -= width;
    const code = (bits >> bitCount) & ((1 << width) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      [entryCount, width, previous] = [258, 9, -1];
      continue;
    }
    const start = length;
    if (code < CLEAR) result[length++] = code;
    else if (code < entryCount || (code === entryCount && previous >= 0)) {
      // the code just being made is the last piece and its own first byte
      const isNew = code === entryCount;
      const from = isNew ? previous : starts[code];
      const end = Math.min(byteCount, length + (isNew ? start - previous + 1 : lengths[code]));
      for (let k = from; length < end; k++) result[length++] = result[k];
    } else throw unreadable(`LZW code must be at most ${entryCount}`, code);
    if (previous >= 0 && entryCount < 4096) {
      starts[entryCount] = previous;
      lengths[entryCount++] = start - previous + 1;
    }
    previous = start;
    if (entryCount >= (1 << width) - 1 && width < 12) width++;
  }
  return length === byteCount ? result : result.subarray(0, length);
}
