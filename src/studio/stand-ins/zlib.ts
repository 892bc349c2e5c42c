import {
  deflateSync as deflateRaw,
  Inflate,
  inflateSync as inflateRaw,
  Unzlib,
  unzlibSync,
  zlibSync,
} from "fflate";

/** In place of node:zlib: what readers and writers of images use of it, by fflate. */
export const constants = { Z_RLE: 3 } as const;

interface InflateOptions {
  /** More than this many bytes are an error. */
  readonly maxOutputLength?: number;
}

/** Node's error for more than maxOutputLength. */
const tooLarge = () => Object.assign(new RangeError("too large"), { code: "ERR_BUFFER_TOO_LARGE" });

/** fflate's two ways to unpack: in one call, and piece by piece. */
interface Unpacker {
  readonly whole: (bytes: Uint8Array, options?: { out: Uint8Array }) => Uint8Array;
  readonly Pieces: new (take: (piece: Uint8Array) => void) => {
    push(bytes: Uint8Array, isLast: boolean): void;
  };
}

/** A byte of deflate stands for so many at most [rfc1951]: 258 of a length and a distance of one bit each. */
const MOST_BYTES_OF_ONE = 1032;
/** What may be unpacked in vain [bytes]: a tenth of a second. */
const IN_VAIN = 2 ** 24;
const PIECE = 2 ** 14;

/** A byte of room beyond the limit tells whether there would be more. */
function inflateWithin(
  unpacker: Unpacker,
  bytes: Uint8Array,
  { maxOutputLength }: InflateOptions,
): Uint8Array {
  if (maxOutputLength === undefined) return unpacker.whole(bytes);
  const out = new Uint8Array(maxOutputLength + 1);
  // in one call fflate drops what lies outside, but unpacks all of it
  const isBounded = MOST_BYTES_OF_ONE * bytes.length <= out.length + IN_VAIN;
  const inflated = isBounded ? unpacker.whole(bytes, { out }) : inPieces(unpacker, bytes, out);
  if (inflated.length > maxOutputLength) throw tooLarge();
  return inflated;
}

function inPieces({ Pieces }: Unpacker, bytes: Uint8Array, out: Uint8Array): Uint8Array {
  let length = 0;
  const stream = new Pieces((piece) => {
    if (length + piece.length >= out.length) throw tooLarge();
    out.set(piece, length);
    length += piece.length;
  });
  for (let at = 0; at < bytes.length; at += PIECE) {
    stream.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
  }
  return out.subarray(0, length);
}

/** Unpacks a zlib stream; its checksum must be right. */
export function inflateSync(bytes: Uint8Array, options: InflateOptions = {}): Uint8Array {
  const inflated = inflateWithin({ whole: unzlibSync, Pieces: Unzlib }, bytes, options);
  // fflate does not look at it
  if (endsWith(bytes, adler32(inflated))) return inflated;
  throw new Error("incorrect data check");
}

/** Unpacks deflate data without header and checksum. */
export function inflateRawSync(bytes: Uint8Array, options: InflateOptions = {}): Uint8Array {
  return inflateWithin({ whole: inflateRaw, Pieces: Inflate }, bytes, options);
}

export const deflateSync = (bytes: Uint8Array): Uint8Array => zlibSync(bytes);
export const deflateRawSync = (bytes: Uint8Array): Uint8Array => deflateRaw(bytes);

/** Adler-32 [rfc1950] 8.2, its sums kept small enough for 32 bits. */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let start = 0; start < bytes.length; start += 3800) {
    const end = Math.min(bytes.length, start + 3800);
    for (let i = start; i < end; i++) b += a += bytes[i];
    a %= 65_521;
    b %= 65_521;
  }
  return b * 65_536 + a;
}

/** Where a checksum may stand before the end [bytes]: some writers pad what they compress. */
const MOST_PADDING = 1024;

function endsWith(bytes: Uint8Array, checksum: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.length - 4; at >= Math.max(2, bytes.length - MOST_PADDING); at--) {
    if (view.getUint32(at) === checksum) return true;
  }
  return false;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let code = byte;
  for (let bit = 0; bit < 8; bit++) code = code & 1 ? 0xedb88320 ^ (code >>> 1) : code >>> 1;
  return code;
});

/** CRC-32 [png2003] annex D. */
export function crc32(bytes: Uint8Array): number {
  let code = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) code = CRC_TABLE[(code ^ bytes[i]) & 255] ^ (code >>> 8);
  return (code ^ 0xffffffff) >>> 0;
}
