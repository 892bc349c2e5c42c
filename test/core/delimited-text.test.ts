import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cellsOfLine, csvText, readDelimited } from "../../src/core/index.ts";

const cellsOf = (text: string) =>
  readDelimited(text, { fileName: "t.csv" }).lines.map(({ cells }) => [...new Set(cells.values())]);

describe("csvText() and readDelimited()", () => {
  test("give back any names: commas, quotation marks, line breaks, semicolons", () => {
    const name = fc
      .string({ unit: fc.constantFrom(..."ab3,;\t\"' \n=+@-") })
      .map((text) => text.trim())
      .filter((text) => text !== "");
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { minLength: 1 }), (rows) => {
        const { lines } = readDelimited(csvText([["first", "second"], ...rows]), { fileName: "t.csv" });
        expect(lines.map(({ cells }) => [cells.get("first"), cells.get("second")])).toEqual(rows);
      }),
    );
  });

  test("a number that is not there is an empty cell, and all others are written in full", () => {
    expect(csvText([["a", null, NaN, 0.1 + 0.2, -0.5e-300]])).toBe("a,,,0.30000000000000004,-5e-301\n");
  });
});

describe("readDelimited()", () => {
  test("splits at semicolons where the heading has them, and leaves decimal commas whole", () => {
    expect(cellsOf("image;dose\na.png;3,5\n")).toEqual([["a.png", "3,5"]]);
    expect(cellsOf("image\tdose, per px\na.png\t3,5\n")).toEqual([["a.png", "3,5"]]);
  });

  test("a quoted cell may hold the separator, quotation marks and a line break", () => {
    expect(cellsOf('image,note\n"a, b.png","the ""best""\nof all"\n')).toEqual([
      ["a, b.png", 'the "best"\nof all'],
    ]);
  });

  test("a column is found by its name, and by name and unit where both are said", () => {
    const text = "\uFEFFName,X [px],x [nm]\na,10,2\n";
    const { columns, lines } = readDelimited(text, { fileName: "t.csv", columns: ["name", "x [px]"] });
    expect(columns).toEqual(["name", "x", "x"]);
    expect([lines[0].cells.get("x [px]"), lines[0].cells.get("x [nm]")]).toEqual(["10", "2"]);
  });

  test("counts lines as an editor does: empty ones and those inside of cells too", () => {
    const text = 'name,note\r\n\r\na,"one\r\ntwo"\r\n\r\nb,\r\n';
    const { lines } = readDelimited(text, { fileName: "t.csv" });
    expect(lines.map(({ line, cells }) => [line, cells.get("name")])).toEqual([
      [3, "a"],
      [6, "b"],
    ]);
  });

  test.each([
    ["name\na\n", ["name", "lot"], "table must have the columns name, lot, got name (t.csv)"],
    ["", ["name"], "table must have the columns name, got an empty table (t.csv)"],
    ["x [px],x [nm]\n", ["x"], "table must have the columns x, got x [px], x [nm] (t.csv)"],
    ["name,lot\na,b,c\n", [], "line must have 2 cells, got 3 (t.csv, line 2)"],
    [
      'name,lot\na,b\nc,"d\ne,f\n',
      [],
      "a quotation mark must be closed, got none to the end of the file (t.csv, line 3)",
    ],
  ])("refuses %j, and says where", (text, columns, wanted) => {
    const read = () => readDelimited(text, { fileName: "t.csv", action: "read lots", columns });
    expect(read).toThrow(new RangeError(`Cannot read lots: ${wanted}`));
  });
});

test("cellsOfLine() takes the separator of the line", () => {
  for (const line of ["1 2  Au", "1,2,Au", "1; 2; Au", '1\t2\t"Au"']) {
    expect(cellsOfLine(line)).toEqual(["1", "2", "Au"]);
  }
});

test("words that a spreadsheet would run have an apostrophe in CSV, which is taken away where it is read again", () => {
  const names = ["=cmd|' /C calc'!A0", "@SUM(A1)", "+a", "-a.png", "'=a", "'a", "-1.5", "+2e3"];
  const text = csvText([["name"], ...names.map((name) => [name])]);
  expect(text).toBe("name\n'=cmd|' /C calc'!A0\n'@SUM(A1)\n'+a\n'-a.png\n''=a\n'a\n-1.5\n+2e3\n");
  const { lines } = readDelimited(text, { fileName: "a.csv" });
  expect(lines.map(({ cells }) => cells.get("name"))).toEqual(names);
});
