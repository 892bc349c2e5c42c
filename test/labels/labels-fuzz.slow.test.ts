import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { encodeImageJRoi } from "../../src/labels/encode-imagej-roi.ts";
import {
  rasterizeAnnotation,
  readCoco,
  readLabelme,
  readPolygonCsv,
  readVia,
} from "../../src/labels/index.ts";
import { readImageJRoi } from "../../src/labels/read-imagej-roi.ts";
import { readYolo } from "../../src/labels/read-yolo.ts";
import type { ImageAnnotation } from "../../src/labels/index.ts";
import { LABEL_FORMATS } from "../../fuzz/label-formats.ts";
import { mutated } from "../../fuzz/mutate-bytes.ts";

const SHARED = resolve(import.meta.dirname, "../../../shared/data");
const MUTATION_COUNT = 2000;
const SIZE = { width: 64, height: 64 };

type Reader = (bytes: Uint8Array) => ImageAnnotation[] | Promise<ImageAnnotation[]>;

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
const shared = (path: string) => (existsSync(join(SHARED, path)) ? readFileSync(join(SHARED, path)) : null);
const yoloFolder = join(SHARED, "stem_catalyst_yolo/labels");
const yoloFile = existsSync(yoloFolder)
  ? readdirSync(yoloFolder).find((name) => name.endsWith(".txt"))
  : undefined;

const ring = { className: "a", rings: [[1.5, 1, 30, 2, 28, 40, 3, 33]] };
const csv =
  "image_url;point;polygon\nIMG_1.png;(4, 5);[(1, 2), (30, 4), (5, 60)]\nIMG_2.png;(9, 9);[(7, 7), (12, 7), (9, 30)]\n";

const [labelme] = await LABEL_FORMATS.labelme.seeds("");

const READERS: readonly (readonly [string, Uint8Array | null, Reader])[] = [
  ["COCO", shared("nasa_meltpool_coco/validation.json"), (bytes) => readCoco(text(bytes), "a.json")],
  [
    "VIA",
    shared("ampis_powder/via_powder_satellite_masks_validation.json"),
    (bytes) => readVia(text(bytes), "a.json"),
  ],
  [
    "YOLO",
    yoloFile === undefined ? null : readFileSync(join(yoloFolder, yoloFile)),
    (bytes) => [readYolo(text(bytes), "a.txt", { imageName: "a", ...SIZE })],
  ],
  ["labelme", labelme.bytes, async (bytes) => [await readLabelme(text(bytes), "a.json")]],
  ["polygon CSV", Buffer.from(csv), (bytes) => readPolygonCsv(text(bytes), "a.csv", "island")],
  [
    "ImageJ ROI",
    encodeImageJRoi(ring),
    (bytes) => [{ imageName: "a", size: null, shapes: [readImageJRoi(bytes, "a")] }],
  ],
];

/** What becomes of a damaged file: read and filled into pixels, refused in words, or something else. */
async function outcomeOf(read: Reader, bytes: Uint8Array): Promise<string> {
  try {
    for (const annotation of await read(bytes)) {
      const classNames = ["rest", ...new Set(annotation.shapes.map(({ className }) => className))];
      if (classNames.length > 1 && classNames.length < 256)
        rasterizeAnnotation(annotation, { ...SIZE, classNames });
    }
    return "read";
  } catch (error) {
    return error instanceof RangeError ? "refused" : `not in words: ${String(error)}`;
  }
}

describe("damaged label files", () => {
  for (const [format, original, read] of READERS) {
    test.skipIf(original === null)(`end in time and words for ${MUTATION_COUNT} of ${format}`, async () => {
      const bytes = original ?? new Uint8Array();
      let slowestMs = 0;
      const outcomes: string[] = [];
      for (let i = 0; i < MUTATION_COUNT; i++) {
        const damaged = mutated(openRandomStream(1, "fuzz", format, i), bytes);
        const start = performance.now();
        outcomes.push(await outcomeOf(read, damaged));
        slowestMs = Math.max(slowestMs, performance.now() - start);
      }
      expect(outcomes.filter((outcome) => outcome.startsWith("not"))).toEqual([]);
      expect(outcomes).toContain("read");
      // a second is the promise; a busy machine pauses a process for longer than a reader takes
      expect(slowestMs).toBeLessThan(3000);
    });
  }
});
