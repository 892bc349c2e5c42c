import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { eachFrame, encodeNpy, encodeTiff, imageFiles } from "../../src/micrograph/index.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-each-frame-"));
const path = (name: string) => join(folder, name);
const image: GrayImage = {
  width: 4,
  height: 3,
  data: Float32Array.from({ length: 12 }, (_, i) => i),
  intensityUnit: "arbitrary",
  pixelSizeNm: 1,
};
writeFileSync(path("a.tif"), encodeTiff([image]));
writeFileSync(path("b.tif"), "not an image");
writeFileSync(path("c.npy"), encodeNpy({ data: Float32Array.of(1, NaN, 3, 4), shape: [2, 2] }));
writeFileSync(path("d.tif"), encodeTiff([image, image]));
writeFileSync(path("._a.tif"), "\0\u0005\u0016\u0007");
writeFileSync(path(".DS_Store"), "");

async function used(paths: readonly string[], frame?: "all") {
  const names: string[] = [];
  const failed = await eachFrame(
    paths,
    () => ({ frame }),
    (stack, index) => void names.push(stack.image(index).name),
  );
  return { names, failed };
}

describe("eachFrame()", () => {
  test("goes on behind files that cannot be used, and tells each by its name with the reason", async () => {
    const { names, failed } = await used(imageFiles(folder));
    expect(names).toEqual(["a.tif", "d.tif"]);
    expect(failed.map(({ path: file }) => file)).toEqual([path("b.tif"), path("c.npy")]);
    expect(failed[0].reason).toMatch(/^Cannot read micrograph: file must be .*b\.tif\)$/);
    expect(failed[1].reason).toMatch(
      /^Cannot read image: pixels must be finite numbers, got 1 of 4 .*c\.npy\)/,
    );
  });

  test("passes hidden files over in a folder", () => {
    expect(imageFiles(folder)).toEqual(["a.tif", "b.tif", "c.npy", "d.tif"].map(path));
  });

  test("takes all frames where they are asked for", async () => {
    expect((await used([path("a.tif"), path("d.tif")], "all")).names).toEqual([
      "a.tif",
      "d.tif frame 0",
      "d.tif frame 1",
    ]);
  });

  test("throws the failure of the only file, and a list where none could be used", async () => {
    await expect(used([path("b.tif")])).rejects.toThrow(/^Cannot read micrograph: file must be/);
    await expect(used([path("b.tif"), path("c.npy")])).rejects.toThrow(
      /^Cannot use files: wanted one at least, got none of 2:\n {2}Cannot read micrograph.*\n {2}Cannot read image/,
    );
  });

  test("does not take a failure of the work itself for one of the image", async () => {
    const full = async () => Promise.reject(new Error("disk full"));
    await expect(eachFrame([path("a.tif"), path("d.tif")], () => ({}), full)).rejects.toThrow("disk full");
  });
});
