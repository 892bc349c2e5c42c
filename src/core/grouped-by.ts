/**
 * Items by group, such as images by specimen.
 *
 * @param items in any order
 * @param groupOf group of an item
 * @returns the items of each group, groups in the order of their first item
 * @example
 * import { groupedBy } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(groupedBy(["ab", "c", "ad"], (word) => word[0])).toEqual([["ab", "ad"], ["c"]]);
 */
export function groupedBy<Item>(
  items: readonly Item[],
  groupOf: (item: Item) => string | number,
): readonly (readonly Item[])[] {
  const groups = new Map<string | number, Item[]>();
  for (const item of items) {
    const group = groups.get(groupOf(item));
    if (group === undefined) groups.set(groupOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
