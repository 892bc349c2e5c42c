import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { frameImage, readMicrograph, shapeOf } from "../../src/micrograph/index.ts";
import type { Micrograph } from "../../src/micrograph/index.ts";

/** Real instrument files with what ncempy, tifffile and h5py read in them; next to the project, not in it. */
const FOLDER = resolve(import.meta.dirname, "../../../shared/data/reader_files");
const isThere = existsSync(join(FOLDER, "expected.json"));

interface Expected {
  readonly shape: number[];
  readonly dtype: string;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly first4: number[];
  readonly pixelSize: number[];
  readonly pixelUnit: string[] | string;
  readonly hdf5?: readonly {
    readonly path: string;
    readonly shape: number[];
    readonly dtype: string;
    readonly mean: number;
  }[];
}

const expected: Record<string, Expected> = isThere
  ? JSON.parse(readFileSync(join(FOLDER, "expected.json"), "utf8"))
  : {};
const plain = Object.entries(expected).filter(([, wanted]) => wanted.hdf5 === undefined);
const containers = Object.entries(expected).filter(([, wanted]) => wanted.hdf5 !== undefined);
const read = (name: string, series = 0) => readMicrograph(readFileSync(join(FOLDER, name)), name, { series });

function statistics({ values }: Micrograph) {
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of values) [min, max, sum] = [Math.min(min, value), Math.max(max, value), sum + value];
  return { min, max, mean: sum / values.length };
}

const without1 = (shape: readonly number[]) => shape.filter((size) => size !== 1);

describe.skipIf(!isThere)("readMicrograph() of real files (../shared/data/reader_files)", () => {
  for (const [name, wanted] of plain) {
    test(`agrees with ncempy on ${name}: shape, type, values, pixel sizes`, async () => {
      const micrograph = await read(name);
      const { min, max, mean } = statistics(micrograph);
      expect(shapeOf(micrograph)).toEqual(wanted.shape);
      expect(micrograph.dtype).toBe(wanted.dtype);
      expect([min, max]).toEqual([wanted.min, wanted.max]);
      // sums in another order: n x 2^-53 of the largest value
      expect(Math.abs(mean - wanted.mean)).toBeLessThan(1e-9 * Math.max(1, Math.abs(wanted.max)));
      expect(Array.from(micrograph.values.slice(0, 4))).toEqual(wanted.first4);
      expect(micrograph.axes.map((axis) => axis.pixelSize)).toEqual(wanted.pixelSize);
      const units = wanted.shape.map((_, i) =>
        typeof wanted.pixelUnit === "string" ? wanted.pixelUnit : wanted.pixelUnit[i],
      );
      expect(micrograph.axes.map((axis) => axis.pixelUnit)).toEqual(units);
    });
  }

  for (const [name, { hdf5 = [] }] of containers) {
    const datasets = hdf5.filter((dataset) => !dataset.path.endsWith("/Metadata"));
    test(`agrees with h5py on the ${datasets.length} datasets of ${name}`, async () => {
      for (const [series, dataset] of datasets.entries()) {
        const micrograph = await read(name, series);
        expect(without1(shapeOf(micrograph))).toEqual(without1(dataset.shape));
        expect(micrograph.dtype).toBe(dataset.dtype);
        expect(statistics(micrograph).mean).toBeCloseTo(dataset.mean, 9);
      }
    });
  }

  test("gives Velox its pixel size in metres and its detector by name", async () => {
    const micrograph = await read("openncem_gpl3_or_mit/STEM HAADF-DF4-DF2-BF Diffraction Micro.emd");
    expect(micrograph.seriesNames).toEqual(["Image HAADF", "Image DF2", "Image BF", "Image DF4"]);
    expect(frameImage(micrograph).pixelSizeNm).toBeCloseTo(87.37, 2);
  });

  test("gives an EMD image the step of its coordinate vectors", async () => {
    const { pixelSizeNm } = frameImage(await read("openncem_gpl3_or_mit/Acquisition_18.emd"));
    expect(pixelSizeNm).toBeCloseTo(0.01225, 5);
  });

  test("names a spectrum as one when an image is asked of it", async () => {
    const spectrum = await read("pytemlib_mit/EELS_STO.dm3");
    expect(() => frameImage(spectrum)).toThrow(
      "Cannot take image from micrograph: axes must end in y, x or y, x, channel, got signal of 2048",
    );
  });

  test("says nothing of a single pixel size where the pixels are not square", async () => {
    const image = frameImage(await read("openncem_gpl3_or_mit/dmTest_float32_nonSquare_diffPixelSize.dm3"));
    expect(image.pixelSizeNm).toBeNull();
  });
});
