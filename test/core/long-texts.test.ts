import { describe, expect, test } from "vitest";
import { normalUnit } from "../../src/core/index.ts";
import { readPolygonCsv } from "../../src/labels/index.ts";
import { isNumeric } from "../../src/stochastic/formats/particle-frames.ts";
import { nameAndUnit, unitOfComments } from "../../src/stochastic/formats/stated-units.ts";

/** Long enough that a pattern whose time goes by the square of the length takes minutes. */
const LENGTH = 300_000;

function processorMs(act: () => unknown): number {
  const begun = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

const polygons = (cell: string) => () => {
  expect(() => readPolygonCsv(`image_url;polygon\na.png;${cell}\n`, "p.csv", "a")).toThrow(
    /^Cannot read labels: line 2 must have an image and a list of three or more \(x, y\)/,
  );
};

describe("patterns take time by the length of a foreign text, not by its square", () => {
  const blanks = " ".repeat(LENGTH);
  const digits = "1".repeat(LENGTH);
  test.each([
    ["digits and a letter as a number", () => isNumeric(`${digits}x`)],
    ["blanks within a unit", () => normalUnit(`a${blanks}b`)],
    ["slashes as a unit", () => normalUnit("/ ".repeat(LENGTH / 2))],
    ["blanks behind the points of a polygon", polygons(`[(1,2),(3,4),(5,6)${blanks}x`)],
    ["digits as the points of a polygon", polygons(`[(${digits}x`)],
    ["brackets as a heading", () => nameAndUnit("(".repeat(LENGTH))],
    ["blanks in a comment on units", () => unitOfComments([{ text: `in${blanks}x`, lineNumber: 1 }])],
  ])("%s", (_, act) => {
    expect(processorMs(act)).toBeLessThan(1000);
  });
});

test("numbers are those that programs print", () => {
  const are = (cells: string[]) => cells.map(isNumeric);
  expect(are(["1", "-1.5", "1.", ".5", "1,5", "2D-3", "1e5"])).toEqual(Array(7).fill(true));
  expect(are(["", ".", "1..2", "1e", "x1", "1 2"])).toEqual(Array(6).fill(false));
});
