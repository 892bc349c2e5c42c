import { decode, encode } from "fast-png";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { openRandomStream } from "../../src/core/index.ts";
import { encodePng16, frameImage, readMicrograph, shapeOf } from "../../src/micrograph/index.ts";

function noiseImage(width: number, height: number, pixelSizeNm: number | null): GrayImage {
  const rng = openRandomStream(3, "png", width);
  const data = Float32Array.from({ length: width * height }, () => 0.1 * rng.uniform());
  return { width, height, data, intensityUnit: "fraction of the incident beam", pixelSizeNm };
}

describe("encodePng16() and readMicrograph()", () => {
  test("restore absolute intensities to half a grey step, and the pixel size exactly", async () => {
    const image = noiseImage(61, 33, 0.123456789012345);
    const back = frameImage(await readMicrograph(encodePng16(image, { range: [0, 0.1] }), "a.png"));
    expect(back.pixelSizeNm).toBe(image.pixelSizeNm);
    expect(back.intensityUnit).toBe(image.intensityUnit);
    // half of (0.1 - 0)/65535, plus the rounding of the result to float32 (0.1 x 2^-24)
    const bound = 0.5 * (0.1 / 65535) + 6e-9;
    const worst = Math.max(...back.data.map((value, i) => Math.abs(value - image.data[i])));
    expect(worst).toBeLessThanOrEqual(bound);
  });

  test("keep electron counts unchanged", async () => {
    const data = Float32Array.of(0, 1, 17, 255, 256, 65535);
    const image: GrayImage = {
      width: 3,
      height: 2,
      data,
      intensityUnit: "electrons per pixel",
      pixelSizeNm: null,
    };
    expect(frameImage(await readMicrograph(encodePng16(image), "counts.png"))).toEqual(image);
  });

  test("keep a constant image constant", async () => {
    const image = { ...noiseImage(4, 4, 1), data: new Float32Array(16).fill(0.3) };
    const back = frameImage(await readMicrograph(encodePng16(image), "flat.png"));
    expect(back.data).toEqual(image.data);
  });

  test("give the same bytes twice, which another decoder reads as 16-bit grey with the density in pHYs", () => {
    const image = noiseImage(40, 30, 1);
    const png = encodePng16(image, { range: [0, 0.1], text: { Software: "heterostem" } });
    expect(encodePng16(image, { range: [0, 0.1], text: { Software: "heterostem" } })).toEqual(png);
    const other = decode(png, { checkCrc: true });
    expect(other).toMatchObject({ width: 40, height: 30, depth: 16, channels: 1 });
    expect(other.resolution).toMatchObject({ x: 1e9, y: 1e9, unit: 1 });
    expect(other.text["Software"]).toBe("heterostem");
    expect([...other.data]).toEqual(Array.from(image.data, (value) => Math.round((value / 0.1) * 65535)));
  });

  test("leave pHYs out where its 31 bits cannot hold the density, and still restore the pixel size", async () => {
    const png = encodePng16(noiseImage(4, 4, 0.05));
    expect(decode(png).resolution).toBeUndefined();
    expect(frameImage(await readMicrograph(png, "fine.png")).pixelSizeNm).toBe(0.05);
  });

  test("refuse intensities that are not finite, and text that PNG cannot hold", () => {
    const bad = { ...noiseImage(2, 1, null), data: Float32Array.of(1, NaN) };
    expect(() => encodePng16(bad)).toThrow("Cannot encode 16-bit PNG: intensities must be finite, got NaN");
    const text = { note: "\u03bcm" };
    expect(() => encodePng16(noiseImage(2, 1, null), { text })).toThrow("text must be Latin-1");
  });
});

describe("readMicrograph() of foreign PNG files", () => {
  const rng = openRandomStream(4, "foreign");
  const random = (length: number, below: number) => Array.from({ length }, () => rng.integerBelow(below));

  for (const channels of [1, 2, 3, 4]) {
    for (const depth of [8, 16] as const) {
      for (const interlace of ["null", "Adam7"] as const) {
        test(`agrees with fast-png on ${channels} x ${depth} bits, interlace ${interlace}`, async () => {
          const values = random(19 * 13 * channels, 2 ** depth);
          const data = depth === 16 ? Uint16Array.from(values) : Uint8Array.from(values);
          const png = encode({ width: 19, height: 13, data, depth, channels }, { interlace });
          const read = await readMicrograph(png, "foreign.png");
          expect(shapeOf(read)).toEqual(channels === 1 ? [13, 19] : [13, 19, channels]);
          expect(read.values).toEqual(data);
        });
      }
    }
  }

  test("looks colours up in the palette, and takes their luma as grey", async () => {
    const palette = [
      [255, 0, 0],
      [10, 20, 30],
    ];
    const data = Uint8Array.of(0b01000000);
    const png = encode({ width: 2, height: 1, data, depth: 1, channels: 1, palette });
    const read = await readMicrograph(png, "palette.png");
    expect([...read.values]).toEqual([255, 0, 0, 10, 20, 30]);
    const grey = frameImage(read).data;
    expect(grey[0]).toBeCloseTo(0.299 * 255, 4);
    expect(grey[1]).toBeCloseTo(0.299 * 10 + 0.587 * 20 + 0.114 * 30, 4);
  });

  test("takes a density of 96 dpi for a screen's, and says so", async () => {
    const png = encodePng16(noiseImage(2, 2, 1e9 / 3780));
    const text = Buffer.from(png)
      .toString("latin1")
      .replace("heterostem:pixelSizeNm", "some-other:pixelSizeNm");
    const read = await readMicrograph(Buffer.from(text, "latin1"), "dpi.png");
    expect(frameImage(read).pixelSizeNm).toBeNull();
    expect(read.warnings[0]).toMatch("3780 px/m is a screen's or printer's");
  });
});
