/** Bytes that are read where they are needed: of a file that may be too large for memory, or in memory already. */
export interface ByteSource {
  readonly byteLength: number;
  /** The bytes from `offset` on; the range lies inside. A view where they are in memory. */
  read(offset: number, byteCount: number): Uint8Array;
}

/** Bytes in memory as a source. */
export const sourceOf = (bytes: Uint8Array): ByteSource => ({
  byteLength: bytes.byteLength,
  read: (offset, byteCount) => bytes.subarray(offset, offset + byteCount),
});
