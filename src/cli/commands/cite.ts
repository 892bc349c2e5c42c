import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseJson } from "../../core/index.ts";
import { parseBibliography, referenceText, type Reference } from "../cite/bibliography.ts";
import { citedRunSchema, worksOfRun, type CitedRun } from "../cite/works-of-run.ts";
import { defineCommand } from "../command.ts";
import { RUN_FILE } from "../output-folder.ts";
import { readInput } from "../read-input.ts";

const BIBLIOGRAPHY = "docs/references.bib";

/** `heterostem cite`: the references that a run used. */
export const citeCommand = defineCommand({
  name: "cite",
  summary: "Print the references that a run used, for a paper",
  arguments: { run: { help: "folder of results, or a file in it" } },
  flags: { bibtex: { help: "as BibTeX in place of text" } },
  example: "cite runs/demo --bibtex",
  async run({ arguments: { run: path }, flags: { bibtex } }, { packageFolder }) {
    const run = readRun(path);
    const file = join(packageFolder, BIBLIOGRAPHY);
    const bibliography = parseBibliography(
      readInput(file, "read bibliography", "wanted that of the package").toString("utf8"),
    );
    const suite = suiteEntry(run);
    const parts = [
      { what: "the program", references: [suite] },
      ...worksOfRun(run).map(({ what, keys }) => ({
        what,
        references: keys.map((key) => bibliography.get(key) as Reference),
      })),
    ];
    const text = bibtex
      ? parts.flatMap(({ references }) => references.map((reference) => reference.bibtex)).join("\n")
      : parts.map(({ what, references }) => [`${what}:`, ...references.map(lineOf)].join("\n")).join("\n\n");
    return { text, json: { run: run.command, heterostemVersion: run.heterostemVersion, parts } };
  },
});

const lineOf = (reference: Reference) => `  [${reference.key}] ${referenceText(reference)}`;

/** The run file of a folder, or of the folder that a file lies in. */
function readRun(path: string): CitedRun {
  const folder = existsSync(path) && statSync(path).isFile() ? dirname(path) : path;
  const file = join(folder, RUN_FILE);
  const text = readInput(file, "cite run", `wanted a folder of results, which holds ${RUN_FILE}`).toString(
    "utf8",
  );
  return parseJson(text, citedRunSchema, { action: "cite run", where: file });
}

/** The program itself, in the version that did the work. */
function suiteEntry({ heterostemVersion: version }: CitedRun): Reference {
  const title = "heterostem: from 2D electron micrographs to 3D structures, by simulation";
  const fields = { author: "The heterostem authors", title, note: `version ${version}`, year: "2026" };
  const values = Object.entries(fields).map(
    ([name, value]) => `${name} = {${name === "author" ? `{${value}}` : value}}`,
  );
  return { key: "heterostem", bibtex: `@software{heterostem, ${values.join(", ")}}`, fields };
}
