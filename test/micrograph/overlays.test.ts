import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { openRandomStream } from "../../src/core/index.ts";
import { findOverlays } from "../../src/micrograph/find-overlays.ts";
import { frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { appendBar, burnBar, burnBox, filled, grey, type Picture } from "../helpers/picture-faults.ts";

const SHARED = resolve(import.meta.dirname, "../../../shared");
const SIZE = 160;

/** Bright discs on a dark noisy ground, as in a dark-field image of an aggregate. */
function aggregate(seed: number, discCount = 12): Picture {
  const rng = openRandomStream(seed, "overlays");
  const discs = Array.from({ length: discCount }, () => ({
    x: SIZE * (0.3 + 0.4 * rng.uniform()),
    y: SIZE * (0.3 + 0.4 * rng.uniform()),
    radius: 3 + 8 * rng.uniform(),
  }));
  const pixels = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => {
    const thickness = discs.reduce((sum, { x, y, radius }) => {
      return (
        sum + Math.sqrt(Math.max(0, radius ** 2 - ((i % SIZE) - x) ** 2 - (Math.floor(i / SIZE) - y) ** 2))
      );
    }, 0);
    const signal = 8 + 8 * thickness;
    return grey(signal + 0.5 * Math.sqrt(signal) * rng.normal());
  });
  return { width: SIZE, height: SIZE, pixels };
}

const imageOf = ({ width, height, pixels }: Picture): GrayImage => ({
  width,
  height,
  data: Float32Array.from(pixels),
  intensityUnit: "arbitrary",
  pixelSizeNm: null,
});

/** Drawn pixels that the mask leaves, and pixels of the specimen that it takes. */
function compare(clean: Picture, drawn: Picture) {
  const { mask } = findOverlays(imageOf(drawn));
  const isDrawn = drawn.pixels.map((value, i) => Number(Math.abs(value - clean.pixels[i]) > 10));
  return {
    left: isDrawn.filter((is, i) => is === 1 && mask?.[i] !== 1).length,
    takenShare: isDrawn.filter((is, i) => is === 0 && mask?.[i] === 1).length / isDrawn.length,
  };
}

