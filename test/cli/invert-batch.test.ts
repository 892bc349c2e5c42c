import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeTiff } from "../../src/micrograph/index.ts";
import { heterostem } from "../helpers/heterostem.ts";
import { openPage } from "../helpers/page.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-batch-"));
const images = join(folder, "images");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answered {
  readonly images: readonly {
    readonly file: string;
    readonly verdict: string;
    readonly estimates: unknown;
  }[];
  readonly failed: readonly { readonly path: string; readonly reason: string }[];
}

/** A smooth ramp: no aggregate, so that no image gets numbers. */
function ramp(): Uint8Array {
  const [width, height] = [160, 160];
  const data = Float32Array.from({ length: width * height }, (_, i) => (i % width) / 1600);
  return encodeTiff([
    { width, height, data, pixelSizeNm: 1.1, intensityUnit: "fraction of the incident beam" },
  ]);
}

beforeAll(() => {
  mkdirSync(images);
  writeFileSync(join(images, "b.tif"), ramp());
  copyFileSync(join(images, "b.tif"), join(images, "d.tif"));
  writeFileSync(join(images, "c.png"), "no picture");
  writeFileSync(join(images, "._b.tif"), "hidden by macOS");
  writeFileSync(join(images, "notes.txt"), "no image either");
});

describe("heterostem invert FOLDER", () => {
  test("answers every image of the folder, and tells the one that cannot be read, with its reason and exit code 1", async () => {
    const out = join(folder, "inverted");
    const { code, stdout, stderr } = await heterostem("invert", images, "--out", out, "--json");
    const { images: answers, failed } = JSON.parse(stdout) as Answered;
    expect(code).toBe(1);
    expect(answers.map(({ file, verdict, estimates }) => [file, verdict, estimates])).toEqual([
      ["b.tif", "out of distribution", null],
      ["d.tif", "out of distribution", null],
    ]);
    expect(failed.map(({ path }) => path)).toEqual([join(images, "c.png")]);
    expect(stderr).toContain("Cannot use all files; the results of the others are there:");
    expect(stderr).toMatch(/Cannot read micrograph: .*c\.png/);
    const page = openPage(readFileSync(join(out, "report.html"), "utf8"));
    expect([page.title, page.headings]).toEqual([
      "heterostem: 2 images inverted",
      ["b.tif", "d.tif", "The model"],
    ]);
    expect(page.words).toContain("read off 2 images, of which 0 are like those");
    const stored = JSON.parse(readFileSync(join(out, "answers.json"), "utf8")) as Answered;
    expect(stored.images.map(({ file }) => file)).toEqual(["b.tif", "d.tif"]);
  }, 60_000);

  test("says one image of one, and refuses a folder without any", async () => {
    const [one, none] = [join(folder, "one"), join(folder, "none")];
    for (const path of [one, none]) mkdirSync(path);
    writeFileSync(join(one, "b.tif"), ramp());
    const out = join(folder, "of-one");
    expect((await heterostem("invert", one, "--out", out)).code).toBe(0);
    const page = openPage(readFileSync(join(out, "report.html"), "utf8"));
    expect(page.words).toContain("read off 1 image, of which 0 are like those");
    const { code, stderr } = await heterostem("invert", none);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`(${none})`)]);
  }, 60_000);
});
