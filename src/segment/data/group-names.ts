import { failureText, readDelimited } from "../../core/index.ts";

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
 * @throws RangeError when a column is missing, or a line does not have the cells of the heading
 */
export function groupsFromTable(
  text: string,
  columns: { readonly nameColumn: string; readonly groupColumns: readonly string[] },
  fileName: string,
): ReadonlyMap<string, string> {
  const wanted = [columns.nameColumn, ...columns.groupColumns].map((column) => column.toLowerCase());
  const { lines } = readDelimited(text, { fileName, action: "read groups", columns: wanted });
  const [nameColumn, ...groupColumns] = wanted;
  return new Map(
    lines.map(({ cells }) => [
      stemOf(cells.get(nameColumn) ?? ""),
      groupColumns.map((column) => cells.get(column)).join(" / "),
    ]),
  );
}

/** Name of a file without folder and ending. */
export function stemOf(path: string): string {
  const base = path.split(/[\\/]/).at(-1) ?? "";
  return base.replace(/\.[^.]+$/, "");
}
