import { inflateSync } from "node:zlib";

/** Smallest piece that Node's zlib works with [byte]. */
const LEAST_PIECE = 64;

/**
 * Unpacks a zlib stream in one piece, a third faster than in many that are joined.
 *
 * @param byteCount the most that may come of it; the caller has looked whether the memory holds it
 * @throws RangeError of Node's where more would come, Error where the stream is damaged
 */
export const inflateWithin = (bytes: Uint8Array, byteCount: number): Uint8Array =>
  // a byte of room tells whether there would be more
  inflateSync(bytes, {
    maxOutputLength: byteCount,
    chunkSize: Math.max(LEAST_PIECE, byteCount + 1),
  });
