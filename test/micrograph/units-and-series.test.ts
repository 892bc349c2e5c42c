import { describe, expect, test } from "vitest";
import { lengthInNm, normalUnit } from "../../src/core/index.ts";
import { encodeNpy, frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { pixelGeometry } from "../../src/micrograph/pixel-geometry.ts";
import { smallTiff } from "../helpers/small-tiff.ts";
import type { SmallPage, SmallTag } from "../helpers/small-tiff.ts";

const page = (width: number, height: number, tags: readonly SmallTag[] = []): SmallPage => ({
  width,
  height,
  pixels: Array.from({ length: width * height }, (_, i) => i % 256),
  tags,
});

/** A page of ImageJ with so many pixels a unit along x and y. */
const imageJ = (text: string, perX: number, perY: number, width = 4, height = 3) =>
  page(width, height, [
    [270, 2, `ImageJ=1.54f\n${text}\n`],
    [282, 5, [Math.round(perX * 1e4), 10_000]],
    [283, 5, [Math.round(perY * 1e4), 10_000]],
    [296, 3, [1]],
  ]);

const geometryOf = async (bytes: Uint8Array) => pixelGeometry((await readMicrograph(bytes, "a.tif")).axes);

describe("a unit", () => {
  /** Spelling, nanometres in one. */
  const LENGTHS: readonly (readonly [string, number])[] = [
    ["Micron", 1000],
    ["microns", 1000],
    ["micrometres", 1000],
    ["\u00b5m", 1000],
    ["\u03bcm", 1000],
    ["\\u00B5m", 1000],
    ["&#xB5;m", 1000],
    ["&#181;m", 1000],
    ["\u00c2\u00b5m", 1000],
    ["nanometres", 1],
    ["Nanometers", 1],
    ["nm/px", 1],
    ["nm per pixel", 1],
    ["NM", 1],
    ["angstroms", 0.1],
    ["Angstrom", 0.1],
    ["\u00c5", 0.1],
    ["\\u00C5", 0.1],
    ["\u00c3\u0085", 0.1],
    ["inches", 2.54e7],
    ["inch", 2.54e7],
    ["metres", 1e9],
    ["pm", 1e-3],
  ];
  test.each(LENGTHS)("%s is read as %d nm", (unit, nm) => {
    expect(lengthInNm(1, unit)).toBe(nm);
  });

  test.each([
    ["1/nm", "1/nm"],
    ["nm^-1", "1/nm"],
    ["nm-1", "1/nm"],
    ["1/\u00c5", "1/A"],
    ["1/\u00b5m", "1/um"],
    ["1 / angstrom", "1/A"],
    ["1/m", "1/m"],
  ])("%s is reciprocal, and no length", (unit, normal) => {
    expect(normalUnit(unit)).toBe(normal);
    expect(lengthInNm(1, unit)).toBeNull();
  });
});

describe("the axes of a file", () => {
  test("in reciprocal lengths, or with steps beyond a millimetre, are a diffraction pattern", async () => {
    expect(await geometryOf(smallTiff([imageJ("unit=1/nm", 2, 2)]))).toEqual({
      kind: "diffraction",
      unit: "1/nm",
    });
    expect(await geometryOf(smallTiff([imageJ("unit=1/\\u00C5", 2, 2)]))).toEqual({
      kind: "diffraction",
      unit: "1/A",
    });
    const axis = { name: "x", size: 4, pixelSize: 4.25e7, pixelUnit: "m" } as const;
    expect(pixelGeometry([{ ...axis, name: "y" }, axis])).toEqual({ kind: "diffraction", unit: "1/m" });
  });

  test("of different steps are oblong pixels, told with both numbers", async () => {
    const geometry = await geometryOf(smallTiff([imageJ("unit=nm", 2, 1)]));
    expect(geometry).toEqual({ kind: "oblong", xNm: 0.5, yNm: 1 });
  });

  test("of ImageJ have each their own unit", async () => {
    // 2 px a nanometre along x, 2000 px a micrometre along y
    const geometry = await geometryOf(smallTiff([imageJ("unit=nm\nyunit=micron", 2, 2000)]));
    expect(geometry).toEqual({ kind: "square", pixelSizeNm: 0.5 });
  });

  test("of ImageJ in inches are a screen's where they are as coarse, and a microscope's where they are fine", async () => {
    const coarse = smallTiff([imageJ("unit=inch", 72, 72)]);
    expect(await geometryOf(coarse)).toEqual({ kind: "unstated" });
    expect((await readMicrograph(coarse, "a.tif")).warnings).toEqual([
      "resolution of 2835 px/m is a screen's or printer's, not taken for the pixel size",
    ]);
    // 2.54e7 nm over 200,000 px, in doubles
    const fine = await geometryOf(smallTiff([imageJ("unit=inches", 200_000, 200_000)]));
    expect(fine).toEqual({ kind: "square", pixelSizeNm: expect.closeTo(127, 10) });
  });

  test("of OME-XML are read with entities of XML in their unit", async () => {
    const xml =
      `<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">` +
      `<Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint8" SizeX="4" SizeY="3" SizeZ="1" SizeC="1" SizeT="1" ` +
      `PhysicalSizeX="0.5" PhysicalSizeXUnit="&#xB5;m" PhysicalSizeY="0.5" PhysicalSizeYUnit="&#181;m"/></Image></OME>`;
    expect(await geometryOf(smallTiff([page(4, 3, [[270, 2, xml]])]))).toEqual({
      kind: "square",
      pixelSizeNm: 500,
    });
  });
});

describe("Olympus", () => {
  /** The structure of tag 33560 from byte 8 of the file on: one record of type 1 with exponent and steps. */
  function sis(stepX: number, stepY: number, exponent: number): Buffer {
    const bytes = Buffer.alloc(160);
    bytes.write("SIS0", 0, "latin1");
    bytes.writeUInt16LE(1, 58);
    bytes.writeUInt16LE(1, 60);
    bytes.writeUInt32LE(8 + 80, 64);
    bytes.writeInt16LE(exponent, 80 + 10);
    bytes.writeDoubleLE(stepX, 80 + 12);
    bytes.writeDoubleLE(stepY, 80 + 20);
    return bytes;
  }

  test("states its pixel size where the tag holds the offset of the structure", async () => {
    const bytes = smallTiff([page(4, 3, [[33560, 4, [8]]])], sis(2.39, 2.39, -11));
    const image = frameImage(await readMicrograph(bytes, "a.tif"));
    // 64-bit decimals through a power of ten
    expect(image.pixelSizeNm).toBeCloseTo(0.0239, 12);
  });
});

test("an array whose last axis has three or four places is a picture in colours, not a stack of slivers", async () => {
  const axesOf = async (shape: readonly number[]) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    return (await readMicrograph(encodeNpy({ data, shape }), "a.npy")).axes.map(({ name }) => name);
  };
  expect(await axesOf([20, 30, 3])).toEqual(["y", "x", "channel"]);
  expect(await axesOf([5, 20, 30, 4])).toEqual(["frame", "y", "x", "channel"]);
  expect(await axesOf([5, 20, 30])).toEqual(["frame", "y", "x"]);
  expect(await axesOf([5, 4, 3])).toEqual(["frame", "y", "x"]);
});

