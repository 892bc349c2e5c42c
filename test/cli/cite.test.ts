import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseBibliography, referenceText } from "../../src/cli/cite/bibliography.ts";
import { PART_RULES, worksOfRun, type CitedRun } from "../../src/cli/cite/works-of-run.ts";
import { COMMANDS } from "../../src/cli/commands/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const bibliography = parseBibliography(readFileSync(join(ROOT, "docs/references.bib"), "utf8"));

describe("the bibliography", () => {
  test("is read whole, entry by entry", () => {
    const text = readFileSync(join(ROOT, "docs/references.bib"), "utf8");
    expect(bibliography.size).toBe([...text.matchAll(/^@/gm)].length);
    for (const { bibtex, fields } of bibliography.values()) {
      expect(text).toContain(bibtex);
      expect(fields).toMatchObject({ title: expect.any(String), year: expect.stringMatching(/^\d{4}$/) });
      const line = referenceText({ key: "", bibtex, fields });
      expect(line).not.toMatch(/[\\{}]|undefined/);
    }
  });

  test("entries read as people write them", () => {
    const [entry] = parseBibliography(
      `@article{a2000, author = {J. Mor{\\'a}n and W. H{\\"o}rmann and others}, title = {On {3D}}, journal = {Acta},\n volume = {9}, number = {2}, pages = {1--3}, year = {2000}}`,
    ).values();
    expect(referenceText(entry)).toBe("J. Morán, W. Hörmann et al., On 3D, Acta 9 (2), 1–3 (2000)");
  });

  test("an entry that does not close is named", () => {
    expect(() => parseBibliography("@misc{b, title = {open}")).toThrow(
      "Cannot read bibliography: every brace must be closed, got {b, title = {open} ...",
    );
  });
});

describe("what is cited", () => {
  const keys = PART_RULES.flatMap(({ works }) =>
    works.map((work) => (typeof work === "string" ? work : work[0])),
  );

  test("stands in the bibliography, and in the code that uses it", () => {
    const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.startsWith("cli"))
      .map((name) => readFileSync(join(ROOT, "src", name), "utf8"))
      .join("\n");
    expect(keys.filter((key) => !bibliography.has(key))).toEqual([]);
    // the study is where the idea is from, not a formula
    expect(keys.filter((key) => !sources.includes(`[${key}]`))).toEqual(["fuchs2023"]);
  });

  test("is asked for by commands that exist", () => {
    const names = new Set(
      COMMANDS.flatMap((entry) =>
        "subcommands" in entry
          ? [entry.name, ...entry.subcommands.map(({ name }) => `${entry.name} ${name}`)]
          : [entry.name],
      ),
    );
    expect(PART_RULES.flatMap(({ commands }) => commands).filter((name) => !names.has(name))).toEqual([]);
  });

  test("hangs on the recipe: collisions have another source than the scaling law, and Gaussians theirs", () => {
    const run = { command: "train", heterostemVersion: "1" };
    const found = (config: CitedRun["config"]) => worksOfRun({ ...run, config }).flatMap((part) => part.keys);
    const plain = found({ aggregate: {}, training: { head: "point" } });
    const other = found({
      aggregate: { placement: "diffusion-limited", labelCoupling: 1 },
      microscope: { scan: { driftNm: 1 } },
      training: { head: "gaussian", members: 3, inputs: [{}] },
    });
    expect(other.filter((key) => !plain.includes(key))).toEqual([
      "meakin1983",
      "kawasaki1966",
      "jones2013",
      "seitzer2022",
      "lakshminarayanan2017",
      "perez2018",
    ]);
    expect(plain.filter((key) => !other.includes(key))).toEqual(["moran2019"]);
  });

  test("is named once, under what used it first", () => {
    const parts = worksOfRun({ command: "reconstruct", heterostemVersion: "1" });
    const named = parts.flatMap((part) => part.keys);
    expect(new Set(named).size).toBe(named.length);
    expect(parts.map(({ what }) => what)).toEqual([
      "how images are made",
      "primary particles",
      "structures in 3D",
    ]);
  });
});

describe("heterostem cite", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "heterostem-cite-"));
    mkdirSync(join(folder, "run"));
    const run = { command: "hrtem apply", heterostemVersion: "0.0.7", node: "v20", model: "m" };
    writeFileSync(join(folder, "run/run.json"), JSON.stringify(run));
    writeFileSync(join(folder, "run/report.html"), "");
    mkdirSync(join(folder, "foreign"));
    writeFileSync(join(folder, "foreign/run.json"), '{"version": 3}');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("prints the program in the run's version, and the works by what they were used for", async () => {
    const { code, stdout } = await heterostem("cite", join(folder, "run/report.html"));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^the program:\n {2}\[heterostem\] The heterostem authors, .*, version 0\.0\.7 \(2026\)\n/,
    );
    expect(stdout).toMatch(/crystals with faults in HRTEM:\n {2}\[groschner2021\] .*Groschner.* \(2021\)/);
  });

  test("prints BibTeX that can be read back", async () => {
    const { stdout } = await heterostem("cite", join(folder, "run"), "--bibtex");
    const read = [...parseBibliography(stdout).keys()];
    expect(read[0]).toBe("heterostem");
    expect(read).toContain("hirth1982");
  });

  test("wants a folder of results", async () => {
    const none = await heterostem("cite", folder);
    expect([none.code, none.stderr]).toEqual([
      2,
      `heterostem: Cannot cite run: wanted a folder of results, which holds run.json, got no such file (${folder}/run.json)\n`,
    ]);
    const foreign = await heterostem("cite", join(folder, "foreign"));
    expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining("command must be")]);
  });
});
