import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { appendDurably, followedPath, writeNewFile, writeWholeFile } from "../../src/io/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heterostem-io-"));
});

test("writeWholeFile() replaces a file in one step and leaves nothing beside it", () => {
  const path = join(folder, "a.txt");
  writeWholeFile(path, "first");
  writeWholeFile(path, new TextEncoder().encode("second"));
  expect(readFileSync(path, "utf8")).toBe("second");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test.skipIf(!existsSync("/dev/full"))(
  "writeWholeFile() on a full disk names the file, keeps the earlier one and leaves no half",
  () => {
    const path = join(folder, "a.txt");
    writeWholeFile(path, "first");
    // what is written to /dev/full fails as on a full disk
    symlinkSync("/dev/full", join(folder, `.${process.pid}.unfinished`));
    expect(() => writeWholeFile(path, "second")).toThrow(
      `Cannot write ${path}: its place must take it, got a full disk`,
    );
    expect(readFileSync(path, "utf8")).toBe("first");
    expect(readdirSync(folder)).toEqual(["a.txt"]);
    expect(() => writeNewFile("/dev/full", "x")).toThrow(
      "Cannot write /dev/full: its place must take it, got a full disk",
    );
    expect(() => appendDurably("/dev/full", "x")).toThrow("got a full disk");
  },
);

test("what the disk refuses is said in words: a missing folder, a place below a file, a name of 300 letters", () => {
  writeFileSync(join(folder, "file"), "");
  const attempts = {
    "none/a.txt": "no such folder",
    "file/a.txt": "a place below a file",
    ["n".repeat(300)]: "a name that is too long",
  };
  for (const [name, trouble] of Object.entries(attempts)) {
    expect(() => writeWholeFile(join(folder, name), "x"), name).toThrow(trouble);
    expect(() => writeNewFile(join(folder, name), "x"), name).toThrow(trouble);
  }
});

test("a file of the longest name is written: its temporary name is short", () => {
  const path = join(folder, "n".repeat(255));
  writeWholeFile(path, "x");
  expect(readFileSync(path, "utf8")).toBe("x");
});

test("followedPath() leads through links to what is there, to what is not yet, and refuses loops", () => {
  const real = followedPath(folder);
  symlinkSync(folder, join(folder, "itself"));
  symlinkSync("later/run", join(folder, "dangling"));
  symlinkSync("b", join(folder, "a"));
  symlinkSync("a", join(folder, "b"));
  expect(followedPath(join(folder, "itself", "x"))).toBe(join(real, "x"));
  expect(followedPath(join(folder, "dangling"))).toBe(join(real, "later/run"));
  expect(followedPath(join(folder, "dangling", "more"))).toBe(join(real, "later/run/more"));
  const loop = `Cannot write results: --out must lead somewhere, got a loop of symbolic links (${join(folder, "a")})`;
  expect(() => followedPath(join(folder, "a"))).toThrow(loop);
  expect(() => followedPath(join(folder, "a", "x"))).toThrow("a loop of symbolic links");
});
