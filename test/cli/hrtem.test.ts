import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { encodePng16 } from "../../src/micrograph/index.ts";
import { pngBytes } from "../../src/report/index.ts";
import { heterostem, writeOwnImages } from "../helpers/hrtem-own-images.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-hrtem-"));
const path = (...names: string[]) => join(folder, ...names);

beforeAll(() => writeOwnImages(path("own"), 4));

describe("heterostem hrtem", () => {
  test("fetch tells where the published images are and how to train on them", async () => {
    const { code, stdout } = await heterostem("hrtem", "fetch", "httem", "--out", path("nowhere"));
    expect(code).toBe(0);
    expect(stdout).toContain("doi 10.5281/zenodo.3755011");
    expect(stdout).toMatch(/Au_Bal_MedFilt_cutimages_20190726\.h5 +images, 216 tiles of gold +missing/);
  });
});

const copyOwn = (name: string) => cpSync(path("own"), path(name), { recursive: true });

describe("bad input: one error, naming the file", () => {
  const failure = async (root: string, ...words: string[]) =>
    (await heterostem("hrtem", "train", root, ...words, "--out", path("never"))).stderr;

  test("an image without a map", async () => {
    copyOwn("a");
    rmSync(path("a", "maps", "own2_map.png"));
    expect(await failure(path("a"))).toContain(
      `Cannot read labelled images: every image must have a map of its name (own2, or own2_map), got none (${path("a", "images", "own2.png")})`,
    );
  });

  test("a map of another size", async () => {
    copyOwn("b");
    const pixels = new Uint8Array(64 * 64);
    pixels[0] = 255;
    writeFileSync(
      path("b", "maps", "own1_map.png"),
      pngBytes({ width: 64, height: 64, pixels, channels: 1 }),
    );
    expect(await failure(path("b"))).toContain(
      `Cannot use labels: size must be that of the image, 128 x 128 px, got 64 x 64 (${path("b", "maps", "own1_map.png")})`,
    );
  });

  test("an image of another pixel size", async () => {
    copyOwn("c");
    const data = new Float32Array(128 * 128);
    const other = { width: 128, height: 128, data, intensityUnit: "arbitrary", pixelSizeNm: 0.02 } as const;
    writeFileSync(path("c", "images", "own3.png"), encodePng16(other));
    expect(await failure(path("c"))).toContain("got 0.02 nm: train on one pixel size at a time");
    expect(await failure(path("c"))).toContain(`(${path("c", "images", "own3.png")})`);
  });

  test("too few images, no classes, images smaller than a cut", async () => {
    copyOwn("d");
    rmSync(path("d", "images", "own3.png"));
    rmSync(path("d", "classes.csv"));
    expect(await failure(path("d"))).toContain(`must hold at least 4 images with maps, got 3 (${path("d")})`);
    copyOwn("e");
    expect(await failure(path("e"))).toContain(
      `image must be at least 256 px wide and high at 0.04 nm (regions.cutSize), got 128 x 128 (${path("e", "images", "own0.png")})`,
    );
    rmSync(path("e", "classes.csv"));
    expect(await failure(path("e"))).toContain(
      `particles must have classes (classes.csv beside the images), or --forest a model to take them from, got neither (${path("e")})`,
    );
  });

  test("a table of pixel sizes that does not list an image, or holds no number", async () => {
    const table = path("sizes.csv");
    writeFileSync(table, "image,pixel size [nm]\nown1.png,0.02\n");
    expect(await failure(path("own"), "--pixel-sizes", table)).toContain(
      `Cannot read pixel sizes: table must list own0.png, got 1 others (${table})`,
    );
    writeFileSync(table, "image,pixel size [nm]\nown0.png,small\n");
    expect(await failure(path("own"), "--pixel-sizes", table)).toContain(
      `Cannot read pixel sizes: line must be a name and a number above 0, got own0.png,small (${table}, line 2)`,
    );
  });

  test("a class of an image that is not there", async () => {
    copyOwn("f");
    writeFileSync(path("f", "classes.csv"), "image,x [px],y [px],class\nother.png,1,2,fault\n");
    expect(await failure(path("f"))).toContain(
      `image of a class must be in the set, got other.png (${path("f", "classes.csv")})`,
    );
  });

  test("a flag of another subcommand, and a folder that is no model", async () => {
    const { code, stderr } = await heterostem(
      "hrtem",
      "apply",
      path("own"),
      path("own", "images"),
      "--quick",
    );
    expect([code, stderr.trim()]).toEqual([
      2,
      "error: unknown option '--quick'\n(heterostem hrtem apply --help lists its arguments and flags)",
    ]);
    const opened = await heterostem("hrtem", "apply", path("own"), path("own", "images"));
    expect(opened.stderr).toContain(
      "wanted a folder of hrtem study or hrtem train, got none of regions.onnx",
    );
  });
});
