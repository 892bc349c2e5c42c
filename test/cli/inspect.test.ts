import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { encodeTiff, frameImage, readMicrograph } from "../../src/micrograph/index.ts";

/** The program as a user runs it; `npm test` builds it first. */
const PROGRAM = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "heterostem-inspect-"));
const run = (...words: string[]) =>
  promisify(execFile)(process.execPath, [PROGRAM, ...words], { cwd: folder });

const image: GrayImage = {
  width: 40,
  height: 20,
  data: Float32Array.from({ length: 800 }, (_, i) => (i % 40 < 20 ? 0 : 2)),
  intensityUnit: "electrons per pixel",
  pixelSizeNm: 0.25,
};

describe("heterostem inspect", () => {
  test("--json prints shape, type, pixel size, statistics and metadata", async () => {
    writeFileSync(join(folder, "a.tif"), encodeTiff([image, image]));
    const facts = JSON.parse((await run("inspect", "a.tif", "--json")).stdout);
    expect(facts).toMatchObject({
      format: "TIFF",
      shape: [2, 20, 40],
      dtype: "float32",
      pixelSize: [null, 0.25, 0.25],
      pixelUnit: [null, "nm", "nm"],
      min: 0,
      max: 2,
      mean: 1,
      metadata: { Software: "heterostem" },
    });
  });

  test("draws the image and writes it as PNG with its scale", async () => {
    writeFileSync(join(folder, "b.tif"), encodeTiff([image]));
    const { stdout } = await run("inspect", "b.tif", "--png", "b.png");
    expect(stdout).toContain(`${" ".repeat(20)}${"@".repeat(20)}`);
    const back = frameImage(await readMicrograph(readFileSync(join(folder, "b.png")), "b.png"));
    expect(back).toEqual(image);
  });

  test("reads the pixel size off the scale bar where the file has none", async () => {
    const path = resolve(import.meta.dirname, "../fixtures/micrograph/scale-bars/500-nm-125-px.png");
    const facts = JSON.parse((await run("inspect", path, "--json")).stdout);
    expect(facts.pixelSizeNm).toBeNull();
    expect(facts.scaleBar).toMatchObject({ label: "500 nm", lengthPx: 125, pixelSizeNm: 4 });
  });

  test("says in one line that a file is not there", async () => {
    await expect(run("inspect", "none.tif")).rejects.toMatchObject({
      code: 2,
      stderr: "heterostem: Cannot read images: wanted an image or a folder, got no such file (none.tif)\n",
    });
  });

  test("ends with code 1 and one line for a file that is no micrograph", async () => {
    writeFileSync(join(folder, "c.txt"), "hello");
    await expect(run("inspect", "c.txt")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^heterostem: Cannot read micrograph: file must be .*\(c.txt\)\n$/),
    });
  });
});
