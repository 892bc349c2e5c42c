import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { encodeImageJRoi } from "../../src/labels/encode-imagej-roi.ts";
import { encodeRoiSet, outlineMask, rasterizeAnnotation, readRoiSet } from "../../src/labels/index.ts";
import { readImageJRoi } from "../../src/labels/read-imagej-roi.ts";
import { mutated } from "../../fuzz/mutate-bytes.ts";

const RING = { className: "pore", rings: [outlineMask([1, 1, 1, 1, 0, 1, 1, 1, 1], 3, 3)].flat() };

describe("encodeImageJRoi()", () => {
  test("keeps outlines to the last bit: whole, sub-pixel, and with a hole", () => {
    const whole = { className: "a", rings: [[-3, 2, 40, 2, 40, 300, -3, 300]] };
    const subPixel = { className: "a", rings: [[1.5, 2.25, 9.75, 2.25, 4, 8.125]] };
    for (const shape of [whole, subPixel, RING])
      expect(readImageJRoi(encodeImageJRoi(shape), shape.className)).toEqual(shape);
    expect(RING.rings.length).toBe(2);
  });

  test("refuses what ImageJ's 16 bits cannot hold", () => {
    const far = { className: "a", rings: [[0, 0, 40_000, 0, 0, 5]] };
    expect(() => encodeImageJRoi(far)).toThrow(RangeError);
  });
});

describe("readRoiSet()", () => {
  test("gives back the mask that was outlined, holes and classes with it", () => {
    const rng = openRandomStream(1, "mask");
    const [width, height] = [40, 30];
    const mask = Uint8Array.from({ length: width * height }, () => (rng.uniform() < 0.6 ? 1 : 0));
    const shapes = [{ className: "grain", rings: outlineMask(mask, width, height) }];
    const annotation = { imageName: "a", size: null, shapes: readRoiSet(encodeRoiSet(shapes)) };
    const { labels } = rasterizeAnnotation(annotation, { width, height, classNames: ["matrix", "grain"] });
    expect(labels.classIds).toEqual(mask);
  });

  test("reads an archive of another program, and its files open there", () => {
    const folder = mkdtempSync(join(tmpdir(), "heterostem-roi-"));
    const path = join(folder, "RoiSet.zip");
    writeFileSync(path, encodeRoiSet([RING, { ...RING, className: "crack" }]));
    // Python's zipfile checks each CRC, then writes the same files anew: once stored, once deflated
    const script = `
import sys, zipfile
source = zipfile.ZipFile(sys.argv[1])
assert source.testzip() is None
for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(sys.argv[1] + str(method), "w", method) as target:
        for name in source.namelist(): target.writestr(name, source.read(name))
`;
    execFileSync("python3", ["-c", script, path]);
    for (const method of [0, 8]) {
      const bytes = execFileSync("cat", [`${path}${method}`]);
      expect(readRoiSet(bytes).map(({ className }) => className)).toEqual(["pore", "crack"]);
    }
    rmSync(folder, { recursive: true });
  });

  test("ends in words for 2000 damaged archives", () => {
    const archive = encodeRoiSet(Array.from({ length: 20 }, () => RING));
    const outcomes = Array.from({ length: 2000 }, (_, i) => {
      try {
        readRoiSet(mutated(openRandomStream(1, "fuzz", "RoiSet", i), archive));
        return "read";
      } catch (error) {
        return error instanceof RangeError ? error.message : `not in words: ${String(error)}`;
      }
    });
    expect(outcomes.filter((outcome) => !/^(read$|ZIP|ImageJ|RoiSet)/.test(outcome))).toEqual([]);
    // damage to a date or an attribute leaves a readable archive
    expect(outcomes).toContain("read");
  });

  test("refuses an archive that claims to unpack to more than memory", () => {
    const archive = Buffer.from(encodeRoiSet([RING]));
    const directory = archive.readUInt32LE(archive.length - 6);
    archive.writeUInt32LE(0xffffffff, directory + 24);
    expect(() => readRoiSet(archive)).toThrow("ZIP must unpack to at most 268435456 bytes, got 4294967295");
  });
});
