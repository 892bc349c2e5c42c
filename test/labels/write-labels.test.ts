import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  encodeCoco,
  encodeCvat,
  encodeLabelStudio,
  outlineMask,
  rasterizeAnnotation,
  readCoco,
} from "../../src/labels/index.ts";
import { decodeCocoRuns, encodeCocoRuns } from "../../src/labels/coco-runs.ts";
import { simplifyRing } from "../../src/labels/simplify-ring.ts";

const size = { width: 12, height: 9 };
const maskOf = (isInside: (x: number, y: number) => boolean) =>
  Uint8Array.from({ length: size.width * size.height }, (_, i) =>
    isInside(i % size.width, Math.floor(i / size.width)) ? 1 : 0,
  );
/** A ring of pixels about a hole, and two squares that touch at a corner. */
const holed = maskOf((x, y) => x < 5 && y < 5 && !(x > 0 && x < 4 && y > 0 && y < 4));
const touching = maskOf((x, y) => (x >= 6 && x < 8 && y < 2) || (x >= 8 && x < 10 && y >= 2 && y < 4));
const shapeOf = (className: string, mask: Uint8Array) => ({
  className,
  rings: outlineMask(mask, size.width, size.height),
});

describe("encodeCoco()", () => {
  const classNames = ["steel", "pore", "crack"];
  const image = { imageName: "a.png", size, shapes: [shapeOf("pore", holed), shapeOf("crack", touching)] };
  const empty = { imageName: "b.png", size, shapes: [] };
  const text = encodeCoco([image, empty], classNames);

  test("reads back to the same pixels: holes as run lengths, parts as polygons, images without objects too", () => {
    const [first, second] = readCoco(text, "a.json");
    const pixelsOf = (annotation: typeof first) =>
      rasterizeAnnotation(annotation, { ...size, classNames }).labels.classIds;
    expect(pixelsOf(first)).toEqual(pixelsOf(image));
    expect(pixelsOf(first)).toEqual(holed.map((value, i) => value + 2 * touching[i]));
    expect(second).toEqual(empty);
  });

  test("says areas and boxes as COCO counts them", () => {
    const { annotations } = JSON.parse(text) as {
      readonly annotations: readonly { readonly area: number; readonly bbox: readonly number[] }[];
    };
    expect(annotations.map(({ area, bbox }) => [area, bbox])).toEqual([
      [16, [0, 0, 5, 5]],
      [8, [6, 0, 4, 4]],
    ]);
  });
});

test("encodeCocoRuns() is what decodeCocoRuns() reads, also where the first pixel is inside", () => {
  const rng = openRandomStream(1, "runs");
  for (const first of [0, 1]) {
    const mask = maskOf(() => rng.uniform() < 0.4);
    mask[0] = first;
    const runs = encodeCocoRuns(mask, size.width, size.height);
    expect(runs.reduce((sum, run) => sum + run, 0)).toBe(mask.length);
    const box = decodeCocoRuns(runs, size.width, size.height);
    const back = maskOf((x, y) => {
      const [u, v] = [x - box.x, y - box.y];
      return u >= 0 && v >= 0 && u < box.width && v < box.height && box.mask[v * box.width + u] === 1;
    });
    expect(back).toEqual(mask);
  }
});

describe("encodeLabelStudio()", () => {
  test("gives outer outlines in percent of the sides, of the right class", () => {
    const text = encodeLabelStudio(
      [{ imageName: "a b.png", size, shapes: [shapeOf("pore", holed)] }],
      "tiles",
    );
    const [{ data, predictions }] = JSON.parse(text) as ReturnType<typeof JSON.parse>;
    expect(data.image).toBe("/data/local-files/?d=tiles/a%20b.png");
    const [{ value, original_width: width }] = predictions[0].result;
    expect(width).toBe(12);
    expect(value.polygonlabels).toEqual(["pore"]);
    const corners = [
      [0, 0],
      [500 / 12, 0],
      [500 / 12, 500 / 9],
      [0, 500 / 9],
    ];
    expect(value.points).toHaveLength(4);
    for (const [x, y] of corners) {
      const distances = value.points.map(([u, v]: number[]) => Math.hypot(u - x, v - y));
      // written with four decimals
      expect(Math.min(...distances)).toBeLessThan(1e-4);
    }
  });
});

describe("encodeCvat()", () => {
  test("gives polygons, run lengths of an object with a hole within its box, and names as XML can hold them", () => {
    const solid = maskOf((x, y) => x >= 2 && x < 6 && y >= 1 && y < 4);
    const shapes = [shapeOf("pore", solid), shapeOf('a "<&>"', holed)];
    const text = encodeCvat([{ imageName: "a&b.png", size, shapes }], ["steel", "pore", 'a "<&>"']);
    expect(text).toContain('<image id="0" name="a&amp;b.png" width="12" height="9">');
    const [, points] = /<polygon label="pore" source="auto" occluded="0" points="([^"]+)"/.exec(text) ?? [];
    expect(points.split(";").toSorted()).toEqual(["2,1", "2,4", "6,1", "6,4"]);
    const [, runs, left, top, width, height] =
      /<mask label="a &quot;&lt;&amp;&gt;&quot;" .*rle="([^"]+)" left="(\d+)" top="(\d+)" width="(\d+)" height="(\d+)"/.exec(
        text,
      ) ?? [];
    expect([left, top, width, height].map(Number)).toEqual([0, 0, 5, 5]);
    const back = runs.split(", ").flatMap((run, i) => Array.from({ length: Number(run) }, () => i % 2));
    expect(back).toEqual(
      Array.from({ length: 25 }, (_, i) => holed[Math.floor(i / 5) * size.width + (i % 5)]),
    );
  });
});

describe("simplifyRing()", () => {
  test("moves no pixel centre by more than its tolerance: a disc keeps its area to 2 %, with half of its corners", () => {
    const side = 64;
    const disc = Uint8Array.from({ length: side * side }, (_, i) =>
      Math.hypot((i % side) - 31.5, Math.floor(i / side) - 31.5) < 25 ? 1 : 0,
    );
    const [ring] = outlineMask(disc, side, side);
    const kept = simplifyRing(ring, 0.75);
    expect(kept.length).toBeLessThan(ring.length / 2);
    const options = { width: side, height: side, classNames: ["rest", "disc"] };
    const annotation = { imageName: "a", size: null, shapes: [{ className: "disc", rings: [kept] }] };
    const { classIds } = rasterizeAnnotation(annotation, options).labels;
    const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(count(classIds) / count(disc) - 1)).toBeLessThan(0.02);
  });

  test("leaves a single pixel its four corners", () => {
    expect(simplifyRing([0, 0, 1, 0, 1, 1, 0, 1], 0.75)).toHaveLength(8);
  });
});
