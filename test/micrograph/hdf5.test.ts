import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { frameImage, readMicrograph, shapeOf } from "../../src/micrograph/index.ts";

const read = (name: string, series?: number) => {
  const bytes = readFileSync(join(import.meta.dirname, "../fixtures/micrograph/hdf5", name));
  return readMicrograph(bytes, name, series === undefined ? {} : { series });
};
/** The pattern of make-hdf5.py. */
const frameOf = (frame: number) =>
  Float32Array.from({ length: 30 }, (_, i) => 7 * (i % 6) + 13 * Math.floor(i / 6) + 37 * frame);

describe("readMicrograph() of HDF5 files", () => {
  test("reads a HyperSpy stack with the step and unit of each axis", async () => {
    const micrograph = await read("stack.hspy");
    expect(micrograph.format).toBe("HSPY");
    expect(shapeOf(micrograph)).toEqual([3, 5, 6]);
    expect(micrograph.axes.map((axis) => [axis.pixelSize, axis.pixelUnit])).toEqual([
      [1.5, "s"],
      [0.25, "nm"],
      [0.25, "um"],
    ]);
    expect(micrograph.metadata["General.title"]).toBe("particles");
    expect(frameImage(micrograph, 2).data).toEqual(frameOf(2));
  });

  test("reads complex values and shows their modulus", async () => {
    const micrograph = await read("complex.hspy");
    expect(micrograph.dtype).toBe("complex128");
    // |3 + 4i| = 5
    expect(frameImage(micrograph).data).toEqual(frameOf(0).map((value) => 5 * value));
  });

  test("puts the frames of Velox, which are stored last, first", async () => {
    const micrograph = await read("frames.emd");
    expect(micrograph.format).toBe("Velox EMD");
    expect(shapeOf(micrograph)).toEqual([3, 5, 6]);
    expect(frameImage(micrograph, 1).data).toEqual(frameOf(1));
    expect(frameImage(micrograph).pixelSizeNm).toBeCloseTo(0.25, 12);
    expect(micrograph.metadata["Optics.AccelerationVoltage"]).toBe("300000");
  });

  test("takes the first dataset with two axes of any other file, and lists the rest", async () => {
    const micrograph = await read("plain.h5");
    expect(micrograph.seriesNames).toEqual(["deep/image", "line"]);
    expect(frameImage(micrograph).data).toEqual(frameOf(0));
    expect(shapeOf(await read("plain.h5", 1))).toEqual([4]);
    await expect(read("plain.h5", 2)).rejects.toThrow(
      "Cannot read micrograph: HDF5 series must be from 0 to 1 or a name (0: deep/image; 1: line), got 2 (plain.h5)",
    );
  });
});
