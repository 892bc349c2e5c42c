import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { encode } from "fast-png";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkLabelsFit,
  rasterizeAnnotation,
  readCoco,
  readMaskImage,
  readPolygonCsv,
  readVia,
} from "../../src/labels/index.ts";
import { classShares } from "../../src/labels/label-map.ts";
import { outlineMask } from "../../src/labels/outline.ts";
import { readImageJRoi } from "../../src/labels/read-imagej-roi.ts";
import { readYolo } from "../../src/labels/read-yolo.ts";
import { readMicrograph } from "../../src/micrograph/index.ts";
import type { ImageAnnotation } from "../../src/labels/index.ts";
import type { LabelMap } from "../../src/labels/label-map.ts";

const SHARED = resolve(import.meta.dirname, "../../../shared/data");
const hasShared = existsSync(SHARED);

const annotationOf = (rings: readonly number[][], className = "island"): ImageAnnotation => ({
  imageName: "a.png",
  size: null,
  shapes: [{ className, rings }],
});
const CLASSES = ["steel", "island"];

/** Outlines of all classes but the background. */
function outlinesOf({ classIds, classNames, width, height }: LabelMap): ImageAnnotation["shapes"] {
  return classNames.slice(1).flatMap((className, index) => {
    const mask = classIds.map((classId) => Number(classId === index + 1));
    const rings = outlineMask(mask, width, height);
    return rings.length === 0 ? [] : [{ className, rings }];
  });
}

