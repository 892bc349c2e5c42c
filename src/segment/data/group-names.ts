import { rangeError, readDelimited } from "../../core/index.ts";
import { openNamePattern } from "./name-pattern.ts";

/**
 * Groups of names by a pattern.
 *
 * @throws RangeError when a name does not match: a rule with holes would let images leak
 * @example
 * import { groupsByPattern } from "../src/segment/data/group-names.ts";
 * import { expect } from "vitest";
 * expect(groupsByPattern("^(spot\\d+)")("spot3_180d_2")).toBe("spot3");
 */
export function groupsByPattern(pattern: string): (name: string) => string {
  const groupOf = openNamePattern(pattern);
  return (name) => {
    const group = groupOf(name);
    if (group !== null) return group;
    throw rangeError({ action: "find group" }, `name must match ${pattern}`, name);
  };
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
      throw rangeError(context, `image ${name} must be of one group`, `${known} and ${group}`);
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
