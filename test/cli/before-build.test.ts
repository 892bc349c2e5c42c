import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

describe("bin/heterostem.js", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heterostem-bin-"));
    cpSync(join(ROOT, "bin"), join(folder, "bin"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const call = () => {
    const { status, stderr } = spawnSync(process.execPath, [join(folder, "bin/heterostem.js"), "--version"], {
      encoding: "utf8",
    });
    return { status, stderr };
  };

  test("says before a build that the program must be built, and where", () => {
    expect(call()).toEqual({
      status: 2,
      stderr:
        "heterostem: Cannot start: the program must have been built, got no dist/src/cli/main.js; " +
        `run "npm ci && npm run build" in ${folder}/\n`,
    });
  });

  test("says which package is missing where none were installed", () => {
    mkdirSync(join(folder, "dist/src/cli"), { recursive: true });
    writeFileSync(join(folder, "dist/src/cli/main.js"), 'import "a-package-that-is-not-there";\n');
    const { status, stderr } = call();
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /packages must be installed, got .*a-package-that-is-not-there.*; run "npm ci" in/,
    );
  });

  test("does not hide what else is wrong with the program", () => {
    mkdirSync(join(folder, "dist/src/cli"), { recursive: true });
    writeFileSync(join(folder, "dist/src/cli/main.js"), 'throw new Error("of another kind");\n');
    const { status, stderr } = call();
    expect(status).toBe(1);
    expect(stderr).toContain("of another kind");
  });
});
