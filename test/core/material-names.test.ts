import { expect, test } from "vitest";
import { findMaterial, isMaterial, MATERIALS } from "../../src/core/index.ts";

test("words of JavaScript's own objects name no material", () => {
  for (const word of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    expect(MATERIALS.filter((material) => isMaterial(material, word))).toEqual([]);
    expect(() => findMaterial(word)).toThrow(new RegExp(`, got ${word}$`));
  }
});
