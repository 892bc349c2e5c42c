import { describe, expect, test } from "vitest";
import { chooseField, type ImageFacts } from "../../src/inverse/measured/measured-field.ts";
import { readMeasuredTable } from "../../src/inverse/measured/measured-table.ts";
import { planQuantity } from "../../src/inverse/measured/plan-measured.ts";
import { checkSides, splitMeasured } from "../../src/inverse/measured/split-measured.ts";

const read = (text: string, targets?: readonly string[]) =>
  readMeasuredTable(text, { fileName: "images.csv", targets });

describe("a table of images", () => {
  test("takes all columns of numbers, or those that are named, with units from their names", () => {
    const text = "image,Radius_nm,group,strain [%],pixel_size_nm\na/1.png,4,s,0.2,0.5\n";
    expect(read(text).quantities).toEqual([
      { key: "radius_nm", label: "radius", unit: "nm" },
      { key: "strain", label: "strain", unit: "%" },
    ]);
    expect(read(text, ["strain"]).rows[0]).toMatchObject({
      image: "a/1.png",
      group: "s",
      values: [0.2],
      pixelSizeNm: 0.5,
    });
  });

  test("tells what is wrong with line and column", () => {
    expect(() => read("image,radius_nm\na.png,4\nb.png,four\n")).toThrow(
      'Cannot read table of images: must be a number, got "four" (images.csv line 3, column radius_nm)',
    );
    expect(() => read("image,radius_nm\na.png,\n")).toThrow(
      "must be a number, got nothing (images.csv line 2, column radius_nm)",
    );
    expect(() => read("image,r,pixel_size_nm\na.png,4,0\n")).toThrow(
      "must be above 0 nm, got 0 (images.csv line 2, column pixel_size_nm)",
    );
    expect(() => read("image,r\na.png,1\na.png,2\n")).toThrow(
      "an image must come once, got a.png in line 2 too (images.csv line 3, column image)",
    );
    expect(() => read("image,r,group\na.png,1,\n")).toThrow("every image must have a group, got nothing");
    expect(() => read("image,r\na.png,1\n", ["radius"])).toThrow(
      "every quantity must be one column, of r, got radius",
    );
    expect(() => read("image,group\na.png,s\n")).toThrow("got no column of numbers");
  });

  test.each(["../a.png", "/etc/passwd", "a/../../b.png", "c:\\a.png", ""])("refuses the path %j", (path) => {
    expect(() => read(`image,r\n"${path}",1\n`)).toThrow("the name of a file must stay inside its folder");
  });
});

const tableOf = (groups: readonly string[]) => ({
  fileName: "images.csv",
  quantities: [],
  hasGroups: true,
  rows: groups.map((group, i) => ({ image: `${i}.png`, line: i + 2, group, pixelSizeNm: null, values: [] })),
});

describe("the split", () => {
  test("keeps images of a group on one side, and differs by the seed", () => {
    const groups = Array.from({ length: 200 }, (_, i) => `g${Math.floor(i / 4)}`);
    const [one, other] = [1, 2].map((seed) => splitMeasured(tableOf(groups), seed));
    const sidesOf = (group: string) => new Set(one.filter((_, i) => groups[i] === group));
    expect(new Set(groups.map((group) => sidesOf(group).size))).toEqual(new Set([1]));
    expect(one.filter((side) => side === "calibration")).toHaveLength(40);
    expect(one.filter((side) => side === "validation")).toHaveLength(32);
    expect(one).not.toEqual(other);
  });

  test("says how many images, or groups, are needed", () => {
    expect(() => splitMeasured(tableOf(Array.from({ length: 119 }, (_, i) => `${i}`)), 1)).toThrow(
      "there must be at least 120 images (60 to train on, 20 that choose the weights, 40 that calibrate), got 119 (images.csv)",
    );
    const two = Array.from({ length: 200 }, (_, i) => `${i % 2}`);
    expect(() => splitMeasured(tableOf(two), 1)).toThrow(
      "got 0 of 200 in 2 groups; more and smaller groups are needed",
    );
  });

  test("refuses the same picture on two sides", () => {
    const table = tableOf(["a", "b"]);
    const check = (keys: readonly string[]) => checkSides(table, ["training", "calibration"], keys);
    expect(() => check(["k1", "k2"])).not.toThrow();
    expect(() => check(["k", "k"])).toThrow(
      "a picture must stand on one side of the split, got the same as 0.png, line 2 (training) and 1.png, line 3 (calibration)",
    );
  });
});

describe("the field", () => {
  const facts = (width: number, height: number, pixelSizeNm: number | null): ImageFacts => ({
    name: `${width} x ${height}`,
    width,
    height,
    pixelSizeNm,
    intensityUnit: "arbitrary",
  });
  const choose = (...images: ImageFacts[]) => chooseField(images, "images.csv");

  test("is what the smallest image shows at the coarsest pixels", () => {
    expect(choose(facts(64, 80, 1), facts(140, 140, 0.5))).toMatchObject({
      edgePx: 64,
      pixelSizeNm: 1,
      largerCount: 0,
    });
    // 100 px: 96 of them, the pixels as they are; 47 px: 32 px would lose a third, so pixels grow
    expect(choose(facts(100, 100, 0.5))).toMatchObject({ edgePx: 96, pixelSizeNm: 0.5 });
    expect(choose(facts(47, 47, 1))).toMatchObject({ edgePx: 32, pixelSizeNm: 47 / 32 });
    expect(choose(facts(1024, 1024, 0.1))).toMatchObject({ edgePx: 160, pixelSizeNm: 0.64 });
    expect(choose(facts(64, 64, 1), facts(80, 80, 1))).toMatchObject({ edgePx: 64, largerCount: 1 });
  });

  test("counts in pixels of the files where nobody knows their size", () => {
    expect(choose(facts(320, 320, null))).toMatchObject({ edgePx: 160, pixelSizeNm: 2, hasPixelSize: false });
    expect(() => choose(facts(64, 64, null), facts(64, 64, 1))).toThrow(
      "all images must say their pixel size, or none",
    );
  });

  test("refuses an image that shows far less than the others, or too little", () => {
    expect(() => choose(facts(30, 30, 1), facts(64, 64, 1), facts(64, 64, 1))).toThrow(
      "images must show at least half of what most show, 64 nm, got 30 nm (30 x 30)",
    );
    expect(() => choose(facts(20, 20, 1))).toThrow("images must show at least 32 px an edge, got 20 px");
  });
});

test("planQuantity() knows shares, lengths and what spans a factor of ten", () => {
  const plan = (label: string, unit: string, ...values: number[]) =>
    planQuantity({ key: label, label, unit }, values);
  expect(plan("void fraction", "", 0.1, 0.4)).toMatchObject({ scale: "linear", least: 0, most: 1 });
  expect(plan("porosity", "%", 1, 40)).toMatchObject({ most: 100 });
  expect(plan("radius", "nm", 2, 5)).toMatchObject({ scale: "linear", least: 0 });
  expect(plan("radius", "nm", 2, 5).most).toBeUndefined();
  expect(plan("radius", "nm", 2, 20).scale).toBe("log");
  expect(plan("tilt", "°", -5, 5).least).toBeUndefined();
});
