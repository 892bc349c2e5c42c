import { encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { rasterizeAnnotation, readLabelme } from "../../src/labels/index.ts";

const fileOf = (shapes: readonly object[]) =>
  JSON.stringify({ version: "5.4.1", imagePath: "a.jpg", imageWidth: 6, imageHeight: 4, shapes });
const rastered = async (shapes: readonly object[]) => {
  const annotation = await readLabelme(fileOf(shapes), "a.json");
  const { labels } = rasterizeAnnotation(annotation, { width: 6, height: 4, classNames: ["film", "pore"] });
  return { classIds: [...labels.classIds], instanceIds: [...(labels.instanceIds ?? [])] };
};
const box = [
  [1, 1],
  [3, 3],
];
const wanted = [0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];

describe("readLabelme()", () => {
  test("reads polygons, rectangles and masks alike, their coordinates counting pixel edges", async () => {
    const corners = [
      [1, 1],
      [3, 1],
      [3, 3],
      [1, 3],
    ];
    const mask = Buffer.from(encode({ width: 2, height: 2, data: new Uint8Array(4).fill(255), channels: 1 }));
    const shapes = [
      { label: "pore", points: corners, shape_type: "polygon" },
      { label: "pore", points: corners, shape_type: "rectangle" },
      { label: "pore", points: box, shape_type: "rectangle" },
      { label: "pore", points: box, shape_type: "mask", mask: mask.toString("base64") },
    ];
    for (const shape of shapes) expect((await rastered([shape])).classIds).toEqual(wanted);
  });

  test("gives a circle the area of one", async () => {
    const points = [
      [50, 50],
      [50, 80],
    ];
    const text = JSON.stringify({
      imagePath: "a.jpg",
      shapes: [{ label: "pore", points, shape_type: "circle" }],
    });
    const options = { width: 100, height: 100, classNames: ["film", "pore"] };
    const { labels } = rasterizeAnnotation(await readLabelme(text, "a.json"), options);
    const area = labels.classIds.reduce((sum, id) => sum + id, 0);
    // a polygon of 64 corners lacks 0.2 % of the circle; the lattice adds a few square roots of the radius
    expect(Math.abs(area - Math.PI * 30 ** 2)).toBeLessThan(0.002 * Math.PI * 30 ** 2 + 3 * Math.sqrt(30));
  });

  test("keeps touching shapes apart, and shapes of one group together", async () => {
    const at = (x: number, group?: number) => {
      const points = [
        [x, 0],
        [x + 1, 4],
      ];
      return { label: "pore", points, shape_type: "rectangle", group_id: group ?? null };
    };
    const row = (await rastered([at(0), at(1), at(2, 7), at(4, 7)])).instanceIds.slice(0, 6);
    expect(row).toEqual([1, 2, 3, 0, 3, 0]);
  });

  test("names the shape without an inside, and the field that does not fit", async () => {
    const line = { label: "crack", points: box, shape_type: "line" };
    await expect(readLabelme(fileOf([line]), "a.json")).rejects.toThrow(
      "Cannot read labels: shapes[0] (crack) must be a closed polygon, rectangle, circle or mask, got line of 2 points (a.json)",
    );
    await expect(readLabelme('{"shapes": []}', "a.json")).rejects.toThrow("labelme imagePath must fit");
    await expect(readLabelme("{", "a.json")).rejects.toThrow("file must be JSON");
  });
});
