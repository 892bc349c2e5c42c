import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { checkOneLot, checkOnePixelSize, readStrengthTable } from "../../src/ucs/index.ts";

const HEADING = "image,specimen,lot,strength [MPa]";
const read = (...lines: string[]) => readStrengthTable([HEADING, ...lines].join("\n"), { fileName: "t.csv" });

describe("a table of strengths", () => {
  test("pools the images of a specimen and keeps its lot and unit", () => {
    const { specimens, target, unit } = read("a.png,s1,A,12", "b.png,s1,A,12", "", "c.png,s2,A,9.5");
    expect([target, unit]).toEqual(["strength", "MPa"]);
    expect(specimens.map(({ name, lot, strength }) => [name, lot, strength])).toEqual([
      ["s1", "A", 12],
      ["s2", "A", 9.5],
    ]);
    expect(specimens[0].images).toEqual([
      { image: "a.png", line: 2, setting: null },
      { image: "b.png", line: 3, setting: null },
    ]);
    expect(specimens[1].images[0].line).toBe(5);
  });

  test("takes an image for a specimen, and a specimen for a lot, where nothing else is said", () => {
    const { specimens } = readStrengthTable("image;UCS\na.png;1\nb.png;2\n", {
      fileName: "t.csv",
      target: "ucs",
    });
    expect(specimens.map(({ name, lot }) => [name, lot])).toEqual([
      ["a.png", "a.png"],
      ["b.png", "b.png"],
    ]);
  });

  test("holds out by another column where one is named", () => {
    const text = "image,surface,strength\na.png,treated,1\nb.png,treated,2\n";
    const lots = (lot: string) =>
      readStrengthTable(text, { fileName: "t.csv", lot }).specimens.map((specimen) => specimen.lot);
    expect(lots("surface")).toEqual(["treated", "treated"]);
    expect(lots("image")).toEqual(["a.png", "b.png"]);
  });

  test("may lack strengths where they are to be predicted", () => {
    const options = { fileName: "t.csv", isTargetNeeded: false };
    expect(readStrengthTable("image\na.png\n", options).specimens[0].strength).toBeNaN();
    expect(() => readStrengthTable("image,strength\na.png,x\n", options)).toThrow(
      "strength must be a number",
    );
  });

  test.each([
    ["a.png,s1,A,", "strength must be a number, got nothing (t.csv line 3, image a.png)"],
    ["a.png,s1,A,n/a", 'strength must be a number, got "n/a" (t.csv line 3, image a.png)'],
    ['a.png,s1,A,"12,5"', 'strength must be a number, got "12,5" (t.csv line 3, image a.png)'],
    ["a.png,s0,A,1", "specimen s0 must have one measured value, got 7 and 1 (t.csv line 3, image a.png)"],
    ["a.png,s0,B,7", "specimen s0 must be of one lot, got A and B (t.csv line 3, image a.png)"],
    ["0.png,s1,A,7", "an image must come once, got it in line 2 too (t.csv line 3, image 0.png)"],
    [",s1,A,7", "image must be a path, got nothing (t.csv line 3)"],
  ])("names line and image at fault: %s", (line, wanted) => {
    expect(() => read("0.png,s0,A,7", line)).toThrow(`Cannot read strengths: ${wanted}`);
  });

  test("says which columns and cells it misses", () => {
    expect(() => readStrengthTable("file,mpa\na,1\n", { fileName: "t.csv" })).toThrow(
      "Cannot read strengths: table must have the columns image, strength, got file, mpa (t.csv)",
    );
    expect(() => read()).toThrow("table must have lines");
    expect(() => read("a.png,s1,12")).toThrow(
      "Cannot read strengths: line must have 4 cells, got 3 (t.csv, line 2)",
    );
  });
});

describe("images of one table", () => {
  const image = (name: string, pixelSizeNm: number | null) => {
    const gray: GrayImage = {
      width: 1,
      height: 1,
      data: new Float32Array(1),
      intensityUnit: "arbitrary",
      pixelSizeNm,
    };
    return { name, image: gray };
  };

  test("must have one pixel size, or none", () => {
    expect(() => checkOnePixelSize([image("a", 2), image("b", 2.001)], "train")).not.toThrow();
    expect(() => checkOnePixelSize([image("a", null), image("b", null)], "train")).not.toThrow();
    expect(() =>
      checkOnePixelSize([image("a, t.csv line 2", 2), image("b, t.csv line 3", null)], "train"),
    ).toThrow("got 2 nm in a, t.csv line 2 and none in b, t.csv line 3");
  });

  test("must not show one picture in two lots; within a lot they may", () => {
    const inLot = (name: string, lot: string) => ({ ...image(name, null), lot });
    expect(() => checkOneLot([inLot("a", "A"), inLot("b", "A")], "train")).not.toThrow();
    expect(() => checkOneLot([inLot("a", "A"), inLot("b", "B")], "train")).toThrow(
      "Cannot train: a picture must stand on one side of the split, got the same as a (A) and b (B); " +
        "leave one out, or give both one lot",
    );
  });
});
