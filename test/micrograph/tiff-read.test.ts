import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromArrayBuffer } from "geotiff";
import { describe, expect, test } from "vitest";
import { frameImage, readMicrograph, shapeOf } from "../../src/micrograph/index.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/micrograph/tiff");
const [WIDTH, HEIGHT] = [37, 29];

const fixture = (name: string) => readFileSync(join(FOLDER, name));
const read = (name: string) => readMicrograph(fixture(name), name);

/** 7 x + 13 y + 101 c + 37 f, the pattern of make-tiff.py. */
function ramp(shape: readonly number[]): number[] {
  const channels = shape[2] === WIDTH || shape.length === 2 ? 1 : shape[2];
  const frames = shape.length === 3 && shape[2] === WIDTH ? shape[0] : 1;
  return Array.from({ length: frames * HEIGHT * WIDTH * channels }, (_, i) => {
    const channel = i % channels;
    const x = Math.floor(i / channels) % WIDTH;
    const y = Math.floor(i / channels / WIDTH) % HEIGHT;
    return 7 * x + 13 * y + 101 * channel + 37 * Math.floor(i / channels / WIDTH / HEIGHT);
  });
}

/** What make-tiff.py stores for a ramp value by type. */
function stored(value: number, type: string): number[] {
  if (type.startsWith("f")) return [value / 8];
  if (type.startsWith("c")) return [value / 8, 0 - value];
  if (type === "u1") return [value % 255];
  return [type === "i1" ? 0 - (value % 127) : type.startsWith("i") ? 0 - value : value];
}

const typeOf = (name: string) => /-([uifc]\d+)\.tif$/.exec(name)?.[1];
const names = readdirSync(FOLDER);

describe("readMicrograph() of TIFF files by foreign writers", () => {
  for (const name of names.filter((file) => typeOf(file) !== undefined && !file.startsWith("jpeg"))) {
    test(`gives the pattern of ${name}`, async () => {
      const micrograph = await read(name);
      const wanted = ramp(shapeOf(micrograph)).flatMap((value) => stored(value, typeOf(name) ?? ""));
      expect(Array.from(micrograph.values)).toEqual(wanted);
    });
  }

  for (const name of names.filter((file) => file.startsWith("jpeg") && file.endsWith(".tif"))) {
    test(`gives the pixels that libtiff reads from ${name}`, async () => {
      const micrograph = await read(name);
      const beside = fixture(name.replace(".tif", ".json")).toString("utf8");
      const { shape, values } = JSON.parse(beside) as { shape: number[]; values: string };
      expect(shapeOf(micrograph)).toEqual(shape);
      expect(Array.from(micrograph.values)).toEqual([...Buffer.from(values, "base64")]);
    });
  }

  for (const name of names.filter((file) => file.startsWith("bits"))) {
    test(`gives the black and white pixels of ${name}, honouring which of them is zero`, async () => {
      const { data } = frameImage(await read(name));
      const isBlack = Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
        return ((i % WIDTH) + Math.floor(i / WIDTH)) ** 2 % 23 < 9;
      });
      expect(Array.from(data)).toEqual(isBlack.map((black) => (black ? 0 : 1)));
    });
  }

  for (const name of ["wide-g3-1d.tif", "wide-g4.tif"]) {
    test(`gives the long runs of ${name}`, async () => {
      const { data, width } = frameImage(await read(name));
      const blackAt = (row: number) =>
        Array.from({ length: width }, (_, x) => x).filter((x) => data[row * width + x] === 0);
      const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
      expect(blackAt(0)).toEqual(range(5, 2700));
      expect(blackAt(1)).toEqual(range(1000, 1064));
      expect(blackAt(2)).toEqual(range(63, 5999));
      expect(blackAt(3)).toEqual([0, 700, 1400, 2100, 2800, 3500, 4200, 4900, 5600]);
    });
  }

  test("agrees with geotiff on the files that both read", async () => {
    for (const name of [
      "lzw-predictor2-u2.tif",
      "tiled-u2.tif",
      "bigendian-f4.tif",
      "zip-predictor3-f4.tif",
    ]) {
      const bytes = fixture(name);
      const tiff = await fromArrayBuffer(new Uint8Array(bytes).buffer);
      const [raster] = await (await tiff.getImage()).readRasters();
      expect(Array.from((await read(name)).values)).toEqual(Array.from(raster as Float32Array));
    }
  });

  test("reads a last strip that its writer filled up with rows beyond the image", async () => {
    for (const name of ["zip-u2.tif", "zstd-u2.tif", "lzw-u2.tif", "packbits-u2.tif"]) {
      const bytes = Buffer.from(fixture(name));
      // tag 257, the height, of type short or long: 27 rows make the fourth strip of 7 one row too long
      const at = [3, 4]
        .map((type) => bytes.indexOf(Buffer.from([1, 1, type, 0, 1, 0, 0, 0])))
        .find((i) => i >= 0);
      bytes.writeUInt16LE(27, (at ?? 0) + 8);
      const { values } = await readMicrograph(bytes, name);
      expect(Array.from(values)).toEqual(ramp([HEIGHT, WIDTH]).slice(0, 27 * WIDTH));
    }
  });

  test("turns a file round whose white is zero, and keeps its stored values", async () => {
    const micrograph = await read("minwhite-u1.tif");
    expect(frameImage(micrograph).data[5]).toBe(255 - micrograph.values[5]);
  });

  test("reads ImageJ's unit, resolution and spacing", async () => {
    const { axes } = await read("imagej-micron.tif");
    expect(axes.map((axis) => axis.name)).toEqual(["frame", "y", "x"]);
    expect(axes.map((axis) => axis.pixelSize)).toEqual([0.3, 1 / 25, 1 / 50]);
    expect(axes.map((axis) => axis.pixelUnit)).toEqual(["um", "um", "um"]);
  });

  test("reads OME's physical size and the order of its stack", async () => {
    const micrograph = await read("ome.tif");
    expect(shapeOf(micrograph)).toEqual([3, 2, HEIGHT, WIDTH]);
    expect(frameImage(micrograph, 5).pixelSizeNm).toBe(0.21);
    expect(frameImage(micrograph, 5).data[0]).toBe(5 * 37);
  });
});
