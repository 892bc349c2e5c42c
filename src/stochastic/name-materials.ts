/**
 * A label of parameters and descriptors with the materials' names for "first" and "second".
 *
 * @param label such as "mean radius, first"
 * @param names of the first and the second material
 * @returns such as "mean radius, WO3"
 * @example
 * import { nameMaterials } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * expect(nameMaterials("path length, second to first", ["Au", "C"])).toBe("path length, C to Au");
 */
export function nameMaterials(label: string, [first, second]: readonly [string, string]): string {
  return label.replaceAll(/\bfirst\b/g, first).replaceAll(/\bsecond\b/g, second);
}
