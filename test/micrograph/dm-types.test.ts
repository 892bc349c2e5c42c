import { describe, expect, test } from "vitest";
import { frameImage, readMicrograph, shapeOf } from "../../src/micrograph/index.ts";
import { dmFile } from "../helpers/small-dm.ts";

type Writer =
  | "writeInt8"
  | "writeUInt8"
  | "writeInt16"
  | "writeUInt16"
  | "writeInt32"
  | "writeUInt32"
  | "writeFloat"
  | "writeDouble";

function stored(
  values: readonly number[],
  writer: Writer,
  size: number,
  isLittleEndian: boolean,
): Uint8Array {
  const buffer = Buffer.alloc(values.length * size);
  for (const [i, value] of values.entries()) {
    if (writer === "writeInt8" || writer === "writeUInt8") buffer[writer](value, i);
    else buffer[isLittleEndian ? (`${writer}LE` as const) : (`${writer}BE` as const)](value, i * size);
  }
  return buffer;
}

const VALUES = [1, 2, 3, 4, 5, 100];
const SIGNED = [-1, 2, -3, 4, -5, 100];
const PAIRS = SIGNED.flatMap((value) => [value, value / 2]);

const TYPES = [
  { name: "int16", dataType: 1, element: 2, writer: "writeInt16", size: 2, values: SIGNED },
  { name: "float32", dataType: 2, element: 6, writer: "writeFloat", size: 4, values: SIGNED },
  { name: "complex64", dataType: 3, element: [6, 6], writer: "writeFloat", size: 4, values: PAIRS },
  { name: "uint8", dataType: 6, element: 10, writer: "writeUInt8", size: 1, values: VALUES },
  { name: "int32", dataType: 7, element: 3, writer: "writeInt32", size: 4, values: SIGNED },
  { name: "int8", dataType: 9, element: 9, writer: "writeInt8", size: 1, values: SIGNED },
  { name: "uint16", dataType: 10, element: 4, writer: "writeUInt16", size: 2, values: VALUES },
  { name: "uint32", dataType: 11, element: 5, writer: "writeUInt32", size: 4, values: VALUES },
  { name: "float64", dataType: 12, element: 7, writer: "writeDouble", size: 8, values: SIGNED },
  { name: "complex128", dataType: 13, element: [7, 7], writer: "writeDouble", size: 8, values: PAIRS },
  { name: "bool", dataType: 14, element: 8, writer: "writeUInt8", size: 1, values: [0, 1, 1, 0, 1, 0] },
] as const;

describe("readMicrograph() of DM3 and DM4", () => {
  for (const { name, dataType, element, writer, size, values } of TYPES) {
    test(`reads ${name} in both versions and byte orders`, async () => {
      for (const version of [3, 4] as const) {
        for (const isLittleEndian of [true, false]) {
          const bytes = stored(values, writer, size, isLittleEndian);
          const file = dmFile({ version, isLittleEndian, dataType, element, values: bytes });
          const micrograph = await readMicrograph(file, `a.dm${version}`);
          expect(micrograph.format).toBe(`DM${version}`);
          expect(micrograph.dtype).toBe(name);
          expect(shapeOf(micrograph)).toEqual([2, 3]);
          expect(Array.from(micrograph.values)).toEqual(values);
        }
      }
    });
  }

  test("reads RGB as three channels", async () => {
    // blue, green, red, unused
    const bytes = Uint8Array.from({ length: 24 }, (_, i) => [30, 20, 10, 0][i % 4]);
    const file = dmFile({ version: 3, isLittleEndian: true, dataType: 23, element: 5, values: bytes });
    const micrograph = await readMicrograph(file, "rgb.dm3");
    expect(shapeOf(micrograph)).toEqual([2, 3, 3]);
    expect(Array.from(micrograph.values.slice(0, 3))).toEqual([10, 20, 30]);
    expect(frameImage(micrograph).data[5]).toBeCloseTo(0.299 * 10 + 0.587 * 20 + 0.114 * 30, 5);
  });

  const packed = (count: number, dataType = 27, sizes: readonly [number, number] = [4, 2]) =>
    dmFile({
      version: 4,
      isLittleEndian: true,
      dataType,
      element: dataType === 28 ? [7, 7] : [6, 6],
      count,
      sizes,
      values: stored(
        Array.from({ length: 2 * count }, (_, i) => i),
        dataType === 28 ? "writeDouble" : "writeFloat",
        dataType === 28 ? 8 : 4,
        true,
      ),
    });

  test.each([27, 28])(
    "reads packed complex data (%i) as they are stored, and says that it is half",
    async (type) => {
      const micrograph = await readMicrograph(packed(6, type), "packed.dm4");
      expect(shapeOf(micrograph)).toEqual([2, 3]);
      expect(micrograph.dtype).toBe(type === 27 ? "complex64" : "complex128");
      expect(Array.from(micrograph.values)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      expect(micrograph.warnings.join()).toContain("packed complex");
    },
  );

  test("reads data that are called packed and are whole", async () => {
    const micrograph = await readMicrograph(packed(8), "whole.dm4");
    expect(shapeOf(micrograph)).toEqual([2, 4]);
    expect(micrograph.warnings).toEqual([]);
  });

  test("reads the older form, where zero and highest frequency share a column, and odd widths", async () => {
    const older = await readMicrograph(packed(4, 5), "older.dm4");
    expect([shapeOf(older), older.warnings.length]).toEqual([[2, 2], 1]);
    const odd = await readMicrograph(packed(6, 27, [5, 2]), "odd.dm4");
    expect(shapeOf(odd)).toEqual([2, 3]);
    await expect(readMicrograph(packed(5, 27, [5, 2]), "odd.dm4")).rejects.toThrow("DM packed complex data");
  });

  test("refuses packed complex data of any other size", async () => {
    await expect(readMicrograph(packed(7), "packed.dm4")).rejects.toThrow(
      /DM packed complex data must hold all columns, or half of them with or without one more, got 7 numbers for \[2, 4\] at byte \d+ \(packed.dm4\)$/,
    );
  });
});
