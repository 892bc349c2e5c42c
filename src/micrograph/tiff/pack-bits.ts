/**
 * Undoes PackBits: a byte n below 128 copies n + 1 bytes, above 128 repeats one 257 - n times [tiff6] section 9.
 */
export function decodePackBits(source: Uint8Array, byteCount: number): Uint8Array {
  const result = new Uint8Array(byteCount);
  let length = 0;
  for (let at = 0; at < source.length && length < byteCount;) {
    const header = source[at++];
    if (header < 128) {
      const piece = source.subarray(at, at + Math.min(header + 1, byteCount - length));
      result.set(piece, length);
      length += piece.length;
      at += header + 1;
    } else if (header > 128 && at < source.length) {
      const end = Math.min(byteCount, length + 257 - header);
      result.fill(source[at++], length, end);
      length = end;
    }
  }
  return result.subarray(0, length);
}
