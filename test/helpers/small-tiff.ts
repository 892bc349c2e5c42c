/** One tag of a directory; text for type 2, bytes for 7, [numerator, denominator] pairs in a row for 5. */
export type SmallTag = readonly [tag: number, type: 2 | 3 | 4 | 5 | 7, values: string | readonly number[]];

/** One page of 8-bit grey. */
export interface SmallPage {
  readonly width: number;
  readonly height: number;
  readonly pixels: readonly number[];
  readonly tags?: readonly SmallTag[];
}

const TYPE_BYTES = { 2: 1, 3: 2, 4: 4, 5: 8, 7: 1 } as const;

/** Bytes of a TIFF file, little-endian, pixels first; `tail` lies behind them, from byte 8 on. */
export function smallTiff(pages: readonly SmallPage[], tail: Buffer = Buffer.alloc(0)): Buffer {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]), tail];
  let end = 8 + tail.length;
  const append = (bytes: Buffer) => {
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
    parts.push(padded);
    end += padded.length;
    return end - padded.length;
  };
  const links: { readonly part: Buffer; readonly at: number }[] = [{ part: parts[0], at: 4 }];
  for (const { width, height, pixels, tags = [] } of pages) {
    const strip = append(Buffer.from(pixels));
    const usual: SmallTag[] = [
      [256, 4, [width]],
      [257, 4, [height]],
      [258, 3, [8]],
      [259, 3, [1]],
      [262, 3, [1]],
      [273, 4, [strip]],
      [277, 3, [1]],
      [278, 4, [height]],
      [279, 4, [pixels.length]],
    ];
    const all = [...usual.filter(([tag]) => tags.every(([other]) => other !== tag)), ...tags];
    const entries = all
      .toSorted(([a], [b]) => a - b)
      .map(([tag, type, values]) => {
        const value = valueBytes(type, values);
        const entry = Buffer.alloc(12);
        entry.writeUInt16LE(tag, 0);
        entry.writeUInt16LE(type, 2);
        entry.writeUInt32LE(value.length / TYPE_BYTES[type], 4);
        if (value.length <= 4) value.copy(entry, 8);
        else entry.writeUInt32LE(append(value), 8);
        return entry;
      });
    const directory = Buffer.concat([Buffer.from([entries.length, 0]), ...entries, Buffer.alloc(4)]);
    const link = links.at(-1);
    link?.part.writeUInt32LE(append(directory), link.at);
    links.push({ part: parts[parts.length - 1], at: 2 + 12 * entries.length });
  }
  return Buffer.concat(parts);
}

function valueBytes(type: SmallTag[1], values: SmallTag[2]): Buffer {
  if (typeof values === "string") return Buffer.from(`${values}\0`, "utf8");
  const size = type === 3 ? 2 : type === 7 ? 1 : 4;
  const bytes = Buffer.alloc(values.length * size);
  for (const [i, value] of values.entries()) bytes.writeUIntLE(value, i * size, size);
  return bytes;
}
