import { failureText } from "./checks.ts";

/** A line of a table, its cells by column name. */
export interface TableLine {
  /** Place in the file, from 1. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

/** A table as text, parted into cells. */
export interface TextTable {
  /** Names of the columns in lower case, units in brackets left out. */
  readonly columns: readonly string[];
  /** What stands in brackets behind a column's name, such as "MPa" in "strength [MPa]". */
  readonly units: ReadonlyMap<string, string>;
  readonly lines: readonly TableLine[];
}

/**
 * Parts a table with a heading into cells: commas, semicolons or tabs between them, quotation marks around them where needed.
 *
 * @param text the whole file
 * @param fileName for error texts
 * @returns columns, units and lines; empty lines left out
 * @throws RangeError naming the line whose cells are not as many as the columns
 * @example
 * import { readDelimited } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const table = readDelimited("Image;Strength [MPa]\na.png;12\n", "strengths.csv");
 * expect(table.columns).toEqual(["image", "strength"]);
 * expect(table.units.get("strength")).toBe("MPa");
 * expect(table.lines[0].cells.get("strength")).toBe("12");
 */
export function readDelimited(text: string, fileName: string): TextTable {
  const all = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const lines = all.flatMap((content, i) => (content.trim() === "" ? [] : [{ line: i + 1, content }]));
  const [heading] = lines;
  const separator = [";", "\t", ","].find((mark) => heading?.content.includes(mark)) ?? ",";
  const names = cellsOf(heading?.content ?? "", separator).map(nameAndUnit);
  return {
    columns: names.map(({ name }) => name),
    units: new Map(names.flatMap(({ name, unit }) => (unit === null ? [] : [[name, unit] as const]))),
    lines: lines.slice(1).map(({ line, content }) => {
      const cells = cellsOf(content, separator);
      if (cells.length !== names.length) {
        const context = { action: "read table", where: `${fileName} line ${line}` };
        throw new RangeError(
          failureText(context, `a line must have ${names.length} cells`, String(cells.length)),
        );
      }
      return { line, cells: new Map(names.map(({ name }, i) => [name, cells[i]])) };
    }),
  };
}

/** Cells of a line; a quoted one may hold the separator, and quotation marks doubled. */
function cellsOf(line: string, separator: string): string[] {
  const cell = new RegExp(String.raw`("(?:[^"]|"")*"|[^${separator}]*)(${separator}|$)`, "y");
  const cells: string[] = [];
  for (let isLast = false; !isLast;) {
    const match = cell.exec(line);
    if (match === null) return line.split(separator).map((text) => text.trim());
    const text = match[1].trim();
    cells.push(text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);
    isLast = match[2] === "";
  }
  return cells;
}

function nameAndUnit(heading: string): { readonly name: string; readonly unit: string | null } {
  const match = /^(.*?)\s*[[(]([^\])]*)[\])]$/.exec(heading);
  return match === null
    ? { name: heading.toLowerCase(), unit: null }
    : { name: match[1].toLowerCase(), unit: match[2] };
}
