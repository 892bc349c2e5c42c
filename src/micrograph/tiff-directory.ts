/** One entry of a directory: tag, TIFF type, values; rationals are numerator, denominator, ...; [tiff6] section 2. */
export type TiffEntry = readonly [
  tag: number,
  type: "ascii" | "short" | "long" | "rational",
  values: readonly number[] | string,
];

/** Writes directories one behind the other, each linked to the next. */
export function appendDirectories(
  directories: readonly TiffEntry[][],
  append: (bytes: Uint8Array) => number,
  end: () => number,
): number {
  const prepared = directories.map((entries) =>
    entries.map((entry) => ({ entry, value: valueBytes(entry) })),
  );
  const outside = prepared.map((entries) =>
    entries.map(({ value }) => (value.length > 4 ? append(value) : 0)),
  );
  const first = end();
  let at = first;
  for (const [page, entries] of prepared.entries()) {
    const size = 2 + 12 * entries.length + 4;
    const next = page === prepared.length - 1 ? 0 : at + size;
    at = append(directoryBytes(entries, outside[page], next)) + size;
  }
  return first;
}

const TYPE_CODES = { ascii: 2, short: 3, long: 4, rational: 5 } as const;

function valueBytes([, type, values]: TiffEntry): Buffer {
  if (typeof values === "string") return Buffer.from(`${values}\0`, "latin1");
  const size = type === "short" ? 2 : 4;
  const bytes = Buffer.alloc(values.length * size);
  for (const [i, value] of values.entries()) bytes.writeUIntLE(value, i * size, size);
  return bytes;
}

function directoryBytes(
  entries: readonly { readonly entry: TiffEntry; readonly value: Buffer }[],
  outside: readonly number[],
  next: number,
): Uint8Array {
  const bytes = Buffer.alloc(2 + 12 * entries.length + 4);
  bytes.writeUInt16LE(entries.length, 0);
  for (const [i, { entry, value }] of entries.entries()) {
    const [tag, type, values] = entry;
    const at = 2 + 12 * i;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(TYPE_CODES[type], at + 2);
    const count = typeof values === "string" ? value.length : values.length / (type === "rational" ? 2 : 1);
    bytes.writeUInt32LE(count, at + 4);
    if (value.length > 4) bytes.writeUInt32LE(outside[i], at + 8);
    else value.copy(bytes, at + 8);
  }
  bytes.writeUInt32LE(next, bytes.length - 4);
  return bytes;
}
