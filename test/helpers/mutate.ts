import type { RandomStream } from "../../src/core/index.ts";

/** Values that sizes, counts and offsets like to break on. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

/**
 * Damages a file in one to four places: flipped bits, extreme 32-bit numbers, copied pieces, a cut; half of the damage
 * falls on the first kilobyte and on the last, where headers and directories are.
 */
export function mutated(rng: RandomStream, original: Uint8Array): Uint8Array {
  let bytes = Buffer.from(original);
  const placeCount = 1 + rng.integerBelow(4);
  for (let place = 0; place < placeCount; place++) {
    const at = position(rng, bytes.length);
    const kind = rng.integerBelow(10);
    if (kind < 3) bytes[at] ^= 1 << rng.integerBelow(8);
    else if (kind < 5) bytes[at] = rng.integerBelow(256);
    else if (kind < 8) writeExtreme(rng, bytes, at);
    else if (kind < 9) bytes.copy(bytes, at, position(rng, bytes.length), position(rng, bytes.length));
    else if (place === 0) bytes = bytes.subarray(0, Math.max(1, at));
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
  if (at + 4 > bytes.length) return;
  if (rng.integerBelow(2) === 0) bytes.writeUInt32LE(value, at);
  else bytes.writeUInt32BE(value, at);
}
