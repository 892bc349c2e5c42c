import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { readOutlined } from "../../src/cli/commands/particles/read-outlined.ts";
import { encodeRoiSet } from "../../src/labels/index.ts";
import { discOutlines } from "../../src/particles/index.ts";
import { DISCS, listed, picture, SIDE, writePicture } from "../helpers/bright-discs.ts";

const folder = mkdtempSync(join(tmpdir(), "read-outlined-"));
const path = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHAPES = discOutlines({ particles: DISCS.slice(0, 2).map(listed) });

/** A COCO file with one image of a width, and objects on it. */
function writeCoco(objects: readonly object[], width = SIDE, name = "coco.json"): void {
  const coco = {
    images: [{ id: 1, file_name: "set/c.png", width, height: SIDE }],
    categories: [{ id: 1, name: "particle" }],
    annotations: objects.map((one) => ({ image_id: 1, category_id: 1, ...one })),
  };
  writeFileSync(path(`particles/${name}`), JSON.stringify(coco));
}

const POLYGONS = SHAPES.map(({ rings }) => ({ segmentation: rings }));

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const name of ["images", "particles/a"]) mkdirSync(path(name), { recursive: true });
  for (const name of ["a", "b", "c"]) writePicture(path(`images/${name}.png`), picture(DISCS, 20));
  DISCS.slice(0, 2).forEach(({ x, y, radiusPx }, i) => {
    const mask = Float32Array.from({ length: SIDE * SIDE }, (_, at) =>
      Number(Math.hypot((at % SIDE) + 0.5 - x, Math.floor(at / SIDE) + 0.5 - y) < radiusPx),
    );
    writePicture(path(`particles/a/${i}.png`), mask);
  });
  writeFileSync(path("particles/b.zip"), encodeRoiSet(SHAPES));
  writeCoco(POLYGONS);
});

describe("readOutlined()", () => {
  test("masks, regions of ImageJ and COCO of the same particles give the same discs", async () => {
    const images = await readOutlined(folder);
    expect(images.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    for (const { discs } of images) {
      expect(discs.length).toBe(2);
      discs.forEach(({ x, y, radiusPx }, i) => {
        // pixels of a mask round the rim
        expect(Math.hypot(x - DISCS[i].x, y - DISCS[i].y)).toBeLessThan(0.1);
        expect(Math.abs(radiusPx - DISCS[i].radiusPx)).toBeLessThan(0.1);
      });
    }
  });

  test("COCO: runs are outlines, a box holds an ellipse, a crowd is no particle", async () => {
    // 10 px of the first column, from row 20 on
    const runs = { size: [SIDE, SIDE], counts: [20, 10, SIDE * SIDE - 30] };
    writeCoco([
      { segmentation: runs },
      { bbox: [60, 40, 20, 16] },
      { segmentation: SHAPES[0].rings, iscrowd: 1 },
    ]);
    const [, , { discs }] = await readOutlined(folder);
    expect(discs.map(({ x, y }) => [x, y].map((place) => Number(place.toFixed(9))))).toEqual([
      [0.5, 25],
      [70, 48],
    ]);
    expect(discs[0].radiusPx).toBeCloseTo(Math.sqrt(10 / Math.PI), 12);
    expect(discs[1].radiusPx).toBeCloseTo(Math.sqrt(10 * 8), 12);
  });

  test("outlines of another image, twice or not at all are refused", async () => {
    writeCoco(POLYGONS, 2 * SIDE);
    await expect(readOutlined(folder)).rejects.toThrow(
      "Cannot tune detector: particles of c.png must be those of 128 x 128 px, got those of 256 x 128 px",
    );
    writeCoco([{ bbox: [200, 40, 20, 16] }]);
    await expect(readOutlined(folder)).rejects.toThrow(
      "centre of particle 1 must lie in c.png, 128 x 128 px",
    );
    writeCoco([{ segmentation: [[1, 1, 5, 1, 9, 1]] }]);
    await expect(readOutlined(folder)).rejects.toThrow("region 1 must have an area, got none");
    writeCoco(POLYGONS);
    writeCoco(POLYGONS, SIDE, "more.json");
    await expect(readOutlined(folder)).rejects.toThrow("an image must be annotated once, got c.png twice");
    rmSync(path("particles/more.json"));
    writeFileSync(path("particles/c.zip"), encodeRoiSet(SHAPES));
    await expect(readOutlined(folder)).rejects.toThrow("wanted the outlines of an image once, got ");
    rmSync(path("particles/c.zip"));
    writeFileSync(path("particles/b.zip"), "PK nothing");
    await expect(readOutlined(folder)).rejects.toThrow(/^Cannot tune detector: .*b\.zip\)$/);
    rmSync(path("particles/b.zip"));
    await expect(readOutlined(folder)).rejects.toThrow("wanted masks or regions of each image, got neither ");
    writePicture(path("particles/a/1.png"), picture([], 1, 64), 64);
    await expect(readOutlined(folder)).rejects.toThrow(
      "mask must have 128 x 128 px as its image, got 64 x 64 px",
    );
  });
});
