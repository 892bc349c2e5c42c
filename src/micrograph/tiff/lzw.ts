import { unreadable } from "../unreadable.ts";

const CLEAR = 256;
const END = 257;
const MOST_ENTRIES = 4096;
const MOST_BITS = 12;

/**
 * Undoes TIFF's LZW: codes of 9 to 12 bits, highest bit first, the width growing one code early [tiff6] section 13.
 *
 * @throws RangeError on a code that the table does not have yet
 */
export function decodeLzw(source: Uint8Array, byteCount: number): Uint8Array {
  const result = new Uint8Array(byteCount);
  const bitEnd = 8 * source.length;
  // an entry is a piece of the output already written, from the start of a code to one byte beyond the start of the next
  const starts = new Int32Array(MOST_ENTRIES + 1);
  let [length, entryCount, width, isFirst, position] = [0, 258, 9, true, 0];
  while (length < byteCount && position + width <= bitEnd) {
    const code = codeAt(source, position, width);
    position += width;
    if (code === END) break;
    if (code === CLEAR) {
      [entryCount, width, isFirst] = [258, 9, true];
      continue;
    }
    const start = length;
    if (code < CLEAR) result[length++] = code;
    else if (!isFirst && code <= entryCount) {
      const from = starts[code];
      // the code just being made is the last piece and its own first byte
      const beyond = code === entryCount ? start : starts[code + 1];
      const end = Math.min(byteCount, length + beyond - from + 1);
      for (let k = from, to = length; to < end; k++, to++) result[to] = result[k];
      length = end;
    } else throw unreadable(`LZW code must be at most ${entryCount}`, code);
    if (isFirst) starts[entryCount] = start;
    else if (entryCount < MOST_ENTRIES) starts[++entryCount] = start;
    isFirst = false;
    // noise is single bytes: those that follow at this width, without the questions above
    const inWidth = (1 << width) - 2 - entryCount;
    const inSource = Math.floor((bitEnd - 24 - position) / width);
    const last = entryCount + Math.min(inWidth, inSource, byteCount - length);
    for (const shift = 24 - width; entryCount < last;) {
      const at = position >>> 3;
      const window = (source[at] << 16) | (source[at + 1] << 8) | source[at + 2];
      const byte = (window >> (shift - (position & 7))) & ((1 << width) - 1);
      if (byte >= CLEAR) break;
      position += width;
      starts[++entryCount] = length;
      result[length++] = byte;
    }
    if (entryCount >= (1 << width) - 1 && width < MOST_BITS) width++;
  }
  return length === byteCount ? result : result.subarray(0, length);
}

/** The bits of a code, which lie in three bytes; behind the end are zeros. */
function codeAt(source: Uint8Array, position: number, width: number): number {
  const at = position >>> 3;
  const window = (source[at] << 16) | ((source[at + 1] ?? 0) << 8) | (source[at + 2] ?? 0);
  return (window >> (24 - width - (position & 7))) & ((1 << width) - 1);
}
