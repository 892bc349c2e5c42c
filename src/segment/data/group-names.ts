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
 * @throws RangeError when a column is missing, a line does not have the cells of the heading, or an image has two groups
 */
export function groupsFromTable(
  text: string,
  columns: { readonly nameColumn: string; readonly groupColumns: readonly string[] },
  fileName: string,
): ReadonlyMap<string, string> {
  const wanted = [columns.nameColumn, ...columns.groupColumns].map((column) => column.toLowerCase());
  const { lines } = readDelimited(text, { fileName, action: "read groups", columns: wanted });
  const [nameColumn, ...groupColumns] = wanted;
  const groups = new Map<string, string>();
  for (const { cells } of lines) {
    const name = stemOf(cells.get(nameColumn) ?? "");
    const group = groupColumns.map((column) => cells.get(column)).join(" / ");
    const known = groups.get(name) ?? group;
    if (known !== group) {
      const context = { action: "read groups", where: fileName };
      throw new RangeError(
        failureText(context, `image ${name} must be of one group`, `${known} and ${group}`),
      );
    }
    groups.set(name, group);
  }
  return groups;
}

/** Name of a file without folder and ending. */
export function stemOf(path: string): string {
  const base = path.split(/[\\/]/).at(-1) ?? "";
  return base.replace(/\.[^.]+$/, "");
}
