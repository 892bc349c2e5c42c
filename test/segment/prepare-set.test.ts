import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decode, encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { extremes, openRandomStream } from "../../src/core/index.ts";
import { encodeRoiSet, UNLABELLED } from "../../src/labels/index.ts";
import { loadSet, particlesOf, splitSets, trainSegmenter } from "../../src/segment/index.ts";
import { evaluateImage } from "../../src/segment/evaluate-segmenter.ts";
import {
  drawnImage,
  EDGE,
  folderOf,
  maskPng,
  prepared,
  squareMask,
  studyOf,
} from "../helpers/labelled-folder.ts";
import { burnBar, grey } from "../helpers/picture-faults.ts";
import { indexedPng, VOC_PALETTE } from "../helpers/indexed-png.ts";

const black = (id: number) => [id > 0 ? 255 : 0];
/** Two images with masks that the ending and the encoder make. */
const pairOf = (ending: string, png: (mask: Uint8Array) => Uint8Array) =>
  folderOf(
    Object.fromEntries(
      [0, 1].flatMap((i) => [
        [`images/s${i}.png`, drawnImage(i)],
        [`labels/s${i}${ending}`, png(squareMask(i))],
      ]),
    ),
  );
const SQUARE = 64 / EDGE ** 2;

describe("prepareSet()", () => {
  test.each([
    ["_mask.png", "grey", (mask: Uint8Array) => maskPng(mask, black)],
    ["_cp_masks.png", "numbered", (mask: Uint8Array) => maskPng(mask, (id) => [id])],
    ["_Simple Segmentation.png", "ilastik's 1 and 2", (mask: Uint8Array) => maskPng(mask, (id) => [id + 1])],
    [".png", "green", (mask: Uint8Array) => maskPng(mask, (id) => [0, 255 * id, 0])],
    [".png", "alpha", (mask: Uint8Array) => maskPng(mask, (id) => [0, 0, 0, 255 * id])],
    [
      "_labels.png",
      "labelme's palette",
      (indices: Uint8Array) => indexedPng({ width: EDGE, height: EDGE, indices, palette: VOC_PALETTE }),
    ],
  ])("reads masks NAME%s (%s) with the area that was drawn", async (ending, _, png) => {
    const { manifest } = await prepared(pairOf(ending, png));
    expect(manifest.entries.map(({ classShares }) => classShares)).toEqual([
      [1 - SQUARE, SQUARE],
      [1 - SQUARE, SQUARE],
    ]);
  });

  test("reads sets of several kinds of labels into one: masks beside regions of ImageJ", async () => {
    const rings = [[8, 8, 16, 8, 16, 16, 8, 16]];
    const folder = folderOf({
      "images/s0.png": drawnImage(0),
      "labels/s0.png": maskPng(squareMask(0), black),
      "more/s1.png": drawnImage(1),
      "rois/s1.zip": encodeRoiSet([{ className: "object", rings }]),
    });
    const sets = [
      { images: "images", labels: "labels" },
      { images: "more", labels: "rois", labelKind: "imageJRois" },
    ];
    const { manifest } = await prepared(folder, { sets });
    expect(manifest.entries.map(({ classShares }) => classShares[1])).toEqual([SQUARE, SQUARE]);
  });

  test("stops where a class has no pixel in a fold, and says which, where and what to do", async () => {
    const folder = folderOf({
      "images/s0.png": drawnImage(0),
      "images/s1.png": drawnImage(1),
      "labels/s0.png": maskPng(squareMask(0), black),
      "labels/s1.png": maskPng(new Uint8Array(EDGE * EDGE), black),
    });
    await expect(prepared(folder)).rejects.toThrow(
      /Cannot prepare data set: every side of the split must show every class, got no pixel of object in fold [01] \(1 image: s1\); label it there, or split otherwise \(data.split, seed\), or leave the class out of classNames/,
    );
  });

  test("refuses the same picture in two folds, whatever its name and its bit depth", async () => {
    const bytes = decode(drawnImage(3)).data;
    const deep = Uint16Array.from(bytes, (value) => 257 * value);
    const folder = folderOf({
      "images/s0.png": drawnImage(3),
      "images/s1.png": encode({ width: EDGE, height: EDGE, data: deep, depth: 16, channels: 1 }),
      "labels/s0.png": maskPng(squareMask(3), black),
      "labels/s1.png": maskPng(squareMask(3), black),
    });
    await expect(prepared(folder)).rejects.toThrow(
      /a picture must stand on one side of the split, got the same as s0 \(fold [01]\) and s1 \(fold [01]\)/,
    );
    // one group keeps them on one side
    await expect(
      prepared(folder, { groups: { pattern: "^s" }, split: { by: "folders" } }),
    ).resolves.toBeDefined();
  });

  test("keeps touching objects apart up to the particles of the labels", async () => {
    const twoBlocks = (mask: Uint8Array) => mask.map((id, i) => (id === 0 ? 0 : i % 8 < 4 ? 1 : 2));
    const folder = pairOf("_cp_masks.png", (mask) => maskPng(twoBlocks(mask), (id) => [id]));
    const { out } = await prepared(folder, { mask: { kind: "instances" } });
    const { items, manifest } = await loadSet(out);
    for (const item of items) {
      expect(new Set(item.classIds)).toEqual(new Set([0, 1]));
      const { particles } = particlesOf(openRandomStream(1), item, manifest.config.particles);
      expect(particles.map(({ areaPx }) => areaPx)).toEqual([32, 32]);
      // an answer that makes one object of both has one of them at most
      const task = { rule: "plain", classCount: 2, dropsEdgeObjects: false } as const;
      const [scores] = evaluateImage(item, item.classIds, task).classes;
      expect([scores.iou, scores.instances[0].truePositives, scores.instances[0].falseNegatives]).toEqual([
        1, 1, 1,
      ]);
    }
  });

  test("leaves unlabelled pixels out of the scores", async () => {
    // the lower half is Pascal VOC's void
    const png = (mask: Uint8Array) => {
      const indices = mask.map((id, i) => (i >= mask.length / 2 ? 255 : id));
      return indexedPng({ width: EDGE, height: EDGE, indices, palette: VOC_PALETTE });
    };
    const { out, manifest } = await prepared(pairOf(".png", png));
    expect(manifest.entries[0].classShares).toEqual([0.5 - SQUARE, SQUARE]);
    expect(manifest.warnings).toContain("index 255 (#e0e0c0) is unlabelled: 50 % of the mask pixels");
    const [item] = (await loadSet(out)).items;
    const answer = item.classIds.map((id) => (id === 0 ? 0 : 1)); // object wherever nobody labelled
    const task = { rule: "plain", classCount: 2, dropsEdgeObjects: false } as const;
    const { classes, confusion } = evaluateImage(item, answer, task);
    expect([classes[0].iou, classes[0].boundaryF, classes[0].foundShare]).toEqual([1, 1, 2 * SQUARE]);
    expect(confusion.counts.reduce((sum, count) => sum + count)).toBe(EDGE ** 2 / 2);
  });

  describe("of images with a scale bar drawn into them", () => {
    const [side, size] = [128, 128 * 128];
    const png = (data: Uint8Array) => encode({ width: side, height: side, data, depth: 8, channels: 1 });
    const isObject = (i: number) => i % side >= 24 && i % side < 104 && i >= size / 2;
    const mask = png(Uint8Array.from({ length: size }, (_, i) => (isObject(i) ? 255 : 0)));
    const clean = (number: number) => {
      const rng = openRandomStream("bar", number);
      return Uint8Array.from({ length: size }, (_, i) => grey((isObject(i) ? 150 : 90) + 6 * rng.normal()));
    };
    const burned = (number: number) => burnBar({ width: side, height: side, pixels: clean(number) }).pixels;
    const folder = () =>
      folderOf({
        "images/s0.png": png(burned(0)),
        "images/s1.png": png(burned(1)),
        "labels/s0.png": mask,
        "labels/s1.png": mask,
      });

    test("fills it and labels nothing there, and says so", async () => {
      const { out, manifest } = await prepared(folder());
      const [item] = (await loadSet(out)).items;
      const [drawn, before] = [burned(0), clean(0)];
      const isWrong = (id: number, i: number) =>
        id === UNLABELLED ? false : drawn[i] !== before[i] || id !== Number(isObject(i));
      expect(item.classIds.filter(isWrong)).toHaveLength(0);
      const missing = item.classIds.reduce((sum, id) => sum + Number(id === UNLABELLED), 0);
      // bar of 45 x 3 px and writing of 29 x 7 px, each with a margin of 2 px
      expect(missing).toBeLessThan(49 * 7 + 33 * 11);
      // the brightest grey of the specimen is 150 + 4 deviations of 6
      expect(extremes(item.image.data)[1]).toBeLessThan(180);
      expect(manifest.warnings).toContain("s0: scale bar of 45 x 3 px at 8, 118 masked");
    });

    test("keeps both where the study says so", async () => {
      const { out, manifest } = await prepared(folder(), { cropDataBar: false });
      const [item] = (await loadSet(out)).items;
      expect(item.classIds.includes(UNLABELLED)).toBe(false);
      expect(extremes(item.image.data)[1]).toBe(255);
      expect(manifest.warnings.join()).not.toContain("masked");
    });
  });

  test("cuts an image to labels that were drawn without its data bar, and tells the rows", async () => {
    const bar = 10;
    const withBar = (number: number) => {
      const data = new Uint8Array(EDGE * (EDGE + bar));
      data.set(decode(drawnImage(number)).data);
      return encode({ width: EDGE, height: EDGE + bar, data, depth: 8, channels: 1 });
    };
    const folder = folderOf({
      "images/s0.png": withBar(0),
      "images/s1.png": withBar(1),
      "labels/s0.png": maskPng(squareMask(0), black),
      "labels/s1.png": maskPng(squareMask(1), black),
    });
    const { manifest } = await prepared(folder);
    expect(manifest.entries.map(({ height }) => height)).toEqual([EDGE, EDGE]);
    expect(manifest.warnings).toContain(
      `s0: labels are those of rows 0 to ${EDGE - 1}, without the data bar: the image was cut to them`,
    );
  });

  test("names the sizes that do not fit and what may have happened", async () => {
    const folder = (height: number) =>
      folderOf({
        "images/s0.png": drawnImage(0, new Uint8Array(EDGE * 40)),
        "labels/s0.png": encode({
          width: 40,
          height,
          data: new Uint8Array(40 * height),
          depth: 8,
          channels: 1,
        }),
      });
    await expect(prepared(folder(EDGE))).rejects.toThrow(
      /size must be that of the image, 32 x 40 px, got 40 x 32 \(.*\); width and height are swapped: one of the two was turned/,
    );
    await expect(prepared(folder(50))).rejects.toThrow("they are 1.25 times as large");
  });

  test("says which images and labels were found where no name fits, and which files want another kind", async () => {
    const images = { "images/s0.png": drawnImage(0) };
    const other = folderOf({ ...images, "labels/t0_mask.png": maskPng(squareMask(0), black) });
    await expect(prepared(other)).rejects.toThrow(
      "labels must be named as their images (_mask, _labels, _cp_masks, ... may follow), got images s0, labels t0_mask.png",
    );
    const json = folderOf({ ...images, "labels/s0.json": "{}" });
    await expect(prepared(json)).rejects.toThrow(".json files are labelKind: labelme");
  });

  test("tells of images without labels, and of labels without an image", async () => {
    const folder = pairOf("_mask.png", (mask) => maskPng(mask, black));
    const more = folderOf({
      ...Object.fromEntries(
        ["images/s0.png", "images/s1.png", "labels/s0_mask.png", "labels/s1_mask.png"].map((name) => [
          name,
          readFileSync(join(folder, name)),
        ]),
      ),
      "images/s2.png": drawnImage(2),
      "labels/s9_mask.png": maskPng(squareMask(1), black),
    });
    const { manifest } = await prepared(more);
    expect(manifest.warnings.some((note) => /^no labels for 1 image of .*: s2.png$/.test(note))).toBe(true);
    expect(
      manifest.warnings.some((note) => /^no image for 1 label file of .*: s9_mask.png$/.test(note)),
    ).toBe(true);
  });

  test("reads images and masks out of one folder, as Cellpose leaves them", async () => {
    const folder = folderOf(
      Object.fromEntries(
        [0, 1].flatMap((i) => [
          [`data/s${i}.png`, drawnImage(i)],
          [`data/s${i}_cp_masks.png`, maskPng(squareMask(i), (id) => [id])],
        ]),
      ),
    );
    const { manifest } = await prepared(folder, { sets: [{ images: "data", labels: "data" }] });
    expect(manifest.entries.map(({ name }) => name)).toEqual(["s0", "s1"]);
  });

  test("reads labelme's polygons, each an object of its own", async () => {
    const fileOf = (number: number) => {
      const left = 4 + (number % 4) * 4;
      const half = (x: number) => ({
        label: "object",
        points: [
          [x, 8],
          [x + 4, 8],
          [x + 4, 16],
          [x, 16],
        ],
        shape_type: "polygon",
      });
      const shapes = [half(left), half(left + 4)];
      const size = { imageHeight: EDGE, imageWidth: EDGE };
      return JSON.stringify({ imagePath: `..\\images\\s${number}.png`, ...size, shapes });
    };
    const folder = folderOf(
      Object.fromEntries(
        [0, 1].flatMap((i) => [
          [`images/s${i}.png`, drawnImage(i)],
          [`labels/s${i}.json`, fileOf(i)],
        ]),
      ),
    );
    const { out } = await prepared(folder, { labelKind: "labelme" });
    const { items } = await loadSet(out);
    expect(items.map(({ classIds }) => classIds)).toEqual([squareMask(0), squareMask(1)]);
    expect(items.map(({ instanceIds }) => Math.max(...(instanceIds ?? [])))).toEqual([2, 2]);
  });
});

