import type { File } from "h5wasm";
import { describe, expect, test } from "vitest";
import { frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { pixelGeometry } from "../../src/micrograph/pixel-geometry.ts";
import { groupAt, smallHdf5 } from "../helpers/small-hdf5.ts";

const read = async (build: (file: File) => void, series?: number | string) =>
  readMicrograph(await smallHdf5(build), "a.emd", series === undefined ? {} : { series });

const ramp = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

/** One image of Velox with its metadata as zero-padded JSON. */
function addVelox(file: File, id: string, binaryResult: object, values: Float32Array = ramp(30)): void {
  const folder = `Data/Image/${id}`;
  groupAt(file, folder);
  file.create_dataset({ name: `${folder}/Data`, data: values, shape: [5, 6, 1] });
  const steps = { PixelSize: { width: "2e-9", height: "2e-9" }, PixelUnitX: "m", PixelUnitY: "m" };
  const bytes = Buffer.alloc(1024);
  bytes.write(JSON.stringify({ BinaryResult: { ...steps, ...binaryResult } }));
  file.create_dataset({ name: `${folder}/Metadata`, data: Uint8Array.from(bytes), shape: [1024, 1] });
}

/** What a window of Velox calls an image, before version 11 and from it on. */
function addLabel(file: File, id: string, label: string, version: 10 | 11): void {
  const dataPath = `/Data/Image/${id}`;
  const put = (name: string, value: object) =>
    file.create_dataset({ name, data: [JSON.stringify(value)], shape: [1] });
  if (version === 10) {
    groupAt(file, "Presentation/Displays/ImageDisplay");
    put(`Presentation/Displays/ImageDisplay/w${id}`, { display: { id: "a", label }, dataPath });
    return;
  }
  groupAt(file, "Displays/ImageDisplay");
  groupAt(file, "SharedProperties/ImageSeriesDataReference");
  const reference = `SharedProperties/ImageSeriesDataReference/r${id}`;
  put(reference, { dataPath });
  put(`Displays/ImageDisplay/w${id}`, { id: label, data: `/${reference}` });
}

describe("of the images of a Velox file", () => {
  test("the dark field comes before other detectors, and those before element maps", async () => {
    const { seriesNames, series } = await read((file) => {
      addVelox(file, "00aa", { Detector: "SuperXG2" });
      addVelox(file, "11bb", { Detector: "BF" });
      addVelox(file, "22cc", { Detector: "HAADF" });
    });
    expect(seriesNames).toEqual(["Map SuperXG2", "Image BF", "Image HAADF"]);
    expect(series).toBe(2);
    expect((await read((file) => addVelox(file, "00aa", { Detector: "SuperXG2" }))).series).toBe(0);
  });

  test.each([10, 11] as const)("maps carry their element, as version %d names it", async (version) => {
    const { seriesNames, series } = await read((file) => {
      addVelox(file, "00aa", { DetectorIndex: "4" });
      addVelox(file, "11bb", { Detector: "SuperXG2" });
      addVelox(file, "22cc", { Detector: "HAADF" });
      addLabel(file, "00aa", "Ti", version);
      addLabel(file, "11bb", "W-L", version);
      addLabel(file, "22cc", "HAADF", version);
    });
    expect(seriesNames).toEqual(["Map Ti", "Map W-L", "Image HAADF"]);
    expect(series).toBe(2);
  });

  test("one is chosen by its element", async () => {
    const build = (file: File) => {
      addVelox(
        file,
        "00aa",
        { Detector: "SuperXG2" },
        ramp(30).map((value) => -value),
      );
      addVelox(file, "22cc", { Detector: "HAADF" });
      addLabel(file, "00aa", "Ti", 10);
    };
    expect(frameImage(await read(build, "Ti")).data[1]).toBe(-1);
    expect(frameImage(await read(build)).data[1]).toBe(1);
  });
});

describe("a Fourier transform in a Velox file", () => {
  /** One half of a transform, as Velox stores them: pairs under these two names. */
  function addTransform(file: File, id: string): void {
    const name = `${groupAt(file, `Data/Image/${id}`).path.slice(1)}/Data`;
    const dtype = [
      ["realFloatHalfEven", "<f"],
      ["imagFloatHalfEven", "<f"],
    ] as const;
    // the library takes pairs by column; its types do not know that
    const data = new Map([
      ["realFloatHalfEven", ramp(20)],
      ["imagFloatHalfEven", ramp(20).map((value) => -value)],
    ]);
    file.create_dataset({ name, data: data as never, shape: [5, 4, 1], dtype: dtype as never });
  }

  test("is left for the image", async () => {
    const { seriesNames, series } = await read((file) => {
      addTransform(file, "00aa");
      addVelox(file, "22cc", { Detector: "BM-Ceta" });
      addLabel(file, "00aa", "FFT of Ceta", 10);
    });
    expect(seriesNames).toEqual(["FFT FFT of Ceta", "Image BM-Ceta"]);
    expect(series).toBe(1);
  });

  test("alone is described, and is no image of the specimen", async () => {
    const micrograph = await read((file) => addTransform(file, "00aa"));
    expect(micrograph.dtype).toBe("complex64");
    expect(Array.from(micrograph.values.slice(2, 6))).toEqual([1, -1, 2, -2]);
    expect(pixelGeometry(micrograph.axes)).toEqual({ kind: "diffraction", unit: "1/m" });
  });
});

describe("an NCEM file whose array has another name", () => {
  test("has the steps of its coordinate vectors (Prismatic, older py4DSTEM)", async () => {
    const micrograph = await read((file) => {
      const folder = "4DSTEM_simulation/data/realslices/annular_detector_depth0000";
      groupAt(file, folder).create_attribute("emd_group_type", 1);
      file.create_dataset({ name: `${folder}/realslice`, data: ramp(12), shape: [4, 3] });
      for (const [name, size] of [["dim1", 4] as const, ["dim2", 3] as const]) {
        const data = ramp(size).map((value) => value * 0.25);
        file
          .create_dataset({ name: `${folder}/${name}`, data, shape: [size] })
          .create_attribute("units", "[n_m]");
      }
    });
    expect(micrograph.format).toBe("NCEM EMD");
    // a quarter is exact in 32 bits
    expect(frameImage(micrograph)).toMatchObject({ width: 3, height: 4, pixelSizeNm: 0.25 });
  });

  test("gives an array over lengths before one over angles", async () => {
    const { series, axes } = await read((file) => {
      for (const [folder, unit] of [
        ["a", "[mrad]"],
        ["b", "[n_m]"],
      ] as const) {
        groupAt(file, folder).create_attribute("emd_group_type", 1);
        file.create_dataset({ name: `${folder}/data`, data: ramp(12), shape: [4, 3] });
        for (const [name, size] of [
          ["dim1", 4],
          ["dim2", 3],
        ] as const) {
          file
            .create_dataset({ name: `${folder}/${name}`, data: ramp(size), shape: [size] })
            .create_attribute("units", unit);
        }
      }
    });
    expect(series).toBe(1);
    expect(pixelGeometry(axes).kind).toBe("square");
  });
});

describe("an HDF5 file that cannot be read says why", () => {
  /** The filter pipeline of a dataset with gzip, whose number is overwritten [hdf5 file format, message 0x000B]. */
  async function withFilter(id: number): Promise<Buffer> {
    const bytes = await smallHdf5((file) => {
      file.create_dataset({
        name: "image",
        data: ramp(64),
        shape: [8, 8],
        chunks: [8, 8],
        compression: "gzip",
      });
    });
    const name = bytes.indexOf("deflate\0", 0, "latin1");
    bytes.writeUInt16LE(id, name - 8);
    return bytes;
  }

  test.each([
    [32008, "bitshuffle"],
    [32004, "LZ4"],
    [32001, "Blosc"],
  ])("compression by filter %d, by the name %s, with the remedy", async (id, name) => {
    await expect(readMicrograph(await withFilter(id), "a.h5")).rejects.toThrow(
      `Cannot read micrograph: HDF5 dataset image must be stored without a filter or with gzip, got ${name} ` +
        `(filter ${id}) (a.h5); convert it with h5repack -f GZIP=4 IN.h5 OUT.h5`,
    );
    expect(frameImage(await readMicrograph(await withFilter(1), "a.h5")).data[9]).toBe(9);
  });

  test("pixels in another file, by its name", async () => {
    await expect(
      read((file) => {
        file.create_external_link("raw_data_000001.h5", "/entry/data", "data");
      }),
    ).rejects.toThrow(
      "Cannot read micrograph: HDF5 file must hold a numeric dataset, got only links to other files " +
        "(data -> raw_data_000001.h5: /entry/data) (a.emd); give the file that they name",
    );
  });

  test("bytes of text beside an image are not taken for it", async () => {
    const { seriesNames, series } = await read((file) => {
      file.create_dataset({ name: "Metadata", data: new Uint8Array(100), shape: [100, 1] });
      file.create_dataset({ name: "image", data: ramp(64), shape: [8, 8] });
    });
    expect(seriesNames[series]).toBe("image");
  });
});