describe("findOverlays()", () => {
  test("masks a white bar with its writing to the pixel and reads its scale", () => {
    const clean = aggregate(1);
    const found = findOverlays(imageOf(burnBar(clean)));
    expect(found.overlays.map(({ kind }) => kind)).toEqual(["scale bar", "writing"]);
    expect(found.scaleBar).toMatchObject({ label: "50 nm", lengthPx: 45 });
    expect(found.notes[0]).toContain("scale bar of 45 x 3 px at 8, 150 masked");
    const { left, takenShare } = compare(clean, burnBar(clean));
    expect(left).toBe(0);
    // a margin of two pixels about bar and letters
    expect(takenShare).toBeLessThan(0.03);
  });

  test("masks a black box with light writing on a dark image, and its letters with it", () => {
    const clean = aggregate(2);
    expect(compare(clean, burnBox(clean)).left).toBe(0);
    expect(findOverlays(imageOf(burnBox(clean))).overlays).toMatchObject([
      { kind: "box with writing", region: { x: 104, y: 136, width: 52, height: 20 } },
    ]);
  });

  test("parts a black strip from a dark image above it", () => {
    const clean = aggregate(3);
    const found = findOverlays(imageOf(appendBar(clean)));
    expect(found.field).toEqual({ x: 0, y: 0, width: SIZE, height: SIZE });
    expect(found.mask).toBeNull();
    expect(found.scaleBar?.label).toBe("50 nm");
  });

  /** Left, top, width, height and grey of a lonely rectangle, and what it is called. */
  const RECTANGLES = [
    [[12, 140, 23, 2], 255, "line"],
    [[150, 20, 2, 60], 230, "line"],
    [[10, 100, 50, 55], 255, "blank area"],
    [[0, 0, 60, 40], 0, "blank area"],
  ] as const;
  for (const [box, value, kind] of RECTANGLES) {
    test(`masks a rectangle of ${box[2]} x ${box[3]} px and grey ${value} as a ${kind}`, () => {
      const clean = aggregate(4);
      const drawn = filled(clean, box, value);
      expect(findOverlays(imageOf(drawn)).overlays.map((overlay) => overlay.kind)).toEqual([kind]);
      expect(compare(clean, drawn).left).toBe(0);
    });
  }

  test("masks a black bar with its writing on a bright image", () => {
    const negative = ({ pixels, ...size }: Picture) => ({
      ...size,
      pixels: pixels.map((value) => 255 - value),
    });
    const clean = aggregate(5);
    expect(compare(negative(clean), negative(burnBar(clean))).left).toBe(0);
  });

  /** The picture with margins of one grey: above, right, below, left [px]. */
  function framed({ width, height, pixels }: Picture, margins: readonly number[], value: number): Picture {
    const [top, right, below, left] = margins;
    const size = { width: left + width + right, height: top + height + below };
    const framedPixels = new Uint8Array(size.width * size.height).fill(value);
    for (let y = 0; y < height; y++) {
      framedPixels.set(pixels.subarray(y * width, (y + 1) * width), (top + y) * size.width + left);
    }
    return { ...size, pixels: framedPixels };
  }

  for (const [margins, value] of [
    [[0, 24, 0, 0], 255],
    [[0, 0, 0, 24], 0],
    [[20, 20, 20, 20], 255],
    [[3, 3, 3, 3], 255],
    [[6, 6, 6, 6], 0],
  ] as const) {
    test(`leaves out margins of ${margins.join(", ")} px of grey ${value}, to the pixel`, () => {
      const found = findOverlays(imageOf(framed(aggregate(6), margins, value)));
      expect(found.field).toEqual({ x: margins[3], y: margins[0], width: SIZE, height: SIZE });
      expect([found.mask, found.notes.join("; ").includes("left out")]).toEqual([null, true]);
    });
  }

  test("leaves out a strip beneath that is written full, which has less than half a row of ground", () => {
    const full = burnBar(framed(aggregate(7), [0, 0, 22, 0], 0));
    const text = Array.from({ length: 8 }, (_, k) => k).reduce(
      (picture, k) => filled(picture, [2 + 20 * k, SIZE + 8, 16, 4], 255),
      full,
    );
    expect(findOverlays(imageOf(text)).field).toEqual({ x: 0, y: 0, width: SIZE, height: SIZE });
  });

  test("keeps a ground without noise about what stands on it", () => {
    const { width, height } = aggregate(8);
    const flat = filled(
      { width, height, pixels: new Uint8Array(width * height).fill(20) },
      [60, 50, 40, 30],
      200,
    );
    expect(findOverlays(imageOf(flat)).field).toEqual({ x: 0, y: 0, width, height });
  });

  /** Strokes of two pixels along a curve; the specimen has no pixel of their grey. */
  function withStroke(
    picture: Picture,
    curve: (t: number) => readonly [number, number],
    value: number,
  ): Picture {
    const pixels = picture.pixels.map((old) => (old === value ? value - 1 : old));
    for (let k = 0; k < 2000; k++) {
      const [x, y] = curve(k / 2000).map(Math.round);
      for (const at of [y * SIZE + x, y * SIZE + x + 1, (y + 1) * SIZE + x]) pixels[at] = value;
    }
    return { ...picture, pixels };
  }

  const circle = (t: number) =>
    [80 + 30 * Math.cos(2 * Math.PI * t), 80 + 30 * Math.sin(2 * Math.PI * t)] as const;
  const slanting = (t: number) => [12 + 30 * t, 20 + 40 * t] as const;
  test.each([
    { curve: circle, value: 255, name: "a white circle about particles" },
    { curve: circle, value: 230, name: "a grey one" },
    { curve: slanting, value: 255, name: "a slanting line" },
  ])("masks $name, and not what it goes round", ({ curve, value }) => {
    const clean = aggregate(3);
    const found = findOverlays(imageOf(withStroke(clean, curve, value)));
    expect(found.overlays.map(({ kind }) => kind)).toEqual(["drawing"]);
    const { left, takenShare } = compare(clean, withStroke(clean, curve, value));
    expect(left).toBe(0);
    // two strokes beside the circle's own, of 189 px each: a margin of two pixels on either side
    expect(takenShare).toBeLessThan(0.05);
  });

  test("takes no part of an aggregate for a drawing, saturated or not", () => {
    const found = Array.from({ length: 40 }, (_, seed) => {
      const { pixels, ...size } = aggregate(100 + seed);
      const bright = { ...size, pixels: pixels.map((value) => grey(value * (seed % 2 === 0 ? 1 : 2))) };
      return findOverlays(imageOf(bright)).notes;
    });
    expect(found.flat()).toEqual([]);
  });

  test.skipIf(!existsSync(SHARED))(
    "reads the black labels of real images of soot, and blank parts",
    async () => {
      const read = async (name: string) => {
        const path = join(SHARED, "data/soot_tem/images", name);
        return findOverlays(frameImage(await readMicrograph(readFileSync(path), path)));
      };
      const labelled = await read("000023.png");
      expect(labelled.overlays.map(({ kind }) => kind)).toEqual([
        "blank area",
        "blank area",
        "box with writing",
      ]);
      // 310 px of the camera's, halved
      expect(labelled.notes.at(-1)).toBe(
        'box with writing of 170 x 50 px at 834, 954 masked, "52 nm" read there',
      );
      expect(labelled.scaleBar?.lengthPx).toBeCloseTo(155, 1);
      expect((await read("000017.png")).overlays).toMatchObject([{ kind: "blank area" }]);
    },
  );
});
