import { csvFormatRow, dsvFormat } from "d3-dsv";
import { rangeError, type CheckContext } from "./checks.ts";

/** A line of a table, its cells by column, in lower case: by the name alone, and by the heading as it stands, "name [unit]". */
export interface TableLine {
  /** Place in the file, from 1. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

/** A table as text, split into cells. */
export interface TextTable {
  /** Names of the columns in lower case, units in brackets left out. */
  readonly columns: readonly string[];
  /** What stands in brackets behind a column's name, such as "MPa" in "strength [MPa]". */
  readonly units: ReadonlyMap<string, string>;
  readonly lines: readonly TableLine[];
}

/** What a table is read for. */
export interface TableRequest {
  readonly fileName: string;
  /** For error texts; "read table" by default. */
  readonly action?: string;
  /** Columns that must be there once each, in lower case; "x [px]" wants the unit too. */
  readonly columns?: readonly string[];
}

/** Behind the last row: where it does not come out alone, a quotation mark was never closed. */
const END = "\u0000end";

/**
 * Splits a table with a heading into cells: semicolons, tabs or commas between them, whichever the heading has, and quotation marks
 * around a cell that holds one of them, a quotation mark or a line break.
 *
 * @param text the whole file
 * @param request name of the file, what for, columns that must be there
 * @returns columns, units and lines; empty lines left out
 * @throws RangeError naming a column that is missing or comes twice, a line whose cells are not as many as the columns, a quotation
 *   mark that is not closed
 * @example
 * import { readDelimited } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const table = readDelimited("Image;Strength [MPa]\na.png;12\n", { fileName: "strengths.csv" });
 * expect(table.columns).toEqual(["image", "strength"]);
 * expect(table.units.get("strength")).toBe("MPa");
 * expect(table.lines[0].cells.get("strength")).toBe("12");
 */
export function readDelimited(text: string, request: TableRequest): TextTable {
  const { fileName, action = "read table", columns: wanted = [] } = request;
  const [heading = { line: 1, cells: [] }, ...rows] = rowsOf(text, { action, where: fileName });
  const columns = heading.cells.map(nameAndUnit);
  const keys = columns.map(({ name }, i) => [...new Set([name, heading.cells[i].toLowerCase()])]);
  if (wanted.some((name) => keys.filter((own) => own.includes(name)).length !== 1)) {
    const got = heading.cells.join(", ") || "an empty table";
    const mustHave = `table must have the columns ${wanted.join(", ")}`;
    throw rangeError({ action, where: fileName }, mustHave, got);
  }
  return {
    columns: columns.map(({ name }) => name),
    units: new Map(columns.flatMap(({ name, unit }) => (unit === null ? [] : [[name, unit]]))),
    lines: rows.map(({ line, cells }) => {
      if (cells.length === keys.length) {
        return { line, cells: new Map(keys.flatMap((own, i) => own.map((key) => [key, cells[i]]))) };
      }
      const where = `${fileName}, line ${line}`;
      throw rangeError({ action, where }, `line must have ${keys.length} cells`, String(cells.length));
    }),
  };
}

/** Rows that are not empty, with the line that each begins in. */
function rowsOf(text: string, context: CheckContext): { readonly line: number; readonly cells: string[] }[] {
  const whole = text.replace(/^\uFEFF/, "");
  const heading = whole.split(/\r?\n/).find((line) => line.trim() !== "") ?? "";
  let next = 1;
  const rows = dsvFormat(separatorOf(heading) ?? ",").parseRows(`${whole}\n${END}`, (cells) => {
    const line = next;
    next += cells.join(" ").split(/\r\n?|\n/).length;
    return { line, cells: cells.map((cell) => unguarded(cell.trim())) };
  });
  const last = rows.pop();
  if (last !== undefined && last.cells.join() !== END) {
    const where = `${context.where}, line ${last.line}`;
    throw rangeError({ ...context, where }, "a quotation mark must be closed", "none to the end of the file");
  }
  return rows.filter(({ cells }) => cells.length > 1 || cells[0] !== "");
}

/**
 * Cells of one line of a table of numbers, with semicolons, tabs, commas or else blanks between them, whichever the line has.
 *
 * @param line without its line break
 * @returns cells without blanks and quotation marks around them
 * @example
 * import { cellsOfLine } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect([cellsOfLine("1.5  2"), cellsOfLine('1.5; "2"')]).toEqual([["1.5", "2"], ["1.5", "2"]]);
 */
export function cellsOfLine(line: string): string[] {
  const separator = separatorOf(line);
  if (separator === null) return line.trim().split(/\s+/).map(unquoted);
  const [cells = []] = dsvFormat(separator).parseRows(line);
  return cells.map((cell) => unquoted(cell.trim()));
}

/**
 * Rows as CSV, cells in quotation marks where they hold a comma, a quotation mark or a line break.
 *
 * Spreadsheets run what begins with =, +, - or @, as a file's name may: such words get an apostrophe before them, which spreadsheets do not
 * show and readDelimited() takes away.
 *
 * @param rows cells in order; a number that is not there (null, NaN) leaves an empty cell
 * @returns text with a final line break
 * @example
 * import { csvText } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(csvText([["image", "dose"], ["dose 3,5", 12], ["b", NaN]])).toBe('image,dose\n"dose 3,5",12\nb,\n');
 */
export function csvText(rows: Iterable<readonly (string | number | null)[]>): string {
  const textOf = (cell: string | number | null) => {
    if (typeof cell === "string") return guarded(cell);
    return cell === null || Number.isNaN(cell) ? "" : String(cell);
  };
  return `${Array.from(rows, (row) => csvFormatRow(row.map(textOf))).join("\n")}\n`;
}

/** What a spreadsheet takes for a formula, and what reads the same behind an apostrophe. */
const FORMULA = /^[=+\-@\t\r]/;

function guarded(text: string): string {
  const isNumber = text.trim() !== "" && Number.isFinite(Number(text));
  return (FORMULA.test(text) && !isNumber) || isGuarded(text) ? `'${text}` : text;
}

const isGuarded = (text: string) => text.startsWith("'") && FORMULA.test(text.replace(/^'+/, ""));

const unguarded = (cell: string) => (isGuarded(cell) ? cell.slice(1) : cell);

function separatorOf(line: string): string | null {
  return [";", "\t", ","].find((mark) => line.includes(mark)) ?? null;
}

function unquoted(cell: string): string {
  return cell.replaceAll(/^"|"$/g, "");
}

/** Longest heading that is searched for a unit [characters]: the search takes time by the square of its length. */
const LONGEST_HEADING = 100;

function nameAndUnit(heading: string): { readonly name: string; readonly unit: string | null } {
  const match = heading.length > LONGEST_HEADING ? null : /^(.*?)\s*[[(]([^\])]*)[\])]$/.exec(heading);
  return match === null
    ? { name: heading.toLowerCase(), unit: null }
    : { name: match[1].toLowerCase(), unit: match[2] };
}
