import { crc32 } from "node:zlib";
import type { RandomStream } from "../src/core/index.ts";

/** Values that sizes, counts and offsets like to break on. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

/**
 * Damages a file in one to four places: flipped bits, extreme 16-, 32- and 64-bit numbers, fields that hold a length or a place
 * changed, pieces copied, taken out and put in, a cut; half of the damage falls on the first kilobyte and on the last, where headers
 * and directories are.
 */
export function mutated(rng: RandomStream, original: Uint8Array): Uint8Array {
  let bytes: Buffer = Buffer.from(original);
  const placeCount = 1 + rng.integerBelow(4);
  for (let place = 0; place < placeCount && bytes.length > 0; place++) {
    const at = position(rng, bytes.length);
    const kind = rng.integerBelow(16);
    if (kind < 4) bytes[at] ^= 1 << rng.integerBelow(8);
    else if (kind < 6) bytes[at] = rng.integerBelow(256);
    else if (kind < 10) writeExtreme(rng, bytes, at);
    else if (kind < 12) changeLength(rng, bytes);
    else if (kind < 13) bytes.copy(bytes, at, position(rng, bytes.length), position(rng, bytes.length));
    else if (kind < 14) bytes = spliced(rng, bytes, at);
    else if (place === 0) bytes = bytes.subarray(0, Math.max(1, at));
  }
  // damage that checksums find goes no further: half of the PNGs have them made anew
  return rng.integerBelow(2) === 0 ? withChecksums(bytes) : bytes;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG whose chunks have the checksums of what they hold; any other file as it is. */
function withChecksums(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return bytes;
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return bytes;
}

function position(rng: RandomStream, length: number): number {
  const edge = Math.min(length, 1024);
  const region = rng.integerBelow(4);
  if (region === 0) return rng.integerBelow(edge);
  if (region === 1) return length - 1 - rng.integerBelow(edge);
  return rng.integerBelow(length);
}

function writeExtreme(rng: RandomStream, bytes: Buffer, at: number): void {
  const value = EXTREMES[rng.integerBelow(EXTREMES.length)];
  const size = [2, 4, 4, 8][rng.integerBelow(4)];
  if (at + size > bytes.length) return;
  const isLittle = rng.integerBelow(2) === 0;
  if (size === 2) writeSized(bytes, value & 0xffff, { at, size, isLittle });
  else if (size === 4) writeSized(bytes, value, { at, size, isLittle });
  else {
    // the high half too, for sizes beyond what a number can count
    const high = rng.integerBelow(2) === 0 ? 0 : EXTREMES[rng.integerBelow(EXTREMES.length)];
    writeSized(bytes, value, { at: isLittle ? at : at + 4, size: 4, isLittle });
    writeSized(bytes, high, { at: isLittle ? at + 4 : at, size: 4, isLittle });
  }
}

interface Field {
  readonly at: number;
  readonly size: number;
  readonly isLittle: boolean;
}

function writeSized(bytes: Buffer, value: number, { at, size, isLittle }: Field): void {
  if (isLittle) bytes.writeUIntLE(value, at, size);
  else bytes.writeUIntBE(value, at, size);
}

/** A number that may be a length or a place in the file, for it is smaller than the file: a little or a lot more, or less. */
function changeLength(rng: RandomStream, bytes: Buffer): void {
  for (let attempt = 0; attempt < 50; attempt++) {
    const size = [2, 4][rng.integerBelow(2)];
    const at = position(rng, bytes.length);
    if (at + size > bytes.length) continue;
    const isLittle = rng.integerBelow(2) === 0;
    const value = isLittle ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
    if (value === 0 || value > bytes.length) continue;
    const other = [
      value - 1,
      value + 1,
      2 * value,
      value * 1000,
      bytes.length,
      bytes.length - 1,
      256 ** size - 1,
    ];
    const changed = Math.min(other[rng.integerBelow(other.length)], 256 ** size - 1);
    writeSized(bytes, changed, { at, size, isLittle });
    return;
  }
}

/** A piece taken out, or put in a second time. */
function spliced(rng: RandomStream, bytes: Buffer, at: number): Buffer {
  const length = 1 + rng.integerBelow(Math.min(64, bytes.length));
  if (rng.integerBelow(2) === 0) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
  const from = position(rng, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + length), bytes.subarray(at)]);
}
