/** Where two records differ first, with both values. */
export interface Difference {
  /** Keys joined by dots, such as "recipe.microscope.pixelSizeNm". */
  readonly key: string;
  readonly first: unknown;
  readonly second: unknown;
}

/**
 * Finds the first key in which two records differ, however deep, in the order of their keys.
 *
 * @param first plain data
 * @param second plain data
 * @param key where the two stand; empty for whole records
 * @returns the key with both values, or null where the records are equal
 * @example
 * import { firstDifference } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(firstDifference({ a: { b: 1 } }, { a: { b: 2 } })).toEqual({ key: "a.b", first: 1, second: 2 });
 */
export function firstDifference(first: unknown, second: unknown, key = ""): Difference | null {
  if (Object.is(first, second)) return null;
  if (!isRecord(first) || !isRecord(second)) return { key, first, second };
  for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
    const path = key === "" ? name : `${key}.${name}`;
    const found = firstDifference(first[name], second[name], path);
    if (found !== null) return found;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
