import { writeFileSync } from "node:fs";
import { join } from "node:path";
import jpeg from "jpeg-js";
import type { File } from "h5wasm";
import { type GrayImage } from "../src/core/index.ts";
import { encodeNpy, encodePng16, encodeTiff } from "../src/micrograph/index.ts";
import { indexedPng, VOC_PALETTE } from "../test/helpers/indexed-png.ts";
import { groupAt, smallHdf5 } from "../test/helpers/small-hdf5.ts";
import { dmFile } from "../test/helpers/small-dm.ts";
import { mrcFile } from "../test/helpers/small-mrc.ts";
import { serFile } from "../test/helpers/small-ser.ts";
import { smallTiff } from "../test/helpers/small-tiff.ts";
import { fixtures, throughProgram, type FuzzFormat } from "./format.ts";

/** Micrographs: what `heterostem inspect` says of them. */
function images(seeds: FuzzFormat["seeds"]): FuzzFormat {
  return {
    isText: false,
    seeds,
    read(file, folder) {
      const path = join(folder, file.name);
      writeFileSync(path, file.bytes);
      return throughProgram("inspect", path, "--json");
    },
  };
}

/** A small picture. */
export const RAMP: GrayImage = {
  width: 24,
  height: 16,
  data: Float32Array.from({ length: 384 }, (_, i) => (i % 24) / 24),
  intensityUnit: "arbitrary",
  pixelSizeNm: 0.5,
};

const dm = (version: 3 | 4) => {
  const spec = { isLittleEndian: true, dataType: 6, element: 8, values: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  return { name: `a.dm${version}`, bytes: dmFile({ version, ...spec }) };
};

/** Micrographs, by format. */
export const IMAGE_FORMATS: Readonly<Record<string, FuzzFormat>> = {
  tiff: images(() => [
    { name: "own.tif", bytes: encodeTiff([RAMP]) },
    {
      name: "small.tif",
      bytes: smallTiff([
        {
          width: 4,
          height: 3,
          pixels: Array.from({ length: 12 }, (_, i) => i),
          tags: [[270, 2, "ImageJ=1.53\nunit=nm\n"]],
        },
      ]),
    },
    ...fixtures("tiff"),
    ...fixtures("vendor-tiff"),
  ]),
  png: images(() => [
    { name: "grey16.png", bytes: encodePng16(RAMP) },
    {
      name: "palette.png",
      bytes: indexedPng({
        width: 16,
        height: 8,
        indices: new Uint8Array(128).map((_, i) => i % 7),
        palette: VOC_PALETTE,
        bitDepth: 4,
      }),
    },
  ]),
  jpeg: images(() => {
    const data = new Uint8Array(48 * 16 * 4).map((_, i) => (i % 4 === 3 ? 255 : (i >> 2) % 48));
    return [{ name: "a.jpg", bytes: jpeg.encode({ width: 48, height: 16, data }, 95).data }];
  }),
  dm: images(() => [dm(3), dm(4)]),
  hdf5: images(() => fixtures("hdf5")),
  emd: images(async () => [
    {
      name: "berkeley.emd",
      bytes: await smallHdf5((file: File) => {
        const group = groupAt(file, "data/a");
        group.create_attribute("emd_group_type", 1);
        group.create_dataset({
          name: "data",
          data: Float32Array.from({ length: 30 }, (_, i) => i),
          shape: [5, 6],
        });
        for (const [name, size] of [
          ["dim1", 5],
          ["dim2", 6],
        ] as const) {
          group.create_dataset({ name, data: Float64Array.from({ length: size }, (_, i) => 0.5 * i) });
        }
      }),
    },
  ]),
  ser: images(() =>
    [false, true].map((isLong) => {
      return {
        name: `${isLong}.ser`,
        bytes: serFile(
          [
            [4, 5, 6, 1, 2, 3],
            [1, 1, 2, 3, 5, 8],
          ],
          isLong,
        ),
      };
    }),
  ),
  mrc: images(() => [
    { name: "short.mrc", bytes: mrcFile({ mode: 1, values: Buffer.alloc(12, 7) }) },
    {
      name: "float.mrc",
      bytes: mrcFile({ mode: 2, values: Buffer.alloc(24, 7), extended: Buffer.alloc(1024) }),
    },
  ]),
  npy: images(() => [{ name: "a.npy", bytes: encodeNpy({ data: new Float32Array(256), shape: [16, 16] }) }]),
};
