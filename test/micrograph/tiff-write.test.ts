import fc from "fast-check";
import { fromArrayBuffer } from "geotiff";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { openRandomStream } from "../../src/core/index.ts";
import { encodeNpy, encodeTiff, frameImage, readMicrograph, shapeOf } from "../../src/micrograph/index.ts";
import { bestRational } from "../../src/micrograph/rational.ts";

function noise(width: number, height: number, pixelSizeNm: number | null): GrayImage {
  const rng = openRandomStream(5, "tiff", width, height);
  const data = Float32Array.from({ length: width * height }, () => rng.normal());
  return { width, height, data, intensityUnit: "fraction of the incident beam", pixelSizeNm };
}

describe("encodeTiff() and readMicrograph()", () => {
  for (const calibration of ["ImageJ", "OME"] as const) {
    test(`keep float32 values, unit and pixel size (${calibration})`, async () => {
      const image = noise(301, 270, 0.0437);
      const back = frameImage(await readMicrograph(encodeTiff([image], { calibration }), "a.tif"));
      expect(back.data).toEqual(image.data);
      expect(back.intensityUnit).toBe(image.intensityUnit);
      // OME keeps the decimal number; the resolution tags are ratios of 32-bit integers
      expect(Math.abs((back.pixelSizeNm ?? 0) / 0.0437 - 1)).toBeLessThan(
        calibration === "OME" ? 1e-15 : 1e-9,
      );
    });

    for (const dtype of ["uint8", "uint16"] as const) {
      test(`restore intensities from ${dtype} to half a step (${calibration})`, async () => {
        const image = noise(64, 48, 1);
        const range = [-4, 4] as const;
        const bytes = encodeTiff([image], { calibration, dtype, range });
        const back = frameImage(await readMicrograph(bytes, "a.tif"));
        const step = 8 / (dtype === "uint8" ? 255 : 65535);
        const worst = Math.max(...back.data.map((value, i) => Math.abs(value - image.data[i])));
        // half a step, plus float32 rounding of values up to 4
        expect(worst).toBeLessThan(step / 2 + 3e-7);
        expect(back.intensityUnit).toBe(image.intensityUnit);
      });
    }
  }

  test("keep a stack in order, compressed or not, which another reader confirms", async () => {
    const frames = [1, 2, 3].map((seed) => ({ ...noise(20, 10, 2), data: new Float32Array(200).fill(seed) }));
    for (const isCompressed of [true, false]) {
      const bytes = encodeTiff(frames, { isCompressed });
      const read = await readMicrograph(bytes, "stack.tif");
      expect(shapeOf(read)).toEqual([3, 10, 20]);
      expect([0, 1, 2].map((frame) => frameImage(read, frame).data[7])).toEqual([1, 2, 3]);
      const other = await fromArrayBuffer(new Uint8Array(bytes).buffer);
      expect(await other.getImageCount()).toBe(3);
      const [raster] = await (await other.getImage(2)).readRasters();
      expect(Array.from(raster as Float32Array)).toEqual(Array.from(frames[2].data));
    }
  });

  test("give the same bytes for the same image", () => {
    expect(encodeTiff([noise(30, 20, 1)])).toEqual(encodeTiff([noise(30, 20, 1)]));
  });

  test("refuse frames of different size or pixel size", () => {
    expect(() => encodeTiff([noise(4, 4, 1), noise(5, 4, 1)])).toThrow(
      "Cannot encode TIFF: width of frame 1 must be that of frame 0, 4, got 5",
    );
  });
});

describe("bestRational()", () => {
  test("is nearer than the square of its denominator", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 1e6, noNaN: true }), (value) => {
        const [numerator, denominator] = bestRational(value);
        const bound = Math.max(1 / denominator ** 2, 2 ** -32 / denominator, value * 1e-12);
        expect(Math.abs(numerator / denominator - value)).toBeLessThanOrEqual(bound);
      }),
      { seed: 3 },
    );
  });
});

describe("encodeNpy() and readMicrograph()", () => {
  test("keep values, type and shape, with the data on a multiple of 64 bytes as NumPy has it", async () => {
    const data = Float64Array.from({ length: 24 }, (_, i) => i / 7);
    const bytes = encodeNpy({ data, shape: [2, 3, 4] });
    expect((bytes.length - data.byteLength) % 64).toBe(0);
    const read = await readMicrograph(bytes, "a.npy");
    expect(shapeOf(read)).toEqual([2, 3, 4]);
    expect(read.dtype).toBe("float64");
    expect(read.values).toEqual(data);
  });

  test("read Fortran order and big-endian values as NumPy does", async () => {
    const header = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }".padEnd(117) + "\n";
    const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
    const values = Buffer.alloc(12);
    // first index fastest: columns (1, 4), (2, 5), (3, 6)
    for (const [i, value] of [1, 4, 2, 5, 3, 6].entries()) values.writeInt16BE(value, 2 * i);
    const read = await readMicrograph(Buffer.concat([head, Buffer.from(header), values]), "f.npy");
    expect(Array.from(read.values)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("read half floats", async () => {
    const header = "{'descr': '<f2', 'fortran_order': False, 'shape': (1, 3), }".padEnd(117) + "\n";
    const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
    // 1.5, -2 and 65504, the largest
    const values = Buffer.from([0x00, 0x3e, 0x00, 0xc0, 0xff, 0x7b]);
    const read = await readMicrograph(Buffer.concat([head, Buffer.from(header), values]), "h.npy");
    expect([read.dtype, ...read.values]).toEqual(["float32", 1.5, -2, 65504]);
  });

  test("refuse a shape that does not fit the values, and a file that is cut", async () => {
    expect(() => encodeNpy({ data: new Float32Array(5), shape: [2, 3] })).toThrow(
      "Cannot encode NPY: shape must hold 5 values, got 2 x 3",
    );
    const cut = encodeNpy({ data: new Float32Array(6), shape: [2, 3] }).subarray(0, 140);
    await expect(readMicrograph(cut, "cut.npy")).rejects.toThrow(
      "Cannot read micrograph: NPY needs 24 bytes of float32 for 2 x 3 values, got 12 at byte 128 (cut.npy)",
    );
  });
});
