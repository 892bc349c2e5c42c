/**
 * A number with what it counts, as people say it.
 *
 * @param count how many
 * @param singular the word for one
 * @param plural the word for several; the singular with an s by default
 * @returns such as "1 image" and "2 images"
 * @example
 * import { counted } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect([0, 1, 2].map((n) => counted(n, "file"))).toEqual(["0 files", "1 file", "2 files"]);
 */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