describe("rasterizeAnnotation() and outlineMask()", () => {
  test("are inverse to each other for any label map", () => {
    const maps = fc
      .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
      .chain(({ width, height }) =>
        fc
          .uint8Array({ minLength: width * height, maxLength: width * height, max: 2 })
          .map((classIds): LabelMap => {
            return { width, height, classIds, instanceIds: null, classNames: ["a", "b", "c"] };
          }),
      );
    fc.assert(
      fc.property(maps, (labels) => {
        const { width, height, classNames } = labels;
        const annotation = { imageName: "a", size: null, shapes: outlinesOf(labels) };
        const back = rasterizeAnnotation(annotation, { width, height, classNames });
        expect(back.labels.classIds).toEqual(labels.classIds);
        expect(back.outsideVertexCount).toBe(0);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test("cover the area of a circle to the lattice's discrepancy", () => {
    const ring = Array.from({ length: 400 }, (_, i) => (2 * Math.PI * i) / 400).flatMap((angle) => [
      100.3 + 80 * Math.cos(angle),
      99.7 + 80 * Math.sin(angle),
    ]);
    const { labels } = rasterizeAnnotation(annotationOf([ring]), {
      width: 200,
      height: 200,
      classNames: CLASSES,
    });
    const area = labels.classIds.reduce((sum, id) => sum + id, 0);
    // Gauss's circle problem: the excess of lattice points stays within a few square roots of the radius
    expect(Math.abs(area - Math.PI * 80 ** 2)).toBeLessThan(3 * Math.sqrt(80) + 1);
  });

  test("cut vertices outside the image and count them", () => {
    const result = rasterizeAnnotation(annotationOf([[-3, -3, 2, -3, 2, 2, -3, 2]]), {
      width: 4,
      height: 4,
      classNames: CLASSES,
    });
    expect(result.outsideVertexCount).toBe(3);
    expect(result.shapesWithOutsideVertices).toBe(1);
    expect(classShares(result.labels)[1].pixelCount).toBe(4);
  });

  test("refuse a class without a name", () => {
    const options = { width: 4, height: 4, classNames: CLASSES };
    expect(() => rasterizeAnnotation(annotationOf([[0, 0, 1, 0, 1, 1]], "pore"), options)).toThrow(
      "Cannot read labels: class must be one of steel, island, got pore (a.png)",
    );
  });
});

describe("readPolygonCsv()", () => {
  test("reads column names in any capitals and order, folders before names, and several polygons an image", () => {
    const text = [
      "Polygon;Image_URL;point",
      "[(1, 2), (3.5, 4), (5, 6)];PNG/IMG_1.png;(1, 1)",
      '"[(1, 2), (3, 4), (5, -6)]";PNG/IMG_1.png;"(1, 1)"',
      "[(9, 9), (8, 8), (7, 9)];PNG/IMG_2.png;(1, 1)",
    ].join("\r\n");
    const annotations = readPolygonCsv(text, "poly.csv");
    expect(annotations.map((a) => [a.imageName, a.shapes.length])).toEqual([
      ["IMG_1.png", 2],
      ["IMG_2.png", 1],
    ]);
    expect(annotations[0].shapes[1].rings[0]).toEqual([1, 2, 3, 4, 5, -6]);
  });

  test("names the line that is wrong, and runs nothing that stands in it", () => {
    const text = "image_url;point;polygon\na.png;(1, 1);__import__('os')\n";
    expect(() => readPolygonCsv(text, "poly.csv")).toThrow(
      "Cannot read labels: line 2 must have an image and a list of three or more (x, y)",
    );
    expect(() => readPolygonCsv("a,b\n", "poly.csv")).toThrow("columns image_url, polygon, got a, b");
  });
});

describe("readCoco()", () => {
  const coco = (segmentation: unknown) =>
    JSON.stringify({
      images: [{ id: 7, file_name: "x/y/tile.png", width: 4, height: 3 }],
      annotations: [{ image_id: 7, category_id: 1, segmentation, bbox: [1, 0, 2, 2] }],
      categories: [{ id: 1, name: "melt pool" }],
    });
  const maskOf = (segmentation: unknown) => {
    const [annotation] = readCoco(coco(segmentation), "c.json");
    const classNames = ["metal", "melt pool"];
    return [...rasterizeAnnotation(annotation, { width: 4, height: 3, classNames }).labels.classIds];
  };
  const wanted = [0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0];

  test("reads polygons, polygons inside a string, runs, compressed runs and bare boxes alike", () => {
    expect(maskOf([[1, 0, 3, 0, 3, 2, 1, 2]])).toEqual(wanted);
    expect(maskOf("[[1, 0, 3, 0, 3, 2, 1, 2]]")).toEqual(wanted);
    // down the columns of 3: 3 outside, 2 in, 1 out, 2 in, 4 out
    expect(maskOf({ size: [3, 4], counts: [3, 2, 1, 2, 4] })).toEqual(wanted);
    // 3, 2, 1, 2 - 2, 4 - 1 as characters from 48 on
    expect(maskOf({ size: [3, 4], counts: "32103" })).toEqual(wanted);
    expect(maskOf(undefined)).toEqual(wanted);
  });

  test("tells boxes and crowds from outlines of one object", () => {
    const kinds = (text: string) => readCoco(text, "c.json")[0].shapes.map(({ kind }) => kind);
    const outlined = coco([[1, 0, 3, 0, 3, 2, 1, 2]]);
    expect(kinds(outlined)).toEqual([undefined]);
    expect(kinds(coco(undefined))).toEqual(["box"]);
    expect(kinds(outlined.replace('"bbox"', '"iscrowd":1,"bbox"'))).toEqual(["crowd"]);
    expect(kinds(outlined.replace('"bbox"', '"iscrowd":0,"bbox"'))).toEqual([undefined]);
  });

  test("names an unknown category and a file that is not JSON", () => {
    expect(() =>
      readCoco(coco([[0, 0, 1, 0, 1, 1]]).replace('"category_id":1', '"category_id":9'), "c.json"),
    ).toThrow("Cannot read labels: annotations[0].category_id must be a category, got 9 (c.json)");
    expect(() => readCoco("{", "c.json")).toThrow("Cannot read labels: file must be JSON");
  });

  test("drops nothing: an unknown image, an id that stands twice and a box that reaches back are named", () => {
    const text = coco(undefined);
    for (const [from, to, words] of [
      [
        '"image_id":7',
        '"image_id":"7"',
        'annotations[0].image_id must be an image of the file, got "7" (c.json)',
      ],
      [
        '"images":[',
        '"images":[{"id":7,"file_name":"b.png"},',
        "images[1].id must stand once in images, got 7 again (c.json)",
      ],
      [
        '"categories":[',
        '"categories":[{"id":1,"name":"b"},',
        "categories[1].id must stand once in categories, got 1 again",
      ],
      [
        '"bbox":[',
        '"bbox":[1,1,-5,5],"x":[',
        "annotations[0].bbox must be [x, y, width, height] with no side below 0, got [1, 1, -5, 5]",
      ],
    ] as const) {
      expect(text).toContain(from);
      expect(() => readCoco(text.replace(from, to), "c.json")).toThrow(words);
    }
  });
});

describe("readImageJRoi()", () => {
  test("reads a polygon's integer coordinates from its corner on", () => {
    const roi = Buffer.alloc(64 + 12);
    roi.write("Iout", 0, "latin1");
    roi.writeInt16BE(228, 4);
    for (const [i, value] of [10, 20, 14, 26].entries()) roi.writeInt16BE(value, 8 + 2 * i);
    roi.writeUInt16BE(3, 16);
    for (const [i, value] of [0, 6, 3, 0, 0, 4].entries()) roi.writeInt16BE(value, 64 + 2 * i);
    expect(readImageJRoi(roi, "island").rings).toEqual([[20, 10, 26, 10, 23, 14]]);
    expect(() => readImageJRoi(roi.subarray(0, 70), "island")).toThrow("ImageJ ROI needs 2 more bytes");
  });
});

describe("readYolo()", () => {
  test("names the line that is wrong", () => {
    const context = { imageName: "a.jpg", width: 10, height: 10 };
    expect(() => readYolo("0 0.5 0.5 0.2 0.2\n0 0.5 x", "a.txt", context)).toThrow(
      'line 2 must be a class and 4 numbers of a box or 6 and more of a polygon, got "0 0.5 x"',
    );
  });
});

describe("readMaskImage()", () => {
  const read = async (data: Uint8Array, channels: number) =>
    readMicrograph(encode({ width: 2, height: 2, data, depth: 8, channels }), "mask.png");

  test("takes the bright or the dark value of a 0/255 mask as foreground", async () => {
    const mask = await read(Uint8Array.of(0, 255, 255, 255), 1);
    const classNames = ["background", "particle"] as const;
    const bright = readMaskImage(mask, { kind: "binary", foreground: "bright", classNames });
    const dark = readMaskImage(mask, { kind: "binary", foreground: "dark", classNames });
    expect([...bright.labels.classIds]).toEqual([0, 1, 1, 1]);
    expect([...dark.labels.classIds]).toEqual([1, 0, 0, 0]);
    expect(classShares(dark.labels)[1].share).toBe(0.25);
  });

  test("keeps an all-black mask empty and refuses a third value", async () => {
    const classNames = ["background", "particle"] as const;
    const rule = { kind: "binary", foreground: "bright", classNames } as const;
    expect([...readMaskImage(await read(new Uint8Array(4), 1), rule).labels.classIds]).toEqual([0, 0, 0, 0]);
    const blurred = await read(Uint8Array.of(0, 255, 100, 255), 1);
    expect(() => readMaskImage(blurred, rule)).toThrow(
      "Cannot read masks: masks of background and particle must have two values, got 255 (50 %), 0 (25 %), 100 (25 %) in 1 mask (mask.png); give each its class",
    );
  });

  test("claims exact colours only and reports the rest", async () => {
    const data = Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255, 9, 9, 9, 255, 254, 0, 0, 255);
    const rule = {
      kind: "colors",
      classNames: ["matrix", "tertiary", "secondary"],
      colors: [
        [255, 0, 0],
        [0, 0, 255],
      ],
    } as const;
    const reading = readMaskImage(await read(data, 4), rule);
    expect([...reading.labels.classIds]).toEqual([1, 2, 0, 0]);
    expect(reading.unmatchedPixelCount).toBe(2);
    expect(reading.unmatched).toEqual([
      { value: "#090909", pixelCount: 1 },
      { value: "#fe0000", pixelCount: 1 },
    ]);
  });

  test("refuses a value that is no class id, and a mask of another size than its image", async () => {
    const mask = await read(Uint8Array.of(0, 1, 2, 3), 1);
    const rule = { kind: "classIds", classNames: ["a", "b", "c"] } as const;
    expect(() => readMaskImage(mask, rule)).toThrow(
      "values must be class ids from 0 to 2 (a, b, c), got 0 (25 %), 1 (25 %), 2 (25 %), 3 (25 %) in 1 mask (mask.png)",
    );
    expect(() => checkLabelsFit({ width: 2, height: 2 }, { width: 3, height: 2 }, "mask.png")).toThrow(
      "Cannot use labels: size must be that of the image, 3 x 2 px, got 2 x 2 (mask.png)",
    );
  });
});

describe.skipIf(!hasShared)("label files of real sets (../shared/data)", () => {
  const text = (name: string) => readFileSync(join(SHARED, name), "utf8");

  test("melt pools: rasterised areas are those that the COCO file states", () => {
    const coco = text("nasa_meltpool_coco/validation.json");
    const annotations = readCoco(coco, "validation.json");
    expect(annotations.length).toBe(32);
    expect(annotations.reduce((sum, a) => sum + a.shapes.length, 0)).toBe(187);
    const stated: { area: number }[] = JSON.parse(coco).annotations;
    const areaOf = (shape: ImageAnnotation["shapes"][number]) => {
      const options = { width: 512, height: 512, classNames: ["metal", "melt pool"] };
      const { labels } = rasterizeAnnotation({ imageName: "a", size: null, shapes: [shape] }, options);
      return classShares(labels)[1].pixelCount;
    };
    const total = annotations.flatMap((a) => a.shapes).reduce((sum, shape) => sum + areaOf(shape), 0);
    const statedTotal = stated.reduce((sum, { area }) => sum + area, 0);
    // whoever wrote the file counted border pixels in or out: about half a perimeter, 2 % of such areas
    expect(Math.abs(total / statedTotal - 1)).toBeLessThan(0.03);
  });

  test("powder: the VIA project gives the particles that its README counts", () => {
    const count = (name: string) =>
      readVia(text(`ampis_powder/via_powder_${name}.json`), name).reduce(
        (sum, a) => sum + a.shapes.length,
        0,
      );
    expect(count("particle_masks_training")).toBe(1122);
    expect(count("particle_masks_validation")).toBe(238);
    expect(count("satellite_masks_training")).toBe(836);
  });

  test("superalloy: the exact-colour rule on the original RGBA mask gives the class ids of the derived PNG", async () => {
    const name = "nasa_superalloy/original_tiff/spot3_0d_3_mask.tif";
    const rule = {
      kind: "colors",
      classNames: ["matrix", "tertiary", "secondary"],
      colors: [
        [255, 0, 0],
        [0, 0, 255],
      ],
    } as const;
    const reading = readMaskImage(await readMicrograph(readFileSync(join(SHARED, name)), name), rule);
    const png = "nasa_superalloy/train/labels/spot3_0d_3.png";
    const derived = await readMicrograph(readFileSync(join(SHARED, png)), png);
    expect(reading.labels.classIds).toEqual(derived.values);
  });
});

describe("outlines of very many sides", () => {
  /** From the upper edge to the lower and back. */
  const zigzag = (sideCount: number) =>
    Array.from({ length: sideCount }, (_, i) => [(i * 37) % 2048, i % 2 === 0 ? 1 : 2047]).flat();
  const rasterized = (ring: number[]) =>
    rasterizeAnnotation(annotationOf([ring]), { width: 2048, height: 2048, classNames: CLASSES });

  test("take time by the rows that each side crosses, not by all rows", { timeout: 60_000 }, () => {
    // a circle of 20,000 sides on 2,048 rows: 41 million pairs of side and row, 4,000 of which cross
    const circle = Array.from({ length: 20_000 }, (_, i) => (2 * Math.PI * i) / 20_000).flatMap((angle) => {
      return [1024 + 1000 * Math.cos(angle), 1024 + 1000 * Math.sin(angle)];
    });
    const begun = process.cpuUsage();
    const { labels } = rasterized(circle);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1000).toBeLessThan(1000);
    const area = labels.classIds.reduce((sum, id) => sum + id, 0);
    expect(area / (Math.PI * 1000 ** 2)).toBeCloseTo(1, 3);
  });

  test("are refused where they cross rows tens of millions of times", () => {
    expect(() => rasterized(zigzag(20_000))).toThrow(
      "Cannot read labels: outlines must cross rows of pixels at most 33554432 times, got 40920000 (a.png)",
    );
  });
});
