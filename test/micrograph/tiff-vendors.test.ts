import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { frameImage, readMicrograph } from "../../src/micrograph/index.ts";

const read = (name: string) => {
  const path = join(import.meta.dirname, "../fixtures/micrograph/vendor-tiff", `${name}.tif`);
  return readMicrograph(readFileSync(path), name);
};
const pixelSizeNm = async (name: string) => frameImage(await read(name)).pixelSizeNm;

/** Files of make-vendor-tiff.py; sizes are 64-bit numbers written as decimals unless a comment says otherwise. */
describe("readMicrograph() finds the pixel size of", () => {
  test("Zeiss: the image's pixel, not the display's", async () => {
    expect(await pixelSizeNm("zeiss")).toBeCloseTo(12.33, 10);
    expect((await read("zeiss")).metadata).toMatchObject({
      AP_WD: 5.1,
      DP_ZOOM: "Off",
      calibration: "Zeiss",
    });
  });

  test("Zeiss: old files by the unnamed number or the display's pixel, scaled from 1024 columns", async () => {
    expect(await pixelSizeNm("zeiss-old")).toBeCloseTo(90, 10);
    expect(await pixelSizeNm("zeiss-display")).toBeCloseTo(40, 10);
  });

  test("FEI: the scan's pixel in metres, whatever the resolution tags say", async () => {
    const { axes, metadata } = await read("fei");
    expect(axes.map((axis) => [axis.pixelSize, axis.pixelUnit])).toEqual([
      [3.37242e-6, "m"],
      [3.37242e-6, "m"],
    ]);
    expect(metadata["Beam.HV"]).toBe(10000);
    expect(await pixelSizeNm("fei-sfeg")).toBeCloseTo(3372.42, 8);
    expect(await pixelSizeNm("fei-infrared")).toBeCloseTo(20_000, 6);
  });

  test("FEI's navigation camera: none, with a note about the screen's resolution", async () => {
    const micrograph = await read("fei-navcam");
    expect(frameImage(micrograph).pixelSizeNm).toBeNull();
    expect(micrograph.warnings).toEqual([
      "resolution of 3780 px/m is a screen's or printer's, not taken for the pixel size",
    ]);
  });

  test("TVIPS: nanometres in version 2, the resolution in version 1", async () => {
    // a 32-bit float
    expect(await pixelSizeNm("tvips-2")).toBeCloseTo(0.43, 7);
    expect(await pixelSizeNm("tvips-1")).toBeCloseTo(5, 10);
    expect((await read("tvips-1")).metadata["TVIPS.magnification"]).toBe(50000);
  });

  test("Olympus: the step times the power of ten", async () => {
    expect(await pixelSizeNm("olympus")).toBeCloseTo(0.57, 10);
  });

  test("JEOL: the camera's pixel over the magnification, an angle in diffraction", async () => {
    expect(await pixelSizeNm("jeol-image")).toBeCloseTo(0.2, 10);
    const { axes } = await read("jeol-diffraction");
    // 20 um over 0.4 m is 5e-5 rad; over 2.5079 pm, the wavelength at 200 kV: 0.019937 1/nm
    expect(axes[1].pixelSize).toBeCloseTo(5e-5 / 2.5079e-3, 6);
    expect(axes[1].pixelUnit).toBe("1/nm");
    expect(await pixelSizeNm("jeol-diffraction")).toBeNull();
  });

  test("DigitalMicrograph's export, with its intensity scale as metadata", async () => {
    const micrograph = await read("digital-micrograph");
    expect(frameImage(micrograph).pixelSizeNm).toBe(0.16867);
    expect(micrograph.metadata).toMatchObject({ "DM.intensityUnit": "counts", "DM.intensityScale": 2 });
  });

  test("plain resolution tags, only where they are finer than any screen's", async () => {
    const micrograph = await read("plain-resolution");
    expect(frameImage(micrograph).pixelSizeNm).toBeCloseTo(0.5, 10);
    expect(micrograph.warnings).toEqual(["pixel size taken from the plain resolution tags"]);
  });
});
