/** One image, of 3 x 2 px unless said, in the given file version, with the bytes of its values as they are. */
export interface DmSpec {
  readonly version: 3 | 4;
  readonly isLittleEndian: boolean;
  readonly dataType: number;
  /** Type code of the array's elements, or the field types of a struct. */
  readonly element: number | readonly number[];
  readonly values: Uint8Array;
  /** Number of array elements, and the dimensions [x, y] that the file states. */
  readonly count?: number;
  readonly sizes?: readonly [number, number];
}

/** Writes the tag tree of [dmformat]: structure big-endian, values in the order of the header. */
export function dmFile(spec: DmSpec): Uint8Array {
  const { version, isLittleEndian, dataType, element, values, count = 6, sizes = [3, 2] } = spec;
  const bytes: number[] = [];
  const big = (value: number, size: number) => {
    for (let i = size - 1; i >= 0; i--) bytes.push(Math.floor(value / 256 ** i) % 256);
  };
  const size = (value: number) => big(value, version === 4 ? 8 : 4);
  const value32 = (value: number) => {
    const four = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
    bytes.push(...(isLittleEndian ? four.toReversed() : four));
  };
  const tag = (kind: 20 | 21, label: string) => {
    bytes.push(kind);
    big(label.length, 2);
    bytes.push(...Buffer.from(label, "latin1"));
    if (version === 4) big(0, 8);
  };
  const group = (label: string | null, entries: readonly (() => void)[]) => {
    if (label !== null) tag(20, label);
    bytes.push(1, 0);
    size(entries.length);
    for (const entry of entries) entry();
  };
  const info = (numbers: readonly number[]) => {
    bytes.push(...Buffer.from("%%%%"));
    size(numbers.length);
    for (const number of numbers) size(number);
  };
  const number = (label: string, value: number) => () => {
    tag(21, label);
    info([5]);
    value32(value);
  };
  const fields = typeof element === "number" ? null : element;
  const data = () => {
    tag(21, "Data");
    const elementInfo =
      fields === null ? [element as number] : [15, 0, fields.length, ...fields.flatMap((f) => [0, f])];
    info([20, ...elementInfo, count]);
    bytes.push(...values);
  };
  const dimensions = () => group("Dimensions", [number("", sizes[0]), number("", sizes[1])]);
  const imageData = () => group("ImageData", [data, number("DataType", dataType), dimensions]);
  big(version, 4);
  size(0);
  big(isLittleEndian ? 1 : 0, 4);
  group(null, [() => group("ImageList", [() => group("", [imageData])])]);
  return Uint8Array.from(bytes);
}
