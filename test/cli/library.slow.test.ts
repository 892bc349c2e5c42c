import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const ROOMS = ["core", "stochastic", "stem-sim", "corpus", "inversion", "particles", "segment", "micrograph"];
/** What the packed program may have at most [bytes]: with the networks in half precision; aimed at 12. */
const LARGEST_PACKAGE = 12e6;

/** One call of a program; throws with what it printed where it failed. */
function call(program: string, words: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${program} ${words.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** The code block of the tutorial. */
function tutorialCode(): string {
  const text = readFileSync(join(ROOT, "docs/tutorials/from-code.md"), "utf8");
  return /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
}

describe("the package in another project", () => {
  let project: string;
  let packed: {
    readonly size: number;
    readonly filename: string;
    readonly files: { readonly path: string }[];
  };
  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), "heterostem-library-"));
    [packed] = JSON.parse(call("npm", ["pack", "--json", "--pack-destination", project], ROOT));
    const installed = join(project, "node_modules/heterostem");
    mkdirSync(installed, { recursive: true });
    call("tar", ["-xzf", join(project, packed.filename), "-C", installed, "--strip-components=1"], project);
    // what it depends on, without a registry
    symlinkSync(join(ROOT, "node_modules"), join(installed, "node_modules"));
    writeFileSync(join(project, "package.json"), '{ "type": "module" }\n');
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test("is small, and holds no studio, tests or benchmarks", () => {
    expect(packed.size).toBeLessThan(LARGEST_PACKAGE);
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => /^dist\/(?!src\/|web\/viewer\.js$)/.test(path))).toEqual([]);
    expect(paths).toEqual(
      expect.arrayContaining(["bin/heterostem.js", "samples/tio2-wo3.tif", "docs/references.bib"]),
    );
  });

  test("says of the studio where to find it", () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ["node_modules/heterostem/bin/heterostem.js", "studio"],
      { cwd: project, encoding: "utf8" },
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/its page must have been built.*in a checkout of the project/);
  });

  test.each(ROOMS)("heterostem/%s can be imported", (room) => {
    const code = `const room = await import("heterostem/${room}"); console.log(Object.keys(room).length);`;
    const printed = call(process.execPath, ["--input-type=module", "--eval", code], project);
    expect(Number(printed)).toBeGreaterThan(5);
  });

  test("the tutorial's example has its types, runs, and its answer lies near the truth", () => {
    writeFileSync(join(project, "example.ts"), tutorialCode());
    symlinkSync(join(ROOT, "node_modules/@types"), join(project, "node_modules/@types"));
    const options = [
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--strict",
      "--skipLibCheck",
      "--types",
      "node",
    ];
    call(join(ROOT, "node_modules/.bin/tsc"), [...options, "example.ts"], project);
    const { verdict, truth, answers } = JSON.parse(call(process.execPath, ["example.js"], project)) as {
      verdict: string;
      truth: Record<string, number>;
      answers: { key: string; value: number; inside: [number, number] }[];
    };
    expect(verdict).toBe("in distribution");
    const known = answers.filter(({ key }) => key in truth);
    const inside = known.filter(({ key, inside: [low, high] }) => truth[key] >= low && truth[key] <= high);
    // eleven 95 % intervals: two or more misses in 10 % of the cases, four in 0.2 %
    expect(known.length).toBeGreaterThanOrEqual(11);
    expect(known.length - inside.length).toBeLessThan(4);
  });
});
