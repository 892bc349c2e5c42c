import { describe, expect, test } from "vitest";
import { frameImage, readMicrograph, shapeOf } from "../../src/micrograph/index.ts";

/** A TIA series of 3 x 2 px images of 32-bit integers; rows as given are stored from the bottom up. */
function serFile(
  frames: readonly (readonly number[])[],
  isLong: boolean,
  totalCount = frames.length,
  stepM = 2e-10,
): Buffer {
  const pointerBytes = isLong ? 8 : 4;
  const headerBytes = 22 + pointerBytes + 4;
  const elementBytes = 2 * 20 + 2 + 8 + 24;
  const arrayAt = headerBytes + frames.length * elementBytes;
  const file = Buffer.alloc(arrayAt + totalCount * pointerBytes);
  file.writeUInt16LE(0x4949, 0);
  file.writeUInt16LE(0x0197, 2);
  file.writeUInt16LE(isLong ? 0x0220 : 0x0210, 4);
  file.writeUInt32LE(0x4122, 6);
  file.writeUInt32LE(0x4152, 10);
  file.writeUInt32LE(totalCount, 14);
  file.writeUInt32LE(frames.length, 18);
  file.writeUInt32LE(arrayAt, 22);
  for (const [index, frame] of frames.entries()) {
    const at = headerBytes + index * elementBytes;
    file.writeUInt32LE(at, arrayAt + index * pointerBytes);
    file.writeDoubleLE(stepM, at + 8);
    file.writeDoubleLE(stepM, at + 28);
    file.writeUInt16LE(6, at + 40);
    file.writeUInt32LE(3, at + 42);
    file.writeUInt32LE(2, at + 46);
    for (const [i, value] of frame.entries()) file.writeInt32LE(value, at + 50 + 4 * i);
  }
  return file;
}

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

interface MrcSpec {
  readonly mode: number;
  readonly values: Buffer;
  readonly isLittleEndian?: boolean;
  readonly cellA?: number;
  readonly extended?: Buffer;
}

/** An MRC map of 3 x 2 x 1. */
function mrcFile({ mode, values, isLittleEndian = true, cellA = 6, extended }: MrcSpec): Buffer {
  const header = Buffer.alloc(1024);
  const int = (value: number, at: number) => {
    if (isLittleEndian) header.writeInt32LE(value, at);
    else header.writeInt32BE(value, at);
  };
  const float = (value: number, at: number) => {
    if (isLittleEndian) header.writeFloatLE(value, at);
    else header.writeFloatBE(value, at);
  };
  for (const [i, value] of [3, 2, 1, mode].entries()) int(value, 4 * i);
  for (const [i, value] of [3, 2, 1].entries()) int(value, 28 + 4 * i);
  for (const [i, value] of [cellA, (cellA * 2) / 3, cellA / 3].entries()) float(value, 40 + 4 * i);
  int(extended?.length ?? 0, 92);
  if (extended) header.write("FEI2", 104, "latin1");
  header.write("MAP ", 208, "latin1");
  header.set(isLittleEndian ? [0x44, 0x44] : [0x11, 0x11], 212);
  return Buffer.concat([header, extended ?? Buffer.alloc(0), values]);
}

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
