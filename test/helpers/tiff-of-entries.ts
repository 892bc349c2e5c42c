/** A field of a directory; values of more than four bytes lie behind the directories. */
export type TiffField = readonly [tag: number, type: 2 | 3 | 4, values: readonly number[] | string];

const TYPE_BYTES = { 2: 1, 3: 2, 4: 4 } as const;

/** A little-endian TIFF file of any directories, right or wrong: header, `data` from byte 8 on, then directories and values. */
export function tiffOfEntries(pages: readonly (readonly TiffField[])[], data: Uint8Array): Buffer {
  const dataEnd = 8 + data.length + (data.length % 2);
  const sizes = pages.map((fields) => 2 + 12 * fields.length + 4);
  let outside = dataEnd + sizes.reduce((sum, size) => sum + size, 0);
  const values: Buffer[] = [];
  let at = dataEnd;
  const directories = pages.map((fields, page) => {
    const directory = Buffer.alloc(sizes[page]);
    directory.writeUInt16LE(fields.length, 0);
    for (const [i, [tag, type, given]] of fields.entries()) {
      const value = bytesOf(type, given);
      const entry = 2 + 12 * i;
      directory.writeUInt16LE(tag, entry);
      directory.writeUInt16LE(type, entry + 2);
      directory.writeUInt32LE(value.length / TYPE_BYTES[type], entry + 4);
      if (value.length <= 4) value.copy(directory, entry + 8);
      else {
        directory.writeUInt32LE(outside, entry + 8);
        values.push(value);
        outside += value.length;
      }
    }
    at += sizes[page];
    directory.writeUInt32LE(page === pages.length - 1 ? 0 : at, sizes[page] - 4);
    return directory;
  });
  const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(dataEnd, 4);
  return Buffer.concat([header, data, Buffer.alloc(data.length % 2), ...directories, ...values]);
}

function bytesOf(type: TiffField[1], given: TiffField[2]): Buffer {
  if (typeof given === "string") return Buffer.from(given, "latin1");
  const size = TYPE_BYTES[type];
  const bytes = Buffer.alloc(given.length * size);
  for (const [i, value] of given.entries()) bytes.writeUIntLE(value, i * size, size);
  return bytes;
}
