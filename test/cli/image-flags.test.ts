import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { COMMANDS } from "../../src/cli/commands/index.ts";
import { IMAGE_FLAGS } from "../../src/cli/flags.ts";
import { encodeTiff, frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-image-flags-"));
const image = (value: number): GrayImage => ({
  width: 8,
  height: 6,
  data: Float32Array.from({ length: 48 }, (_, i) => 100 * value + i),
  intensityUnit: "arbitrary",
  pixelSizeNm: 0.5,
});
mkdirSync(join(folder, "batch"));
const stack = join(folder, "batch", "stack.tif");
writeFileSync(stack, encodeTiff([image(0), image(1), image(2)]));
writeFileSync(join(folder, "batch", "broken.tif"), "no image");
writeFileSync(join(folder, "batch", "._stack.tif"), "hidden");

/** Commands that read images of specimens, by the words that name them. */
const READERS = [
  "invert",
  "inspect",
  "segment apply",
  "segment explain",
  "segment pretrain",
  "segment suggest",
  "hrtem apply",
  "hrtem evaluate",
  "hrtem train",
  "ucs predict",
  "ucs study",
  "ucs train",
];

const flagsOf = (words: string) => {
  const [first, second] = words.split(" ");
  const entry = COMMANDS.find(({ name }) => name === first);
  const command =
    entry !== undefined && "subcommands" in entry
      ? entry.subcommands.find(({ name }) => name === second)
      : entry;
  return Object.keys(command?.flags ?? {});
};

describe("the flags of images", () => {
  test.each(READERS)("are those of heterostem %s, all of them", (words) => {
    expect(flagsOf(words)).toEqual(expect.arrayContaining(Object.keys(IMAGE_FLAGS)));
  });

  test("choose frame and part of the picture, and set the pixel size", async () => {
    const png = join(folder, "part.png");
    const words = ["--frame", "2", "--crop", "1,2,3,4", "--pixel-size", "2", "--png", png];
    const { code, stdout } = await heterostem("inspect", stack, ...words);
    expect(code).toBe(0);
    expect(stdout).toContain("note: frame 3 of 3\n");
    expect(stdout).toContain("note: pixel size 2 nm given by hand, over 0.5 nm in the file");
    const part = frameImage(await readMicrograph(readFileSync(png), png));
    expect(part).toMatchObject({ width: 3, height: 4, pixelSizeNm: 2 });
    // whole numbers are stored as they are: row 2, column 1 of frame 2
    expect(part.data[0]).toBe(200 + 2 * 8 + 1);
  });

  test.each([
    [["--crop", "1,2,3"], /wanted four whole numbers such as 0,0,1024,884, got 1,2,3/],
    [["--frame", "some"], /wanted a whole number from 0 to 1000000000, got some/],
    [["--frame", "all", "--png", "a.png"], /--png takes one frame of one file, got --frame all/],
  ])("refuse %s as wrong usage", async (words, wanted) => {
    const { code, stderr } = await heterostem("inspect", stack, ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(wanted);
  });
});

describe("a batch with a file that is no image", () => {
  test("answers the others, tells the name and the reason at the end, and ends with 1", async () => {
    const { code, stdout, stderr } = await heterostem("inspect", join(folder, "batch"));
    expect(code).toBe(1);
    expect(stdout).toContain("stack.tif: TIFF, float32, frame 3 x y 6");
    expect(stdout).toContain("note: frame 1 of 3 (--frame N, 0 first, or --frame all)");
    expect(stderr).toMatch(
      /^heterostem: Cannot use all files; the results of the others are there:\n {2}Cannot read micrograph: .*broken\.tif\)\n$/,
    );
    expect(stdout + stderr).not.toContain("._stack");
  });

  test("has both in its JSON", async () => {
    const { stdout } = await heterostem("inspect", join(folder, "batch"), "--json");
    const { files, failed } = JSON.parse(stdout);
    expect(files).toHaveLength(1);
    expect(failed[0].path).toMatch(/broken\.tif$/);
  });
});
