import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cropCenter } from "../../src/image/index.ts";
import { encodeTiff, frameImage, readMicrographFile } from "../../src/micrograph/index.ts";
import { builtHeterostem } from "../helpers/heterostem.ts";
import { isRun } from "../helpers/calls-not-run.ts";
import { writeDiscs } from "../helpers/disc-images.ts";
import { pageText, programCalls, RUN_PAGES } from "../helpers/page-calls.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SAMPLE = "samples/tio2-wo3.tif";

/** What the reader of a page has, laid into the folder at hand. */
const BROUGHT: Readonly<Record<string, () => void | Promise<void>>> = {
  "docs/tutorials/measure-the-particles.md": () => bringMiddleOfSample("soot.png", "mixed.tif"),
  "docs/tutorials/read-parameters-off-an-image.md": () =>
    bringSample("image.tif", "soot.png", "a.tif", "b.tif", "c.tif", "d.tif"),
  "docs/tutorials/set-up-your-microscope.md": () => {
    const [, block] = /^ {4}# my-microscope\.yaml\n((?: {4}.+\n)+)/m.exec(
      pageText("docs/tutorials/set-up-your-microscope.md"),
    ) as RegExpExecArray;
    writeFileSync("my-microscope.yaml", block.replaceAll(/^ {4}/gm, ""));
    writeFileSync("aggregate.xyz", "2\nmaterial x y z radius\nTiO2-anatase 0 0 0 6\nWO3 11 0 0 5\n");
  },
  "docs/tutorials/strength-from-micrographs.md": () => {
    // ten lots of three discs' images each; the strength is their radius
    const rows = readFileSync(writeDiscs(".", { count: 30, seed: 1, edgePx: 64, perGroup: 3 }), "utf8");
    const cells = rows
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((row) => row.split(","));
    const strengths = cells.map(([image, radius, , , lot], i) => [image, `${lot}-${i}`, lot, radius]);
    writeFileSync("strengths.csv", tableText([["image", "specimen", "lot", "strength [MPa]"], ...strengths]));
    mkdirSync("new-images");
    for (const i of [0, 1]) copyFileSync(`images/${i}.png`, `new-images/${i}.tif`);
    writeFileSync(
      "new.csv",
      tableText([
        ["image", "specimen"],
        ["new-images/0.tif", "x"],
        ["new-images/1.tif", "x"],
      ]),
    );
  },
};

/** What the reader makes of earlier results, before a call. */
const BETWEEN: Readonly<Record<string, () => void>> = {
  "--corrections RoiSet.zip": () => copyFileSync("runs/soot/rois/0000-soot.zip", "RoiSet.zip"),
};

function bringSample(...names: string[]): void {
  for (const name of names) copyFileSync(join(ROOT, SAMPLE), name);
}

/** A quarter of the sample, in a quarter of the time. */
async function bringMiddleOfSample(...names: string[]): Promise<void> {
  const sample = frameImage(await readMicrographFile(join(ROOT, SAMPLE)));
  const middle = cropCenter(sample, sample.width / 2, sample.height / 2);
  for (const name of names) writeFileSync(name, encodeTiff([middle]));
}

function tableText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.join(",")}\n`).join("");
}

/** Words as the shell hands them on: a star stands for the files that are there. */
function expanded(word: string): string[] {
  if (!word.includes("*")) return [word];
  const folder = dirname(word);
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name));
}

/** What each call printed, by page and call. */
const printed = new Map<string, string>();
const pages = RUN_PAGES.filter((page) => programCalls(page).some((words) => isRun(page, words)));

describe.each(pages)("calls of %s run, as they stand and in their order", (page) => {
  const before = process.cwd();
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heterostem-pages-"));
    process.chdir(folder);
    for (const name of ["samples", "models", "configs"]) symlinkSync(join(ROOT, name), join(folder, name));
    await BROUGHT[page]?.();
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });

  const calls = programCalls(page).filter((words) => isRun(page, words));
  test.each(calls.map((words) => [words.join(" "), words] as const))("heterostem %s", async (call, words) => {
    for (const [part, make] of Object.entries(BETWEEN)) if (call.includes(part)) make();
    const { code, stdout, stderr } = await builtHeterostem(...words.flatMap(expanded));
    expect(code, stderr).toBe(0);
    expect(stdout).not.toBe("");
    const out = words[words.indexOf("--out") + 1];
    // the files of a job stand beside the corpus that it will make
    expect(!words.includes("--out") || existsSync(out) || existsSync(`${out}.job`)).toBe(true);
    printed.set(`${page} ${call}`, stdout);
  });
});

test("the answer that stands in the README is the program's: medians in its intervals, and the refusal", () => {
  const page = "README.md";
  const [first] = programCalls(page);
  const answer = printed.get(`${page} ${first.join(" ")}`) ?? "";
  const block = /```text\n([\s\S]*?)```/.exec(pageText(page))?.[1] ?? "";
  const quantities = /^(particles|number fraction|mean radius|homo-cluster)/;
  const stated = block.split("\n").filter((line) => quantities.test(line));
  expect(stated).toHaveLength(5);
  for (const line of stated) {
    const [name, , , range] = line.split(/\s{2,}/);
    const found = answer.split("\n").find((row) => row.startsWith(name));
    const median = Number(found?.split(/\s{2,}/)[1]);
    const [low, high] = range.split(" to ").map(Number);
    expect(median, name).toBeGreaterThan(low);
    expect(median, name).toBeLessThan(high);
  }
  expect(answer).toContain("for it is softer than any image known: no numbers are given");
});

// npm's calls are not run here: "npm ci" and "npm start" (minutes; test/cli/first-look.test.ts and commands.test.ts run the halves of the latter), "npm run try"
// (the README's first call), "npm link" and "npm pack" (test/cli/package.slow.test.ts, library.slow.test.ts)