describe("of several series of a TIFF", () => {
  const calibrated = imageJ("unit=nm", 2, 2, 8, 6);

  test("one with a pixel size comes before a preview", async () => {
    const read = await readMicrograph(smallTiff([page(8, 5), calibrated]), "a.tif");
    expect([read.series, read.seriesNames]).toEqual([1, ["1 x 8 x 5", "1 x 8 x 6"]]);
  });

  test("a thumbnail comes last, marked as one or small", async () => {
    const marked = page(8, 5, [[254, 4, [1]]]);
    expect((await readMicrograph(smallTiff([marked, page(8, 6)]), "a.tif")).series).toBe(1);
    expect((await readMicrograph(smallTiff([page(4, 2), page(8, 6)]), "a.tif")).series).toBe(1);
    expect((await readMicrograph(smallTiff([page(8, 6), page(4, 2)]), "a.tif")).series).toBe(0);
  });

  test("one of half the edges is a thumbnail, and one in colour what a program showed of the other", async () => {
    expect((await readMicrograph(smallTiff([page(8, 6), page(16, 12)]), "a.tif")).series).toBe(1);
    const shown: SmallPage = {
      ...page(3 * 8, 6, [
        [256, 4, [8]],
        [258, 3, [8]],
        [262, 3, [2]],
        [277, 3, [3]],
      ]),
    };
    const { series, axes } = await readMicrograph(smallTiff([shown, page(8, 6)]), "a.tif");
    expect([series, axes.map(({ name }) => name)]).toEqual([1, ["y", "x"]]);
  });

  test("a name or a part of it chooses one, and an unknown name lists them", async () => {
    const bytes = smallTiff([page(8, 6), page(4, 2)]);
    expect((await readMicrograph(bytes, "a.tif", { series: "1 x 4 x 2" })).series).toBe(1);
    expect((await readMicrograph(bytes, "a.tif", { series: "x 4" })).series).toBe(1);
    await expect(readMicrograph(bytes, "a.tif", { series: "HAADF" })).rejects.toThrow(
      "Cannot read micrograph: TIFF series must be from 0 to 1 or a name (0: 1 x 8 x 6; 1: 1 x 4 x 2), got HAADF (a.tif)",
    );
    await expect(readMicrograph(bytes, "a.tif", { series: "x" })).rejects.toThrow(
      /got x, which fits several/,
    );
  });
});
