import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** Calls of the README in its order: of its blocks, and of the table for three readers. */
const CALLS = [...README.matchAll(/^heterostem .+$|^\|[^|]*\| `(heterostem [^`]+)`/gm)].map(
  ([line, ofTable = line]) => ofTable,
);

describe("every call of the README runs, in its order", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "heterostem-readme-"));
    for (const name of ["samples", "models"]) symlinkSync(join(ROOT, name), join(folder, name));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("there are eleven", () => {
    expect(CALLS).toHaveLength(11);
  });

  const printed = new Map<string, string>();
  test.each(CALLS)("%s", (call) => {
    const words = [join(ROOT, "bin/heterostem.js"), ...call.split(" ").slice(1)];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const at = words.indexOf("--out");
    expect(at < 0 || existsSync(join(folder, words[at + 1]))).toBe(true);
    printed.set(call, stdout);
  });

  test("the answer is the one that stands there: quantities, medians in the intervals, the refusal", () => {
    const block = /```text\n([\s\S]*?)```/.exec(README)?.[1] ?? "";
    const stated = block
      .split("\n")
      .filter((line) => /^(particles|number fraction|mean radius|homo-cluster)/.test(line));
    const answer = printed.get(CALLS[0]) ?? "";
    expect(stated).toHaveLength(5);
    for (const line of stated) {
      const [name, , , range] = line.split(/\s{2,}/);
      const median = Number(
        answer
          .split("\n")
          .find((found) => found.startsWith(name))
          ?.split(/\s{2,}/)[1],
      );
      const [low, high] = range.split(" to ").map(Number);
      expect(median, name).toBeGreaterThan(low);
      expect(median, name).toBeLessThan(high);
    }
    expect(answer).toContain("for it is softer than any image known: no numbers are given");
  });
});

// not run here: "npm ci && npm start" (minutes; test/cli/first-look.test.ts and commands.test.ts run its two halves),
// "npm run try" (the first call above), "npm start -- --open" (test/cli/first-look.test.ts)
