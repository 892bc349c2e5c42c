import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeTiff } from "../../src/micrograph/index.ts";

/** Debian's interpreter, whose packages are python3-tifffile and python3-numpy. */
const PYTHON = "/usr/bin/python3";
const hasTifffile = spawnSync(PYTHON, ["-c", "import tifffile, numpy"]).status === 0;

/** Pixel size from the resolution tag and ImageJ's unit, as the reader of HyperSpy takes it, and all values. */
const READ = `
import json, sys, tifffile
with tifffile.TiffFile(sys.argv[1]) as tif:
    page = tif.pages[0]
    pixels, per = page.tags["XResolution"].value
    stack = tif.asarray()
    print(json.dumps({
        "unit": tif.imagej_metadata["unit"], "pixelSize": per / pixels,
        "dtype": str(stack.dtype), "shape": stack.shape, "values": [float(v) for v in stack.ravel()],
    }))
`;

describe.skipIf(!hasTifffile)(
  `a TIFF of ours in tifffile${hasTifffile ? "" : " (skipped: no python3-tifffile)"}`,
  () => {
    for (const frameCount of [1, 3]) {
      test(`has its pixel size in nm and its values to the bit, ${frameCount} frames`, () => {
        const frames = Array.from({ length: frameCount }, (_, frame) => ({
          width: 7,
          height: 5,
          data: new Float32Array(35).map((zero, i) => Math.sin(frame + i + zero) / 300),
          intensityUnit: "fraction of the incident beam" as const,
          pixelSizeNm: 0.123_456,
        }));
        const path = join(mkdtempSync(join(tmpdir(), "heterostem-tiff-")), "ours.tif");
        writeFileSync(path, encodeTiff(frames));
        const { stdout, stderr } = spawnSync(PYTHON, ["-c", READ, path], { encoding: "utf8" });
        expect(stderr).toBe("");
        const read = JSON.parse(stdout);
        expect([read.unit, read.dtype]).toEqual(["nm", "float32"]);
        // the tag is a ratio of 32-bit integers
        expect(Math.abs(read.pixelSize / 0.123_456 - 1)).toBeLessThan(1e-9);
        expect(read.shape).toEqual(frameCount === 1 ? [5, 7] : [3, 5, 7]);
        expect(read.values).toEqual(frames.flatMap(({ data }) => [...data]));
      });
    }
  },
);
