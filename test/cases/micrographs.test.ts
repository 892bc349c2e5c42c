import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import {
  openImageStack,
  readImageFile,
  readMicrographFile,
  valueStatistics,
} from "../../src/micrograph/index.ts";

/** Files as people have them, next to the project, not in it; README.md there says what is right. */
const FOLDER = resolve(import.meta.dirname, "../../../shared/cases");
const path = (name: string) => join(FOLDER, name);

describe.skipIf(!existsSync(FOLDER))("readImageFile() of files that went wrong (../shared/cases)", () => {
  test("a stack tells its frames and gives each", async () => {
    const { notes } = await readImageFile(path("stack_of_three_different_fields.tif"));
    expect(notes).toContain("frame 1 of 3 (--frame N, 0 first, or --frame all)");
    const stack = await openImageStack(path("stack_of_three_different_fields.tif"), { frame: "all" });
    const means = stack.frames.map((frame) => {
      const { data } = stack.image(frame).image;
      return data.reduce((sum, value) => sum + value, 0) / data.length;
    });
    expect(new Set(means).size).toBe(3);
  });

  test("an element map that is stored first is left for the HAADF image", async () => {
    const { series, image, notes } = await readImageFile(path("velox_map_before_haadf.emd"));
    expect([series, image.pixelSizeNm]).toEqual(["Image HAADF", expect.closeTo(2, 9)]);
    expect(notes.join()).toMatch(/0 Map SuperXG2/);
  });

  test.each([
    ["diffraction_as_metres.ser", /a diffraction pattern .*1\/m/],
    ["imagej_reciprocal.tif", /a diffraction pattern .*1\/nm/],
    ["imagej_nonsquare.tif", /pixels must be square, got 0\.5 x 1 nm .*--resample 0\.5/],
    ["nan_inf.tif", /got 2 of 2304 that are NaN or infinite/],
  ])("%s is refused with the true cause", async (name, wanted) => {
    await expect(readImageFile(path(name))).rejects.toThrow(wanted);
  });

  test("oblong pixels become square on request", async () => {
    const { image } = await readImageFile(path("imagej_nonsquare.tif"), { resampleNm: 0.5 });
    expect([image.width, image.height, image.pixelSizeNm]).toEqual([48, 96, 0.5]);
  });

  test.each([
    ["imagej_yunit.tif", 0.5],
    ["ome_hex_entity.ome.tif", 500],
    ["prismatic_like.emd", 0.25],
  ])("%s has pixels of %d nm", async (name, nm) => {
    const { image, pixelSizeSource } = await readImageFile(path(name));
    // rationals of 32 bits and coordinates in float32
    expect(image.pixelSizeNm).toBeCloseTo(nm, 5);
    expect(pixelSizeSource).toBe("file");
  });

  test("Olympus by pointer has pixels of 0.0239 nm", async () => {
    const { image } = await readImageFile(path("olympus_sis_pointer.tif"));
    expect(image.pixelSizeNm).toBeCloseTo(0.0239, 4);
  });

  test("the data bar of a SEM picture is left out, and nothing of a picture without one", async () => {
    const [withBar, without] = await Promise.all(
      ["sem_with_data_bar.png", "sem_without_data_bar.png"].map((name) => readImageFile(path(name))),
    );
    expect([withBar.image.height, withBar.picture.height]).toEqual([400, 450]);
    expect(withBar.image.width).toBe(without.image.width);
    expect(without.image.height).toBe(without.picture.height);
  });

  test("values that are no numbers are counted", async () => {
    const { nanCount, infiniteCount, max } = valueStatistics(await readMicrographFile(path("nan_inf.tif")));
    expect([nanCount, infiniteCount]).toEqual([1, 1]);
    expect(max).toBeLessThan(10);
  });
});
