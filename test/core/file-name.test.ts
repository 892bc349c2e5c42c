import fc from "fast-check";
import { join, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { checkFileName, isPlainFileName } from "../../src/core/file-name.ts";
import { HOSTILE_NAMES } from "./hostile-names.ts";

describe("isPlainFileName()", () => {
  test.each(HOSTILE_NAMES)("refuses %j", (name) => expect(isPlainFileName(name)).toBe(false));

  test.each(["a.png", "Al, 2 %", "dose 3,5.xyz", "Ähre.tif", ".hidden", "a..b", "x".repeat(255)])(
    "takes %j",
    (name) => expect(isPlainFileName(name)).toBe(true),
  );

  test("no name that it takes leaves a folder, whatever its characters", () => {
    const folder = resolve("/corpus");
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(..."./\\:a") })),
        (name) => {
          fc.pre(isPlainFileName(name));
          expect(join(folder, name)).toBe(`${folder}${sep}${name}`);
        },
      ),
    );
  });
});

describe("checkFileName()", () => {
  const context = { action: "read annotations", where: "coco.json" };

  test("takes folders below only where they are allowed", () => {
    expect(checkFileName("images/a.png", { ...context, allowsFolders: true })).toBe("images/a.png");
    expect(() => checkFileName("images/a.png", context)).toThrow("must stay inside its folder");
    for (const name of ["images/../../a", "/a", "a//b", "a/", "./a"]) {
      expect(() => checkFileName(name, { ...context, allowsFolders: true })).toThrow("must stay inside");
    }
  });

  test("repeats a hostile name so that no terminal acts on it, and not all of a long one", () => {
    expect(() => checkFileName("a\u001b]0;x\u0007/b", context)).toThrow(
      "got a\\u{1b}]0;x\\u{7}/b (coco.json)",
    );
    expect(() => checkFileName("x".repeat(300), context)).toThrow("... (300 characters)");
  });
});
