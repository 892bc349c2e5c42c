import { encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { gaussianBlur } from "../../src/image/index.ts";
import { applyMaskMeaning, maskMeaning, readMaskImage, surveyMask } from "../../src/labels/index.ts";
import type { MaskRule } from "../../src/labels/index.ts";
import { encodeNpy, readMicrograph } from "../../src/micrograph/index.ts";
import type { Micrograph } from "../../src/micrograph/index.ts";
import { indexedPng, VOC_PALETTE } from "../helpers/indexed-png.ts";

type Color = readonly [number, number, number];
const CLASS_NAMES = ["background", "object"];
const binary: MaskRule = { kind: "binary", foreground: "bright", classNames: CLASS_NAMES };

/** A mask of one row. */
async function rowOf(pixels: readonly (readonly number[])[], depth: 8 | 16 = 8): Promise<Micrograph> {
  const data = depth === 8 ? Uint8Array.from(pixels.flat()) : Uint16Array.from(pixels.flat());
  const png = encode({ width: pixels.length, height: 1, data, depth, channels: pixels[0].length });
  return readMicrograph(png, "mask.png", { palette: "indices" });
}
const greys = (values: readonly number[], depth: 8 | 16 = 8) =>
  rowOf(
    values.map((value) => [value]),
    depth,
  );
const indexed = (
  indices: readonly number[],
  palette: readonly Color[] = VOC_PALETTE,
  alpha?: readonly number[],
) =>
  readMicrograph(
    indexedPng({ width: indices.length, height: 1, indices, palette, ...(alpha ? { alpha } : {}) }),
    "mask.png",
    { palette: "indices" },
  );
const floats = (values: readonly number[]) =>
  readMicrograph(encodeNpy({ data: Float32Array.from(values), shape: [1, values.length] }), "mask.npy");
const classesIn = (mask: Micrograph, rule: MaskRule = binary) => [
  ...readMaskImage(mask, rule).labels.classIds,
];

describe("masks of two values", () => {
  test("are read by what is seen, whatever channel the label lies in", async () => {
    const [black, green, blue] = [
      [0, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ];
    expect(classesIn(await rowOf([black, green, black]))).toEqual([0, 1, 0]);
    expect(classesIn(await rowOf([black, blue, black]))).toEqual([0, 1, 0]);
    expect(
      classesIn(
        await rowOf([
          [0, 0, 0, 0],
          [0, 0, 0, 255],
          [0, 0, 0, 0],
        ]),
      ),
    ).toEqual([0, 1, 0]);
    // an editor leaves colours under what it erased
    expect(
      classesIn(
        await rowOf([
          [9, 9, 9, 0],
          [255, 0, 0, 255],
          [77, 0, 0, 0],
        ]),
      ),
    ).toEqual([0, 1, 0]);
    expect(
      classesIn(
        await rowOf([
          [0, 255],
          [255, 255],
        ]),
      ),
    ).toEqual([0, 1]);
    expect(
      classesIn(
        await rowOf([
          [7, 0],
          [7, 255],
        ]),
      ),
    ).toEqual([0, 1]);
    expect(classesIn(await greys([0, 65535, 0], 16))).toEqual([0, 1, 0]);
    expect(classesIn(await floats([0, 1, 1]))).toEqual([0, 1, 1]);
  });

  test("with a palette are read by its colours, and by the index where those do not differ", async () => {
    expect(classesIn(await indexed([0, 1, 0]))).toEqual([0, 1, 0]);
    const whiteFirst: Color[] = [
      [255, 255, 255],
      [0, 0, 0],
    ];
    expect(classesIn(await indexed([0, 1, 0], whiteFirst))).toEqual([1, 0, 1]);
    const oneColor: Color[] = [
      [255, 0, 0],
      [255, 0, 0],
    ];
    expect(classesIn(await indexed([0, 1, 0], oneColor))).toEqual([0, 1, 0]);
    expect(classesIn(await indexed([0, 1, 0], oneColor, [0, 255]))).toEqual([0, 1, 0]);
  });

  test("say which colours were found where two colours leave open which is the object", async () => {
    const [white, blue] = [
      [255, 255, 255],
      [0, 0, 255],
    ];
    const mask = await rowOf([white, white, white, blue]);
    expect(() => readMaskImage(mask, binary)).toThrow(
      "Cannot read masks: one of two colours must be object, got #ffffff (75 %), #0000ff (25 %) in 1 mask (mask.png); " +
        'name it, such as mask: { kind: binary, foreground: "#0000ff" }',
    );
    expect(classesIn(mask, { ...binary, foreground: "#0000ff" })).toEqual([0, 0, 0, 1]);
    expect(classesIn(mask, { ...binary, foreground: "dark" })).toEqual([0, 0, 0, 1]);
  });

  test("with shades of blurred edges are refused with the threshold that parts them, which then does", async () => {
    const mask = await greys([0, 0, 0, 255, 255, 3, 60, 99, 150, 200, 222, 251, 17, 18, 19]);
    expect(() => readMaskImage(mask, binary)).toThrow(
      "must have two values, got 0 (20 %), 255 (13 %), 3 (6.7 %)",
    );
    expect(() => readMaskImage(mask, binary)).toThrow("mask: { kind: binary, threshold: 127 }");
    const parted = classesIn(mask, { ...binary, threshold: 127 });
    expect(parted).toEqual([0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0]);
    const shades = [0, 255, 60, 100].map((green) => [0, green, 0]);
    await expect(rowOf(shades).then((row) => classesIn(row))).rejects.toThrow(
      "in 1 mask (mask.png); part blurred or lossy edges, mask: { kind: binary, threshold: 74 }",
    );
    const green = await rowOf([
      [0, 0, 0],
      [0, 255, 0],
      [0, 100, 0],
    ]);
    expect(classesIn(green, { ...binary, threshold: 75 })).toEqual([0, 1, 0]);
  });

  test("with one blurred disc are not taken for numbered objects", async () => {
    const side = 64;
    for (const radius of [6, 20]) {
      const disc = Float32Array.from({ length: side * side }, (_, i) =>
        Math.hypot((i % side) - 31, Math.floor(i / side) - 33) <= radius ? 255 : 0,
      );
      for (const sigma of [0.4, 0.8, 2]) {
        const data = Uint8Array.from(gaussianBlur(disc, { width: side, height: side }, sigma), Math.round);
        const png = encode({ width: side, height: side, data, depth: 8, channels: 1 });
        const mask = await readMicrograph(png, "mask.png");
        // half of the peak, which the widest blur takes down to 253
        expect(() => readMaskImage(mask, binary)).toThrow(
          /part blurred or lossy edges, .*threshold: 12[67] /,
        );
      }
    }
  });

  test("of the whole set decide, so that a third value is found that no single mask shows", async () => {
    const masks = [await greys([0, 128, 0]), await greys([0, 255, 255])].map(surveyMask);
    expect(() => maskMeaning(masks, binary, "labels")).toThrow(
      "got 0 (50 %), 255 (33 %), 128 (17 %) in 2 masks (labels); give each its class " +
        "(mask: { kind: classIds, values: [0, 128, 255] }, with as many classNames)",
    );
  });

  test("whose background was erased show what was left, whatever its colour", async () => {
    const [erased, black, white, halfRed] = [
      [90, 80, 70, 0],
      [0, 0, 0, 255],
      [255, 255, 255, 255],
      [255, 0, 0, 128],
    ];
    const dark: MaskRule = { ...binary, foreground: "dark" };
    for (const rule of [binary, dark]) {
      for (const object of [black, white]) {
        expect(classesIn(await rowOf([erased, object, erased]), rule)).toEqual([0, 1, 0]);
      }
    }
    const part = await rowOf([erased, black, white]);
    expect(classesIn(part)).toEqual([0, 0, 1]);
    expect(classesIn(part, dark)).toEqual([0, 1, 0]);
    expect(maskMeaning([surveyMask(part)], binary, "labels").notes).toEqual([
      "masks are read by colour: transparent is background, #000000 is background, #ffffff is object",
    ]);
    // half transparent edges are neither
    await expect(rowOf([erased, black, halfRed]).then((row) => classesIn(row))).rejects.toThrow(
      "must have two values",
    );
  });

  test("of fractions from 0 to 1 are probabilities, parted at one half", async () => {
    const mask = await floats([0, 0.2, 0.5, 0.51, 0.999, 1]);
    expect(classesIn(mask)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(classesIn(mask, { ...binary, foreground: "dark" })).toEqual([1, 1, 1, 0, 0, 0]);
    expect(classesIn(mask, { ...binary, threshold: 0.1 })).toEqual([0, 1, 1, 1, 1, 1]);
    expect(maskMeaning([surveyMask(mask)], binary, "labels").notes).toEqual([
      "67 % of the mask pixels lie between the two values and were parted at 0.5",
    ]);
    await expect(floats([0, 0.5, 1.5]).then((other) => classesIn(other))).rejects.toThrow(
      "must have two values",
    );
  });

  test("without a 0 say which of the values is which", async () => {
    const mask = await greys([1, 2, 1]);
    expect(classesIn(mask)).toEqual([0, 1, 0]);
    const notes = ["no mask has the value 0: 1 is background, 2 is object"];
    expect(maskMeaning([surveyMask(mask)], binary, "labels").notes).toEqual(notes);
    expect(maskMeaning([surveyMask(await greys([0, 255]))], binary, "labels").notes).toEqual([]);
  });

  test("with NaN are refused, and so are stacks and probabilities of five classes", async () => {
    await expect(floats([0, NaN, 1]).then((mask) => classesIn(mask))).rejects.toThrow(
      "values must be numbers, got 0 (33 %), NaN (33 %), 1 (33 %)",
    );
    const stack = await readMicrograph(
      encodeNpy({ data: new Uint8Array(12), shape: [3, 2, 2] }),
      "stack.npy",
    );
    expect(() => classesIn(stack)).toThrow(
      "Cannot read mask: mask must be one image: grey, indexed, RGB or RGBA, got uint8 of 3 x 2 x 2 (stack.npy)",
    );
  });
});

describe("masks of class ids", () => {
  const ids = (classNames: readonly string[], values?: readonly number[]): MaskRule => {
    return { kind: "classIds", classNames, values };
  };
  const three = ["matrix", "a", "b"];

  test("may be grey, RGB of equal channels, or indices of a palette", async () => {
    expect(classesIn(await greys([0, 2, 1]), ids(three))).toEqual([0, 2, 1]);
    expect(
      classesIn(
        await rowOf([
          [0, 0, 0],
          [2, 2, 2],
          [1, 1, 1],
        ]),
        ids(three),
      ),
    ).toEqual([0, 2, 1]);
    expect(classesIn(await indexed([0, 2, 1]), ids(three))).toEqual([0, 2, 1]);
    const shrunk: Color[] = [
      [1, 1, 1],
      [0, 0, 0],
      [2, 2, 2],
    ];
    expect(classesIn(await indexed([0, 1, 2], shrunk), ids(three))).toEqual([1, 0, 2]);
  });

  test("may have values of their own, or begin at 1 as ilastik's do", async () => {
    expect(classesIn(await greys([0, 255, 128]), ids(three, [0, 128, 255]))).toEqual([0, 2, 1]);
    const mask = surveyMask(await greys([1, 3, 2]));
    const meaning = maskMeaning([mask], ids(three), "labels");
    expect(meaning.notes).toEqual(["mask values 1 to 3 are matrix, a, b, in this order"]);
    expect(classesIn(await greys([1, 3, 2]), ids(three))).toEqual([0, 2, 1]);
  });

  test("are never colours: those are listed with the rule that reads them", async () => {
    const mask = await rowOf([
      [0, 0, 0],
      [255, 0, 0],
      [0, 255, 0],
    ]);
    expect(() => readMaskImage(mask, ids(three))).toThrow(
      "class ids must be grey values or indices of a palette, got #000000 (33 %), #ff0000 (33 %), #00ff00 (33 %) in 1 mask (mask.png); " +
        'name the colours of a, b, such as mask: { kind: colors, colors: ["#ff0000", "#00ff00"] }',
    );
    const colors: MaskRule = { kind: "colors", colors: ["#ff0000", [0, 255, 0]], classNames: three };
    expect(classesIn(mask, colors)).toEqual([0, 1, 2]);
    const deep = await rowOf(
      [
        [0, 0, 0],
        [65535, 0, 0],
        [0, 65535, 0],
      ],
      16,
    );
    expect(classesIn(deep, colors)).toEqual([0, 1, 2]);
  });

  test("of other values than there are classes are refused with what was found", async () => {
    const mask = await greys([0, 128, 255, 255]);
    expect(() => readMaskImage(mask, ids(three))).toThrow(
      "values must be class ids from 0 to 2 (matrix, a, b), got 255 (50 %), 0 (25 %), 128 (25 %) in 1 mask (mask.png); " +
        "say the value of each class, such as mask: { kind: classIds, values: [0, 128, 255] }",
    );
  });
});

describe("pixels that nobody labelled", () => {
  test("are index 255 of Pascal VOC's palette by its own convention, and what `ignore` names", async () => {
    expect(classesIn(await indexed([0, 1, 255]))).toEqual([0, 1, 255]);
    const note = maskMeaning([surveyMask(await indexed([0, 1, 255, 0]))], binary, "labels").notes.at(-1);
    expect(note).toBe("index 255 (#e0e0c0) is unlabelled: 25 % of the mask pixels");
    expect(classesIn(await greys([0, 1, 255]), { ...binary, ignore: 255 })).toEqual([0, 1, 255]);
    const mask = await rowOf([
      [0, 0, 0],
      [0, 255, 0],
      [255, 0, 255],
    ]);
    expect(classesIn(mask, { ...binary, ignore: "#ff00ff" })).toEqual([0, 1, 255]);
    // a grey 255 without a word is the third value of a mask of two
    await expect(greys([0, 1, 255]).then((grey) => classesIn(grey))).rejects.toThrow(
      "leave one out (ignore:",
    );
  });
});

describe("masks of numbered objects", () => {
  /** Five blocks of 3 x 2 px side by side, the second and the third touching, in a frame of background. */
  const blocks = Uint16Array.from({ length: 24 * 4 }, (_, i) => {
    const [x, y] = [i % 24, Math.floor(i / 24)];
    if (y < 1 || y > 2) return 0;
    return [0, 1, 1, 1, 0, 2, 2, 2, 3, 3, 3, 0, 4, 4, 4, 0, 5, 5, 5, 0, 0, 0, 0, 0][x];
  });
  const read = (data: Uint8Array | Uint16Array, channels: number) =>
    readMicrograph(
      encode({ width: 24, height: 4, data, depth: data instanceof Uint8Array ? 8 : 16, channels }),
      "a_cp_masks.png",
    );

  test("keep objects apart that touch, and say how they were read", async () => {
    const mask = await read(blocks, 1);
    const meaning = maskMeaning([surveyMask(mask)], binary, "labels");
    expect(meaning.notes[0]).toContain(
      "masks are read as numbered objects, each value one object (up to 5 in a mask)",
    );
    const { classIds, instanceIds } = applyMaskMeaning(mask, meaning).labels;
    expect([...classIds]).toEqual(Array.from(blocks, (id) => (id > 0 ? 1 : 0)));
    expect([...(instanceIds ?? [])]).toEqual([...blocks]);
  });

  test("without a background pixel are named", async () => {
    const filled = surveyMask(
      await read(
        blocks.map((id) => id + 1),
        1,
      ),
    );
    const rule: MaskRule = { kind: "instances", classNames: CLASS_NAMES };
    const { notes } = maskMeaning([surveyMask(await read(blocks, 1)), filled], rule, "labels");
    expect(notes.at(-1)).toBe("no pixel is background (0, black or transparent) in a_cp_masks.png");
    expect(maskMeaning([surveyMask(await read(blocks, 1))], rule, "labels").notes).toHaveLength(1);
  });

  test("may have a colour for each object", async () => {
    const colors = [
      [0, 0, 0],
      [255, 0, 0],
      [0, 99, 0],
      [9, 9, 255],
      [200, 200, 0],
      [0, 200, 200],
    ];
    const mask = await read(Uint8Array.from(Array.from(blocks, (id) => colors[id]).flat()), 3);
    expect([...(readMaskImage(mask, binary).labels.instanceIds ?? [])]).toEqual([...blocks]);
  });

  test("are not masks whose values are scattered over several objects: those are classes", async () => {
    const classes = blocks.map((id) => (id === 0 ? 0 : 1 + (id % 3)));
    const mask = await read(classes, 1);
    expect(() => readMaskImage(mask, binary)).toThrow("must have two values, got 0 (69 %)");
    const rule: MaskRule = { kind: "instances", classNames: CLASS_NAMES };
    expect(readMaskImage(mask, rule).labels.instanceIds?.reduce((most, id) => Math.max(most, id))).toBe(3);
  });
});
