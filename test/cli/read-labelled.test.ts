import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { File as Hdf5File, ready } from "h5wasm";
import { describe, expect, test } from "vitest";
import { readLabelled } from "../../src/hrtem/index.ts";
import { pngBytes } from "../../src/report/index.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-labelled-"));
const path = (...names: string[]) => join(folder, ...names);
const [WIDTH, HEIGHT] = [6, 4];
const inFile = () => ({});

/** An MRC stack of counting numbers, its pixels 0.02 nm wide. */
function mrcStack(frameCount: number): Buffer {
  const header = Buffer.alloc(1024);
  [WIDTH, HEIGHT, frameCount, 1].forEach((value, i) => header.writeInt32LE(value, 4 * i));
  [WIDTH, HEIGHT, frameCount].forEach((value, i) => header.writeInt32LE(value, 28 + 4 * i));
  [1.2, 0.8, 0.2 * frameCount].forEach((value, i) => header.writeFloatLE(value, 40 + 4 * i));
  header.write("MAP ", 208, "latin1");
  header.set([0x44, 0x44], 212);
  const values = Buffer.alloc(2 * WIDTH * HEIGHT * frameCount);
  for (let i = 0; i < values.length / 2; i++) values.writeInt16LE(i, 2 * i);
  return Buffer.concat([header, values]);
}

/** A map whose first pixels are particle. */
function writeMap(file: string, covered: number): void {
  const pixels = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i < covered ? 255 : 0));
  writeFileSync(file, pngBytes({ width: WIDTH, height: HEIGHT, channels: 1, pixels }));
}

async function writeHdf5(file: string, arrays: Readonly<Record<string, number>>): Promise<void> {
  const library = await ready;
  const made = new Hdf5File("/labelled.h5", "w");
  for (const [name, channels] of Object.entries(arrays)) {
    const shape = [2, HEIGHT, WIDTH, channels];
    const data = Float64Array.from({ length: 2 * HEIGHT * WIDTH * channels }, (_, i) => i % channels);
    made.create_dataset({ name, data, shape, dtype: "<d" });
  }
  made.close();
  writeFileSync(file, library.FS.readFile("/labelled.h5"));
  library.FS.unlink("/labelled.h5");
}

describe("readLabelled()", () => {
  test("frame n of an MRC stack goes with the map NAME_n.png, at the pixel size of the stack", async () => {
    for (const part of ["images", "maps"]) mkdirSync(path("stack", part), { recursive: true });
    writeFileSync(path("stack", "images", "a.mrc"), mrcStack(2));
    for (const frame of [0, 1]) writeMap(path("stack", "maps", `a_${frame}.png`), 3 + frame);
    const [first, second] = await readLabelled([path("stack")], inFile);
    expect([first.name, second.name, second.set]).toEqual(["a.mrc 0", "a.mrc 1", "stack"]);
    expect(second.image.data[0]).toBe(WIDTH * HEIGHT);
    expect(second.image.pixelSizeNm).toBeCloseTo(0.02, 6);
    expect(second.map.classIds.reduce((sum, id) => sum + id, 0)).toBe(4);
  });

  test("a_image.png goes with a_label.png in one folder, whatever else lies there", async () => {
    mkdirSync(path("flat"));
    writeMap(path("flat", "a_image.png"), 5);
    writeMap(path("flat", "a_label.png"), 7);
    writeMap(path("flat", "b_label.png"), 1);
    const found = await readLabelled([path("flat")], () => ({ pixelSizeNm: 0.05 }));
    expect(found).toHaveLength(1);
    expect(found[0].image.pixelSizeNm).toBe(0.05);
    expect(found[0].map.classIds.reduce((sum, id) => sum + id, 0)).toBe(7);
  });

  test("maps are found as those of segment are: Cellpose's endings, the name itself first, two for one refused", async () => {
    for (const part of ["images", "labels"]) mkdirSync(path("ends", part), { recursive: true });
    for (const name of ["a", "a_map"]) writeMap(path("ends", "images", `${name}.png`), 5);
    writeMap(path("ends", "labels", "a_cp_masks.png"), 7);
    writeMap(path("ends", "labels", "a_map.png"), 2);
    const found = await readLabelled([path("ends")], () => ({ pixelSizeNm: 0.05 }));
    expect(found.map(({ map }) => map.classIds.reduce((sum, id) => sum + id, 0))).toEqual([7, 2]);
    writeMap(path("ends", "labels", "a_mask.png"), 7);
    await expect(readLabelled([path("ends")], () => ({ pixelSizeNm: 0.05 }))).rejects.toThrow(
      "image a must have one label file, got a_cp_masks.png and a_mask.png",
    );
  });

  test("HDF5: images and maps in two files or in one", async () => {
    await writeHdf5(path("images.h5"), { images: 1 });
    await writeHdf5(path("maps.h5"), { maps: 2 });
    await writeHdf5(path("both.h5"), { images: 1, maps: 2 });
    const apart = await readLabelled([path("images.h5"), path("maps.h5")], () => ({ pixelSizeNm: 0.02 }));
    const together = await readLabelled([path("both.h5")], () => ({ pixelSizeNm: 0.02 }));
    // every second value of these maps is 1: the channel of the particles
    const shares = [apart, together].map((set) => set.map(({ map }) => map.classIds.every((id) => id === 1)));
    expect(shares).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  test("HDF5 without maps is refused, naming its arrays", async () => {
    await writeHdf5(path("other.h5"), { spectra: 1 });
    await expect(readLabelled([path("images.h5")], inFile)).rejects.toThrow(
      `Cannot read labelled images: HDF5 file must hold maps, got images (${path("images.h5")})`,
    );
    await expect(readLabelled([path("images.h5"), path("other.h5")], inFile)).rejects.toThrow(
      `HDF5 file must hold maps or images, got spectra (${path("other.h5")})`,
    );
  });

  test("a path where nothing is, and a folder without images", async () => {
    await expect(readLabelled([path("no")], inFile)).rejects.toThrow(
      `Cannot read labelled images: wanted images with maps, got nothing (${path("no")})`,
    );
    mkdirSync(path("empty"));
    await expect(readLabelled([path("empty")], inFile)).rejects.toThrow(
      `Cannot read labelled images: folder must hold images and maps, got no image (${path("empty")})`,
    );
  });
});
