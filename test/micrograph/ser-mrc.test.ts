import { describe, expect, test } from "vitest";
import { frameImage, readMicrograph, shapeOf } from "../../src/micrograph/index.ts";
import { mrcFile } from "../helpers/small-mrc.ts";
import { serFile } from "../helpers/small-ser.ts";

describe("readMicrograph() of SER", () => {
  test("reads a series with 32-bit and with 64-bit offsets, top row first", async () => {
    for (const isLong of [false, true]) {
      const frames = [
        [4, 5, 6, 1, 2, 3],
        [-4, -5, -6, -1, -2, -3],
      ];
      const micrograph = await readMicrograph(serFile(frames, isLong), "a.ser");
      expect(shapeOf(micrograph)).toEqual([2, 2, 3]);
      expect(Array.from(frameImage(micrograph, 0).data)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(Array.from(frameImage(micrograph, 1).data)).toEqual([-1, -2, -3, -4, -5, -6]);
      expect(frameImage(micrograph).pixelSizeNm).toBeCloseTo(0.2, 12);
    }
  });

  test("takes steps that no pixel has for those of a diffraction pattern", async () => {
    const { axes } = await readMicrograph(serFile([[1, 2, 3, 4, 5, 6]], true, 1, 4.25e7), "a.ser");
    expect(axes.map(({ pixelSize, pixelUnit }) => [pixelSize, pixelUnit])).toEqual([
      [4.25e7, "1/m"],
      [4.25e7, "1/m"],
    ]);
  });

  test("says how many elements of a stopped acquisition are missing", async () => {
    const { warnings } = await readMicrograph(serFile([[1, 2, 3, 4, 5, 6]], false, 5), "a.ser");
    expect(warnings).toEqual(["4 of 5 elements were never acquired"]);
  });
});

describe("readMicrograph() of MRC", () => {
  const sixShorts = (values: readonly number[], isLittleEndian: boolean) => {
    const buffer = Buffer.alloc(12);
    for (const [i, value] of values.entries()) {
      if (isLittleEndian) buffer.writeInt16LE(value, 2 * i);
      else buffer.writeInt16BE(value, 2 * i);
    }
    return buffer;
  };

  test("reads both byte orders, and the pixel size as cell over sampling in angstrom", async () => {
    for (const isLittleEndian of [true, false]) {
      const values = sixShorts([1, -2, 3, -4, 5, -6], isLittleEndian);
      const micrograph = await readMicrograph(mrcFile({ mode: 1, values, isLittleEndian }), "a.mrc");
      expect(micrograph.dtype).toBe("int16");
      expect(Array.from(micrograph.values)).toEqual([1, -2, 3, -4, 5, -6]);
      // 6 A over 3 samples
      expect(frameImage(micrograph).pixelSizeNm).toBeCloseTo(0.2, 12);
    }
  });

  test("reads half floats", async () => {
    // 1.5 = 0x3e00, -2 = 0xc000, 2^-24 = 0x0001, infinity = 0x7c00, 0 and 65504 = 0x7bff
    const values = sixShorts([0x3e00, 0xc000 - 0x10000, 1, 0x7c00, 0, 0x7bff], true);
    const micrograph = await readMicrograph(mrcFile({ mode: 12, values }), "a.mrc");
    expect(Array.from(micrograph.values)).toEqual([1.5, -2, 2 ** -24, Infinity, 0, 65504]);
  });

  test("passes an FEI header over, and takes its pixel size where the cell has none", async () => {
    const extended = Buffer.alloc(768);
    extended.writeDoubleLE(3e-10, 156);
    const values = sixShorts([1, 2, 3, 4, 5, 6], true);
    const micrograph = await readMicrograph(mrcFile({ mode: 1, values, cellA: 0, extended }), "a.mrc");
    expect(Array.from(micrograph.values)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(frameImage(micrograph).pixelSizeNm).toBeCloseTo(0.3, 12);
  });

  test("takes 1 A with a warning: many programs write it where they do not know", async () => {
    const values = sixShorts([1, 2, 3, 4, 5, 6], true);
    const micrograph = await readMicrograph(mrcFile({ mode: 1, values, cellA: 3 }), "a.mrc");
    expect(frameImage(micrograph).pixelSizeNm).toBeCloseTo(0.1, 12);
    expect(micrograph.warnings).toEqual([
      expect.stringMatching(/^pixel size of exactly 1 A: .*--pixel-size/),
    ]);
    expect((await readMicrograph(mrcFile({ mode: 1, values }), "a.mrc")).warnings).toEqual([]);
  });

  test("names a mode that it does not read, with its byte", async () => {
    const file = mrcFile({ mode: 101, values: Buffer.alloc(12) });
    await expect(readMicrograph(file, "a.mrc")).rejects.toThrow(
      "Cannot read micrograph: MRC mode must be 0, 1, 2, 4, 6 or 12, got 101 at byte 12 (a.mrc)",
    );
  });
});
