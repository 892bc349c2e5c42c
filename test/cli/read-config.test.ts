import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/cli/config/read-config.ts";
import { UsageError } from "../../src/core/index.ts";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";
import { segmentSchema } from "../../src/segment/index.ts";

const packageFolder = resolve(import.meta.dirname, "../..");

/** A context whose notes are kept. */
function listening() {
  const heard: string[] = [];
  const progress = { isTerminal: false, write: (text: string) => void heard.push(text), now: () => 0 };
  return { heard, context: { packageFolder, progress } };
}

describe("readConfig()", () => {
  // paths that are no files where the tests run
  for (const path of ["tio2-wo3", "tio2-wo3.yaml", "./tio2-wo3.yaml", "configs/tio2-wo3.yml"]) {
    test(`takes the recipe that ships for ${path}, with a note`, () => {
      const { heard, context } = listening();
      expect(readConfig(path, inversionRecipeSchema, context).name).toBe("tio2-wo3");
      const shipped = join(packageFolder, "configs", "tio2-wo3.yaml");
      expect(heard).toEqual([
        `Note: no file ${path} here, taking the one that ships with the package (${shipped})\n`,
      ]);
    });
  }

  test("takes a file of that name before it, without a word", () => {
    const folder = mkdtempSync(join(tmpdir(), "heterostem-config-"));
    const own = join(folder, "tio2-wo3.yaml");
    writeFileSync(own, "name: mine\n");
    const { heard, context } = listening();
    expect(readConfig(own, inversionRecipeSchema, context).name).toBe("mine");
    expect(heard).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  test("lists the recipes of its kind that ship where none is meant, and the one that is spelled alike", () => {
    const { context } = listening();
    const read = () => readConfig("tio2-w03", inversionRecipeSchema, context);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(
      /^Cannot read recipe: wanted a YAML file, got no such file \(tio2-w03\); recipes that ship are benchmark, demo, /,
    );
    expect(read).toThrow(/did you mean tio2-wo3\?$/);
    expect(read).not.toThrow(/segment|hrtem/);
    expect(() => readConfig("mine.yaml", segmentSchema, context)).toThrow(/that ship are .*segment\/ebc/);
  });
});
