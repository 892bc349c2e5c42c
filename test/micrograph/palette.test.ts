import { describe, expect, test } from "vitest";
import { readMicrograph, shapeOf } from "../../src/micrograph/index.ts";
import { indexedPng, VOC_PALETTE } from "../helpers/indexed-png.ts";

/** A little-endian TIFF of one strip of 4-bit indices with a palette. */
function indexedTiff(indices: readonly number[], map: readonly number[]): Uint8Array {
  const strip = Buffer.from([(indices[0] << 4) | indices[1], (indices[2] << 4) | indices[3]]);
  const entries: [number, number, number, number][] = [
    [256, 3, 1, 2],
    [257, 3, 1, 2],
    [258, 3, 1, 4],
    [259, 3, 1, 1],
    [262, 3, 1, 3],
    [273, 4, 1, 8],
    [278, 3, 1, 2],
    [279, 4, 1, 2],
    [320, 3, 48, 0],
  ];
  const mapAt = 10 + 2 + 12 * entries.length + 4;
  entries[entries.length - 1][3] = mapAt;
  const bytes = Buffer.alloc(mapAt + 96);
  bytes.write("II*\0", 0, "latin1");
  bytes.writeUInt32LE(10, 4);
  strip.copy(bytes, 8);
  bytes.writeUInt16LE(entries.length, 10);
  entries.forEach(([tag, type, count, value], i) => {
    const at = 12 + 12 * i;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    if (type === 3 && count === 1) bytes.writeUInt16LE(value, at + 8);
    else bytes.writeUInt32LE(value, at + 8);
  });
  map.forEach((entry, i) => bytes.writeUInt16LE(entry, mapAt + 2 * i));
  return bytes;
}

/** Colours of 16 entries as TIFF lays them down: all red, all green, all blue. */
const tiffMap = (colors: readonly (readonly number[])[], scale: number) =>
  [0, 1, 2].flatMap((channel) => Array.from({ length: 16 }, (_, i) => (colors[i]?.[channel] ?? 0) * scale));

describe("readMicrograph() of images with a palette", () => {
  const picture = { width: 3, height: 1, indices: [0, 2, 1], palette: VOC_PALETTE };

  test("gives colours by default, and indices with the palette beside them on request", async () => {
    const png = indexedPng({ ...picture, alpha: [0] });
    const colors = await readMicrograph(png, "a.png");
    expect(shapeOf(colors)).toEqual([1, 3, 3]);
    expect([...colors.values]).toEqual([0, 0, 0, 0, 128, 0, 128, 0, 0]);
    expect(colors.palette).toBeUndefined();
    const indices = await readMicrograph(png, "a.png", { palette: "indices" });
    expect(shapeOf(indices)).toEqual([1, 3]);
    expect([...indices.values]).toEqual([0, 2, 1]);
    expect([...(indices.palette?.subarray(0, 8) ?? [])]).toEqual([0, 0, 0, 0, 128, 0, 0, 255]);
  });

  test("reads indices of one bit as they are stored, not spread over 0 to 255", async () => {
    const palette = [
      [255, 255, 255],
      [0, 0, 0],
    ] as const;
    const png = indexedPng({ width: 3, height: 1, indices: [0, 1, 0], palette, bitDepth: 1 });
    expect([...(await readMicrograph(png, "a.png", { palette: "indices" })).values]).toEqual([0, 1, 0]);
  });

  test("reads a TIFF's palette of 16 bits and one by a writer who forgot the scale alike", async () => {
    const colors = [
      [0, 0, 0],
      [128, 0, 0],
      [0, 128, 0],
    ];
    for (const scale of [257, 1]) {
      const tiff = indexedTiff([0, 1, 2, 1], tiffMap(colors, scale));
      const read = await readMicrograph(tiff, "a.tif");
      expect([...read.values]).toEqual([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 0, 0]);
      const indices = await readMicrograph(tiff, "a.tif", { palette: "indices" });
      expect([...indices.values]).toEqual([0, 1, 2, 1]);
      expect([...(indices.palette?.subarray(4, 8) ?? [])]).toEqual([128, 0, 0, 255]);
    }
  });

  test("refuses an index beyond the palette", async () => {
    const png = indexedPng({ ...picture, palette: VOC_PALETTE.slice(0, 2) });
    await expect(readMicrograph(png, "a.png")).rejects.toThrow(
      "Cannot read micrograph: palette index must be below 2, got 2",
    );
  });

  test("refuses indices without any palette", async () => {
    const png = indexedPng({ ...picture, palette: VOC_PALETTE.slice(0, 0) });
    await expect(readMicrograph(png, "a.png")).rejects.toThrow(
      "an image of indexed colours must have a palette, got none",
    );
  });
});
