import { crc32, deflateSync } from "node:zlib";

/** An image of indices into a palette. */
export interface IndexedPicture {
  readonly width: number;
  readonly height: number;
  /** [height, width] indices. */
  readonly indices: ArrayLike<number>;
  /** Colours by index. */
  readonly palette: readonly (readonly [number, number, number])[];
  /** Alpha of the first entries, 0 to 255. */
  readonly alpha?: readonly number[];
  readonly bitDepth?: 1 | 2 | 4 | 8;
}

/** A PNG with a palette, as labelme, Pascal VOC and tools that shrink files write them [png2003]. */
export function indexedPng(picture: IndexedPicture): Uint8Array {
  const { width, height, palette, alpha = [], bitDepth = 8 } = picture;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, 3], 8);
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("PLTE", Uint8Array.from(palette.flat())),
    ...(alpha.length > 0 ? [chunk("tRNS", Uint8Array.from(alpha))] : []),
    chunk("IDAT", deflateSync(packedRows(picture, bitDepth))),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** The colours of Pascal VOC: the bits of the index, dealt to red, green and blue from the top bit down. */
export const VOC_PALETTE = Array.from({ length: 256 }, (_, index) => {
  const color: [number, number, number] = [0, 0, 0];
  for (let bit = 0; bit < 8; bit++) color[bit % 3] |= ((index >> bit) & 1) << (7 - Math.floor(bit / 3));
  return color;
});

/** Filter byte 0, then the indices, the first in the highest bits. */
function packedRows({ width, height, indices }: IndexedPicture, bitDepth: number): Uint8Array {
  const rowBytes = Math.ceil((width * bitDepth) / 8) + 1;
  const rows = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * bitDepth;
      const shift = 8 - bitDepth - (bit & 7);
      rows[y * rowBytes + 1 + (bit >> 3)] |= indices[y * width + x] << shift;
    }
  }
  return rows;
}

function chunk(type: string, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(body.length + 12);
  bytes.writeUInt32BE(body.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(body, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, body.length + 8)), body.length + 8);
  return bytes;
}