describe("prepareSet() of outlines", () => {
  const images = { "images/s0.png": drawnImage(0), "images/s1.png": drawnImage(1) };

  test("reads YOLO's shares of the image, its class 0 being the first object", async () => {
    const line = (left: number) => {
      const [right, top, bottom] = [(left + 8) / EDGE, 8 / EDGE, 16 / EDGE];
      return `0 ${left / EDGE} ${top} ${right} ${top} ${right} ${bottom} ${left / EDGE} ${bottom}\n`;
    };
    const folder = folderOf({ ...images, "labels/s0.txt": line(4), "labels/s1.txt": line(8) });
    const { out } = await prepared(folder, { labelKind: "yolo" });
    const { items } = await loadSet(out);
    expect(items.map(({ classIds }) => classIds)).toEqual([squareMask(0), squareMask(1)]);
  });

  test("refuses an image that is annotated twice, labels of another size, and a file that is not there", async () => {
    const via = (size: number) => ({
      filename: "s0.png",
      size,
      regions: [],
    });
    const twice = folderOf({ ...images, "via.json": JSON.stringify({ a: via(1), b: via(2) }) });
    const sets = [{ images: "images", labels: "via.json" }];
    await expect(prepared(twice, { sets, labelKind: "via" })).rejects.toThrow(
      "an image must be annotated once, got s0 twice",
    );
    const coco = {
      images: [{ id: 1, file_name: "s0.png", width: 64, height: 64 }],
      annotations: [],
      categories: [],
    };
    const scaled = folderOf({ ...images, "via.json": JSON.stringify(coco) });
    await expect(prepared(scaled, { sets, labelKind: "coco" })).rejects.toThrow(
      "they are 2 times as large: give labels and image one size",
    );
    await expect(prepared(folderOf(images), { sets, labelKind: "coco" })).rejects.toThrow(
      "Cannot read labels: wanted a file of labels, got no such file",
    );
  });
});

