import { failureText } from "../../core/index.ts";

/** One row of a CSV file by column name, in lower case. */
type Row = ReadonlyMap<string, string>;

/**
 * Group of a name by a pattern.
 *
 * @throws RangeError when the name does not match: a rule with holes would let images leak
 * @example
 * import { groupByPattern } from "../src/segment/data/group-names.ts";
 * import { expect } from "vitest";
 * expect(groupByPattern("spot3_180d_2", "^(spot\\d+)")).toBe("spot3");
 */
export function groupByPattern(name: string, pattern: string): string {
  const match = new RegExp(pattern).exec(name);
  if (match !== null) return match[1] ?? match[0];
  throw new RangeError(failureText({ action: "find group" }, `name must match ${pattern}`, name));
}

/**
 * Groups of all images that a table names.
 *
 * @throws RangeError when a column is missing
 */
export function groupsFromTable(
  text: string,
  columns: { readonly nameColumn: string; readonly groupColumns: readonly string[] },
  fileName: string,
): ReadonlyMap<string, string> {
  const rows = readRows(text);
  const wanted = [columns.nameColumn, ...columns.groupColumns].map((column) => column.toLowerCase());
  const missing = wanted.find((column) => !rows[0]?.has(column));
  if (missing !== undefined) {
    const got = [...(rows[0]?.keys() ?? [])].join(", ") || "an empty table";
    throw new RangeError(
      failureText({ action: "read groups", where: fileName }, `table must have column ${missing}`, got),
    );
  }
  const [nameColumn, ...groupColumns] = wanted;
  return new Map(
    rows.map((row) => [
      stemOf(row.get(nameColumn) ?? ""),
      groupColumns.map((column) => row.get(column) ?? "").join(" / "),
    ]),
  );
}

/** Name of a file without folder and ending. */
export function stemOf(path: string): string {
  const base = path.split(/[\\/]/).at(-1) ?? "";
  return base.replace(/\.[^.]+$/, "");
}

function readRows(text: string): Row[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  const separator = [";", "\t", ","].find((mark) => lines[0]?.includes(mark)) ?? ",";
  const cells = (line: string) => line.split(separator).map((cell) => cell.trim().replaceAll(/^"|"$/g, ""));
  const names = cells(lines[0] ?? "").map((name) => name.toLowerCase());
  return lines.slice(1).map((line) => new Map(cells(line).map((cell, i) => [names[i] ?? "", cell])));
}
