import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  AGGREGATE_DESCRIPTORS,
  AGGREGATE_PARAMETERS,
  MIXING_DESCRIPTORS,
  MORPHOLOGY_DESCRIPTORS,
  PROJECTION_DESCRIPTORS,
} from "../src/stochastic/index.ts";

const ROOT = resolve(import.meta.dirname, "..");
const SRC = join(ROOT, "src");
/** Examples import "../src/core/index.ts", so they must run from a folder beside src. */
const SCRATCH = join(ROOT, ".examples");

interface DocumentedFunction {
  readonly file: string;
  readonly name: string;
  readonly doc: string;
}

function exportedFunctions(file: string): DocumentedFunction[] {
  const text = readFileSync(file, "utf8");
  const pattern = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^export (?:async )?function\*? (\w+)/gm;
  return [...text.matchAll(pattern)].map(([, doc = "", name]) => ({ file: relative(ROOT, file), name, doc }));
}

const functions = readdirSync(SRC, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".ts"))
  .flatMap((name) => exportedFunctions(join(SRC, name)));

function exampleOf({ doc }: DocumentedFunction): string | null {
  const start = doc.indexOf("@example");
  if (start < 0) return null;
  const lines = doc.slice(start).split("\n").slice(1);
  return lines
    .filter((line) => !line.includes("*/"))
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n");
}

describe("documentation", () => {
  test("every exported function has a doc block", () => {
    expect(functions.filter((f) => f.doc === "").map((f) => `${f.file}: ${f.name}`)).toEqual([]);
  });

  test("every work cited in the code stands once in docs/references.bib", () => {
    const bibliography = readFileSync(join(ROOT, "docs/references.bib"), "utf8");
    const keys = [...bibliography.matchAll(/^@\w+\{(\w+),/gm)].map(([, key]) => key);
    expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([]);
    const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    const cited = sources.flatMap((name) =>
      [...readFileSync(join(SRC, name), "utf8").matchAll(/\[([a-z]+(?:19|20)\d\d[a-z]*)\]/g)].map(
        ([, key]) => key,
      ),
    );
    expect(cited.length).toBeGreaterThan(100);
    expect([...new Set(cited)].filter((key) => !keys.includes(key))).toEqual([]);
  });

  test("the glossary explains every quantity that is estimated or described, from works of the bibliography", () => {
    const glossary = readFileSync(join(ROOT, "docs/glossary.md"), "utf8");
    const rows = [...glossary.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
      ([, ...cells]) => cells,
    );
    const terms = new Set(rows.map(([term]) => term));
    const quantities = [
      ...AGGREGATE_PARAMETERS,
      ...AGGREGATE_DESCRIPTORS,
      ...MIXING_DESCRIPTORS,
      ...MORPHOLOGY_DESCRIPTORS,
      ...PROJECTION_DESCRIPTORS,
    ];
    expect(quantities.map(({ label }) => label).filter((label) => !terms.has(label))).toEqual([]);
    const bibliography = readFileSync(join(ROOT, "docs/references.bib"), "utf8");
    const references = rows.map((cells) => cells[3]).filter((key) => /^[a-z]+\d{4}/.test(key));
    expect(references.length).toBeGreaterThan(30);
    expect(references.filter((key) => !bibliography.includes(`{${key},`))).toEqual([]);
  });

  describe("examples in doc blocks run", () => {
    beforeAll(() => mkdirSync(SCRATCH, { recursive: true }));
    afterAll(() => rmSync(SCRATCH, { recursive: true, force: true }));

    for (const documented of functions) {
      const example = exampleOf(documented);
      if (example === null) continue;
      test(`${documented.name}() of ${documented.file}`, async () => {
        const path = join(SCRATCH, `${documented.name}-${documented.file.replaceAll(/\W/g, "-")}.ts`);
        writeFileSync(path, example);
        await import(path);
      });
    }
  });
});