describe("a study's data section", () => {
  test("has as many values, colours and weights as classes", () => {
    const classNames = ["matrix", "a", "b"];
    const study = (mask: object, training = {}) => studyOf({ classNames, mask }, { training });
    expect(() => study({ kind: "binary" })).toThrow(
      "binary masks have 2 classes, but classNames has 3: wanted classIds or colors",
    );
    expect(() => study({ kind: "classIds", values: [0, 1, 2, 3] })).toThrow(
      "wanted a value for each of the 3 classes, got 4",
    );
    expect(() => study({ kind: "colors", colors: ["#ff0000", "#00ff00", "#0000ff"] })).toThrow(
      "wanted a colour for each of the 2 classes but the background, got 3",
    );
    expect(() => study({ kind: "classIds" }, { classWeights: [1, 2] })).toThrow(
      "must be one weight for each of data.classNames",
    );
    expect(() => study({ kind: "colors", colors: ["red", "#00ff00"] })).toThrow("wanted a colour such as");
  });
});

test("trainSegmenter() refuses sets that an earlier version prepared with a class that a side lacks", async () => {
  const { out } = await prepared(pairOf("_mask.png", (mask) => maskPng(mask, black)));
  const set = await loadSet(out);
  const sets = splitSets(set, 0);
  const emptied = sets.test.map((item) => ({ ...item, classIds: new Uint8Array(EDGE * EDGE) }));
  const options = { heterostemVersion: "test", fold: 0 };
  await expect(
    trainSegmenter(openRandomStream(1), set.manifest.config, { ...sets, test: emptied }, options),
  ).rejects.toThrow(
    "Cannot train segmenter: every side of the split must show every class, got no pixel of object in test",
  );
  await expect(
    trainSegmenter(openRandomStream(1), set.manifest.config, { ...sets, test: sets.training }, options),
  ).rejects.toThrow("a picture must stand on one side of the split");
});
