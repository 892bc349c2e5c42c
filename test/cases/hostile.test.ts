import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pngChunk, pngFile } from "../../src/image/index.ts";
import { encodeNpy } from "../../src/micrograph/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

/** Files that have hurt, next to the project, not in it; README.md there says how. */
const FOLDER = resolve(import.meta.dirname, "../../../shared/cases/hostile");
const path = (name: string) => join(FOLDER, name);
const scratch = mkdtempSync(join(tmpdir(), "heterostem-hostile-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Processor time that no answer may take [ms]: of the files here, the largest declares 256 MB of pixels and is searched for bars. */
const LIMIT_MS = 30_000;

async function inspected(name: string) {
  const before = process.cpuUsage();
  const printed = await heterostem("inspect", path(name));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(LIMIT_MS);
  return printed;
}

describe.skipIf(!existsSync(FOLDER))("heterostem inspect of ../shared/cases/hostile", () => {
  test.each([
    ["png-16000.png", "PNG, uint8, y 16000 x x 16000"],
    ["h5-gzip-good-100MB.h5", "HDF5, "],
    ["tiff-fei-8000-blanks.tif", "calibration = FEI"],
    ["tiff-600pages-shared-tag.tif", "frame 1 of 600"],
    ["png-html-text.png", "Comment = \\u{1b}[31mRED\\u{1b}]0;owned\\u{7} <script>alert(1)</script>"],
  ])("%s is read in bounded time", { timeout: 120_000 }, async (name, told) => {
    const { code, stdout } = await inspected(name);
    expect([code, stdout]).toEqual([0, expect.stringContaining(told)]);
    expect(stdout).not.toContain("\u001b");
  });

  test.each([
    ["tiff-sparse-20000.tif", /TIFF strip 0 must have bytes, got 0 at byte 8/],
    ["tiff-zero-bytecount-strip2.tif", /TIFF strip 1 must have bytes, got 0/],
    ["ser-30000-elements-one-place.ser", /must have elements that fit in it, got 30000 of \d+ bytes/],
    ["raw-2613-j.jpg", /JPEG tables and scans must be whole, got damaged ones/],
  ])("%s is refused in words, with its name", async (name, words) => {
    const { code, stderr } = await inspected(name);
    expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
    expect(stderr).toMatch(/^heterostem: Cannot read micrograph: /);
    expect(stderr).toContain(path(name));
  });

  test.each([
    ["laughs.yaml", "got aliases of aliases that multiply"],
    ["alias.yaml", "got *missing alone"],
  ])("recipe %s is refused in words, with its name", async (name, words) => {
    const { code, stderr } = await heterostem("generate", path(name), "--out", join(scratch, "never"));
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^heterostem: Cannot read recipe: each \*alias must/),
    ]);
    expect(stderr).toContain(words);
    expect(stderr).toContain(path(name));
  });

  test("corpus-export-escapes and corpus-repair-escapes write nothing outside the folder that was named", async () => {
    const place = mkdtempSync(join(scratch, "corpora-"));
    cpSync(path("corpus-repair-escapes"), join(place, "corpus"), { recursive: true });
    const before = readdirSync(join(place, "corpus"), { recursive: true });
    const exported = await heterostem(
      "corpus",
      "export",
      path("corpus-export-escapes"),
      "--to",
      "png",
      "--count",
      "2",
      "--out",
      join(place, "x/y/out"),
    );
    expect([exported.code, exported.stderr]).toEqual([1, expect.stringMatching(/^heterostem: Cannot /)]);
    const repaired = await heterostem("corpus", "verify", join(place, "corpus"), "--repair");
    expect([repaired.code, repaired.stderr]).toEqual([
      1,
      expect.stringContaining(
        'shards.0.file must be data/train-NNNNN-of-NNNNN.parquet, got "../outside/victim"',
      ),
    ]);
    expect(readdirSync(join(place, "corpus"), { recursive: true })).toEqual(before);
    const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.filter(({ parentPath }) => !parentPath.startsWith(join(place, "corpus")))).toEqual([]);
  });

  test("view-xss-material.yaml gives a page whose names are text", async () => {
    const page = join(scratch, "view.html");
    const { code } = await heterostem("view", path("view-xss-material.yaml"), "--out", page);
    expect(code).toBe(0);
    const html = readFileSync(page, "utf8");
    expect(html).toContain("\\u003cimg src=x onerror=");
    expect(html).not.toContain("<img src=x");
    expect(html).toContain(`Content-Security-Policy" content="default-src 'none'; script-src 'sha256-`);
  });

  test("coco-rle-1e10.json is refused in words, with its name and the key", async () => {
    const { stderr } = await prepared(path("coco-rle-1e10.json"));
    expect(stderr).toContain(
      `annotations[0].segmentation.size must be that of its image, 64 x 64 px, got 100000 x 100000 (${path("coco-rle-1e10.json")})`,
    );
  });
});

/** `segment prepare` of one image with labels of COCO. */
async function prepared(labels: string) {
  const folder = mkdtempSync(join(scratch, "set-"));
  mkdirSync(join(folder, "images"));
  const samples = Uint8Array.from({ length: 64 * 64 }, (_, i) => i % 256);
  const png = pngFile({ width: 64, height: 64, channels: 1, bitDepth: 8, samples });
  writeFileSync(join(folder, "images/a.png"), png);
  const study = [
    "name: x",
    "data:",
    `  sets: [{ images: images, labels: ${JSON.stringify(labels)} }]`,
    "  labelKind: coco",
    "  classNames: [ground, obj]",
    "  pixelSizeNm: 1",
  ].join("\n");
  writeFileSync(join(folder, "study.yaml"), study);
  return heterostem("segment", "prepare", join(folder, "study.yaml"), "--out", join(folder, "out"));
}

describe("what a terminal would act on", () => {
  const comment = "\u001b[31mRED\u001b]0;owned\u0007 \u202edesrever \u009b5m";
  const chunk = pngChunk("tEXt", Buffer.from(`Comment\0${comment}`, "latin1"));
  const pixels = { width: 4, height: 4, channels: 1, bitDepth: 8, samples: new Uint8Array(16) } as const;
  const file = join(scratch, "escapes.png");
  writeFileSync(file, pngFile(pixels, { chunks: [chunk] }));

  test("is printed as visible escapes", async () => {
    const { stdout } = await heterostem("inspect", file);
    expect(stdout).toContain("Comment = \\u{1b}[31mRED\\u{1b}]0;owned\\u{7}");
    expect(["\u001b", "\u0007", "\u009b"].filter((control) => stdout.includes(control))).toEqual([]);
  });

  test("stands in JSON as escapes that give it back", async () => {
    const { stdout } = await heterostem("inspect", file, "--json");
    expect(["\u001b", "\u0007", "\u009b"].filter((control) => stdout.includes(control))).toEqual([]);
    expect(JSON.parse(stdout).metadata.Comment).toContain("\u009b5m");
  });
});

test("--max-memory refuses what needs more, with the remedy", async () => {
  const file = join(scratch, "a.npy");
  writeFileSync(file, encodeNpy({ data: new Float32Array(10_000), shape: [100, 100] }));
  expect((await heterostem("inspect", file, "--max-memory", "1")).code).toBe(0);
  const { code, stderr } = await heterostem("inspect", file, "--max-memory", "1e-5");
  expect([code, stderr]).toEqual([
    1,
    `heterostem: Cannot read micrograph: file must need at most 0.00001 GB of memory, got 0.00004 GB (${file}); --max-memory GB allows more\n`,
  ]);
});
