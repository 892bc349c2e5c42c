import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import {
  encodeNpy,
  encodePng16,
  encodeTiff,
  openImageStack,
  readImageFile,
} from "../../src/micrograph/index.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-image-file-"));

function stored(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** A ramp: every pixel differs, so that a crop shows where it was taken. */
function ramp(width: number, height: number, pixelSizeNm: number | null = 0.5): GrayImage {
  const data = Float32Array.from({ length: width * height }, (_, i) => i);
  return { width, height, data, intensityUnit: "arbitrary", pixelSizeNm };
}

/** A textured picture with a black strip of 24 rows beneath. */
function withDataBar(): GrayImage {
  const image = ramp(64, 120, null);
  const data = image.data.map((_, i) => (i < 64 * 96 ? 100 + ((i * 7919) % 101) : 0));
  return { ...image, data };
}

describe("readImageFile()", () => {
  test("takes the pixel size by hand over the one in the file, and says both", async () => {
    const path = stored("ramp.png", encodePng16(ramp(6, 4)));
    const byFile = await readImageFile(path);
    expect([byFile.image.pixelSizeNm, byFile.pixelSizeSource]).toEqual([0.5, "file"]);
    const byHand = await readImageFile(path, { pixelSizeNm: 2 });
    expect([byHand.image.pixelSizeNm, byHand.pixelSizeSource]).toEqual([2, "by hand"]);
    expect(byHand.notes).toEqual(["pixel size 2 nm given by hand, over 0.5 nm in the file"]);
  });

  test("reads the pixel size off a scale bar where nobody states one", async () => {
    const path = join(import.meta.dirname, "../fixtures/micrograph/scale-bars/500-nm-125-px.png");
    const { image, pixelSizeSource, notes } = await readImageFile(path);
    expect([image.pixelSizeNm, pixelSizeSource]).toEqual([4, "scale bar"]);
    expect(notes).toContain('pixel size 4 +- 0.032 nm read off the scale bar ("500 nm", 125 px)');
  });

  test("leaves the data bar out and says its rows, unless it is to be kept", async () => {
    const path = stored("bar.png", encodePng16(withDataBar()));
    const { image, field, notes } = await readImageFile(path);
    expect([image.width, image.height]).toEqual([64, 96]);
    expect(field).toEqual({ x: 0, y: 0, width: 64, height: 96 });
    expect(notes).toEqual(["data bar in rows 96 to 119 left out (--keep-bar keeps it)"]);
    expect((await readImageFile(path, { keepBar: true })).image.height).toBe(120);
  });

  test("a scale bar that says something else than the file or the user is told with both numbers", async () => {
    const path = join(import.meta.dirname, "../fixtures/micrograph/scale-bars/500-nm-125-px.png");
    const saidBy = async (pixelSizeNm: number) => {
      const { image, notes } = await readImageFile(path, { pixelSizeNm });
      expect(image.pixelSizeNm).toBe(pixelSizeNm);
      return notes.filter((note) => note.startsWith("the scale bar"));
    };
    expect(await saidBy(3)).toEqual([
      'the scale bar in the picture says something else: 4 nm a pixel ("500 nm", 125 px), where you said 3 nm, which was taken; --pixel-size decides',
    ]);
    // within what a bar can be read by
    expect(await saidBy(4.05)).toEqual([]);
    const { image } = await readImageFile(path, { keepBar: true });
    const other = stored("contradicted.png", encodePng16({ ...image, pixelSizeNm: 2.5 }));
    const { image: kept, notes, pixelSizeSource, pixelSizeDoubt } = await readImageFile(other);
    expect([kept.pixelSizeNm, pixelSizeSource]).toEqual([2.5, "file"]);
    expect(pixelSizeDoubt).toBe(
      '2.5 nm in the file, 4 nm by the scale bar in the picture ("500 nm", 125 px)',
    );
    expect((await readImageFile(other, { pixelSizeNm: 2.5 })).pixelSizeDoubt).toBeNull();
    expect(notes).toContain(
      'the scale bar in the picture says something else: 4 nm a pixel ("500 nm", 125 px), where the file said 2.5 nm, which was taken; --pixel-size decides',
    );
  });

  test("crops the picture, and refuses what lies outside it or shows a bar only", async () => {
    const path = stored("crop.png", encodePng16(ramp(6, 4)));
    const { image, field, notes } = await readImageFile(path, { crop: { x: 2, y: 1, width: 3, height: 2 } });
    // 16-bit levels of a ramp of 24: half a level
    const tolerance = 23 / 65535;
    const expected = [8, 9, 10, 14, 15, 16];
    expected.forEach((value, i) => expect(Math.abs(image.data[i] - value)).toBeLessThan(tolerance));
    expect(field).toEqual({ x: 2, y: 1, width: 3, height: 2 });
    expect(notes).toContain("only 3 x 2 px at 2, 1 used (--crop)");
    await expect(readImageFile(path, { crop: { x: 4, y: 0, width: 3, height: 2 } })).rejects.toThrow(
      /^Cannot read image: crop must lie in the picture of 6 x 4 px, got 3 x 2 px at 4, 0 \(.*crop\.png\)/,
    );
    const bar = stored("crop-bar.png", encodePng16(withDataBar()));
    await expect(readImageFile(bar, { crop: { x: 0, y: 100, width: 9, height: 9 } })).rejects.toThrow(
      /crop must show some specimen, got a data bar only .*; --keep-bar takes it as it is/,
    );
  });

  test("resamples to the pixel size that is asked for", async () => {
    const path = stored("fine.png", encodePng16(ramp(8, 4)));
    const { image, notes } = await readImageFile(path, { resampleNm: 1 });
    expect([image.width, image.height, image.pixelSizeNm]).toEqual([4, 2, 1]);
    expect(notes).toContain("resampled to pixels of 1 nm");
    const unknown = stored("unknown.png", encodePng16(ramp(8, 4, null)));
    await expect(readImageFile(unknown, { resampleNm: 1 })).rejects.toThrow(
      /pixel size must be known for --resample, got none .*; give it with --pixel-size/,
    );
  });

  test("refuses pixels that are no numbers, counts them, and takes a crop without them", async () => {
    const data = Float32Array.from({ length: 24 }, (_, i) => (i === 9 ? NaN : i === 10 ? Infinity : i));
    const path = stored("gaps.npy", encodeNpy({ data, shape: [4, 6] }));
    await expect(readImageFile(path)).rejects.toThrow(
      /^Cannot read image: pixels must be finite numbers, got 2 of 24 that are NaN or infinite, the first at column 3, row 1 \(.*gaps\.npy\); leave them out with --crop/,
    );
    expect((await readImageFile(path, { crop: { x: 0, y: 2, width: 6, height: 2 } })).image.data[0]).toBe(12);
  });

  test("says of a large picture what was not looked for in it, and leaves its data bar out all the same", async () => {
    // 17 megapixels of texture in 8 bits, with a black strip of 64 rows beneath
    const [width, height] = [4096, 4160];
    const data = Uint8Array.from({ length: width * height }, (_, i) =>
      i < width * 4096 ? 100 + ((i * 7919) % 101) : 0,
    );
    const path = stored("large.npy", encodeNpy({ data, shape: [height, width] }));
    const { field, mask, notes } = await readImageFile(path);
    expect([field.height, mask]).toEqual([4096, null]);
    expect(notes).toContain(
      "17 megapixels, too many to be searched for scale bars and writing; --crop leaves them out",
    );
  });

  test("says in one line that a file is not there", async () => {
    await expect(readImageFile(join(folder, "none.tif"))).rejects.toThrow(
      /^Cannot read micrograph: file must be readable, got no such file \(.*none\.tif\)$/,
    );
  });
});

describe("a stack", () => {
  const path = stored(
    "stack.tif",
    encodeTiff([0, 1, 2].map((k) => ({ ...ramp(4, 3), data: new Float32Array(12).fill(k) }))),
  );

  test("gives its first frame and says that there are more", async () => {
    const { image, frame, frameCount, notes } = await readImageFile(path);
    expect([image.data[0], frame, frameCount]).toEqual([0, 0, 3]);
    expect(notes).toContain("frame 1 of 3 (--frame N, 0 first, or --frame all)");
  });

  test("gives the frame that is asked for, or all by name", async () => {
    expect((await readImageFile(path, { frame: 2 })).image.data[0]).toBe(2);
    const stack = await openImageStack(path, { frame: "all" });
    const images = stack.frames.map((frame) => stack.image(frame));
    expect(images.map(({ name, image }) => [name, image.data[0]])).toEqual([
      ["stack.tif frame 0", 0],
      ["stack.tif frame 1", 1],
      ["stack.tif frame 2", 2],
    ]);
    await expect(readImageFile(path, { frame: 3 })).rejects.toThrow(/frame must be from 0 to 2, got 3/);
    await expect(readImageFile(path, { frame: "all" })).rejects.toThrow(/got 3 frames .*--frame N/);
  });

  test("gives by tiles what it gives as a whole", async () => {
    const bar = stored("bar-tiles.png", encodePng16(withDataBar()));
    const whole = (await readImageFile(bar, { crop: { x: 5, y: 6, width: 20, height: 20 }, pixelSizeNm: 3 }))
      .image;
    const stack = await openImageStack(bar, { crop: { x: 5, y: 6, width: 20, height: 20 }, pixelSizeNm: 3 });
    const { tiles, width, height, pixelSizeNm } = stack.tiled(0);
    expect([width, height, pixelSizeNm]).toEqual([20, 20, 3]);
    expect(await tiles({ x: 0, y: 0, width, height })).toEqual(whole);
  });
});
