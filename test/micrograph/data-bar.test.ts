import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { openRandomStream } from "../../src/core/index.ts";
import { cropRegion } from "../../src/image/index.ts";
import { findDataBar, frameImage, readMicrograph } from "../../src/micrograph/index.ts";

const SHARED = resolve(import.meta.dirname, "../../../shared/data");

/** Noise of a specimen, with a black strip that has some white "text" in it. */
function withBar(barRows: number, isAbove: boolean): GrayImage {
  const rng = openRandomStream(2, "bar");
  const [width, height] = [200, 150];
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const depth = isAbove ? y : height - 1 - y;
    if (depth >= barRows) return 100 + 20 * rng.normal();
    const isText = depth > 3 && depth < barRows - 3 && x > 20 && x < 90 && rng.uniform() < 0.4;
    return isText ? 255 : 0;
  });
  return { width, height, data, intensityUnit: "arbitrary", pixelSizeNm: null };
}

describe("findDataBar()", () => {
  test("finds a strip at the lower or the upper edge to the row", () => {
    expect(findDataBar(withBar(20, false))?.imageRegion).toEqual({ x: 0, y: 0, width: 200, height: 130 });
    expect(findDataBar(withBar(20, true))?.imageRegion).toEqual({ x: 0, y: 20, width: 200, height: 130 });
  });

  test("takes neither noise nor a dark lower part nor an empty image for one", () => {
    const noise = withBar(0, false);
    const gradual = {
      ...noise,
      data: noise.data.map((v, i) => (v * Math.max(0, 120 - Math.floor(i / 200))) / 120),
    };
    const empty = { ...noise, data: new Float32Array(noise.data.length) };
    expect([noise, gradual, empty].map(findDataBar)).toEqual([null, null, null]);
  });

  test.skipIf(!existsSync(SHARED))(
    "finds the two bars of real sets where a person cut them, and no other",
    async () => {
      const folders = [
        "zeiss_sem_am_alloy/test_data",
        "ampis_spheroidite/images",
        "nasa_superalloy/val/images",
      ];
      const paths = folders.flatMap((folder) =>
        readdirSync(join(SHARED, folder)).map((name) => join(SHARED, folder, name)),
      );
      const found: string[] = [];
      for (const path of paths.filter((name) => /\.(tif|png)$/.test(name))) {
        const image = frameImage(await readMicrograph(readFileSync(path), path));
        const bar = findDataBar(image);
        if (bar) found.push(`${path.split("_").at(-1)} ${cropRegion(image, bar.imageRegion).height}`);
      }
      // the ImageJ results beside these two files have 691 rows
      expect(found).toEqual(["20.tif 691", "21.tif 691"]);
    },
  );
});
