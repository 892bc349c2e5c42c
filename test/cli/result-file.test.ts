import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { writeResultFile } from "../../src/cli/result-file.ts";
import { heterostem } from "../helpers/heterostem.ts";
import { drawnImage } from "../helpers/labelled-folder.ts";
import { canMount, smallDisk } from "../helpers/small-disk.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heterostem-file-"));
  writeFileSync(join(folder, "pair.xyz"), "2\n\nTiO2-anatase 0 0 0 5\nWO3 0 0 10 5\n");
  writeFileSync(join(folder, "a.png"), drawnImage(1));
});
const at = (...names: string[]) => join(folder, ...names);

test("a result that is one file follows links, and leaves what is no file where it is", () => {
  mkdirSync(at("disk"));
  symlinkSync("disk/a.csv", at("a.csv"));
  writeResultFile(at("a.csv"), "one");
  writeResultFile(at("a.csv"), "two");
  expect(readFileSync(at("disk", "a.csv"), "utf8")).toBe("two");
  expect(readdirSync(at("disk"))).toEqual(["a.csv"]);
  symlinkSync("/dev/null", at("null"));
  writeResultFile(at("null"), "gone");
  expect(readFileSync("/dev/null", "utf8")).toBe("");
});

test.skipIf(!existsSync("/dev/full"))(
  "a full disk keeps the earlier result of describe, and says so",
  async () => {
    const words = ["describe", at("pair.xyz"), "--materials", "TiO2-anatase,WO3", "--out", at("table.csv")];
    expect((await heterostem(...words)).stderr).toBe("");
    const earlier = readFileSync(at("table.csv"), "utf8");
    symlinkSync("/dev/full", at(`.${process.pid}.unfinished`));
    const { code, stderr } = await heterostem(...words);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `heterostem: Cannot write results: ${at("table.csv")} must be a file that the disk takes, got a full disk; ` +
        "nothing was written, and what was there before stays: make room or choose another place\n",
    );
    expect(readFileSync(at("table.csv"), "utf8")).toBe(earlier);
  },
);

test("a place that takes no file is wrong usage, told before any work, of every command with such a flag", async () => {
  symlinkSync("loop", at("loop"));
  writeFileSync(at("file"), "");
  const commands = [
    ["describe", at("pair.xyz"), "--out"],
    ["describe", at("pair.xyz"), "--curves"],
    ["view", at("pair.xyz"), "--force", "--out"],
    ["inspect", at("a.png"), "--png"],
    ["microscope", "--figure"],
  ];
  const places = {
    [at("none", "a.html")]: `no folder ${at("none")}`,
    [at("file", "a.html")]: "a place below a file",
    [at(`${"n".repeat(300)}.html`)]: "a name that is too long for the disk",
    [at("loop", "a.html")]: "a loop of symbolic links",
  };
  for (const words of commands) {
    for (const [place, got] of Object.entries(places)) {
      const { code, stderr } = await heterostem(...words, place);
      expect(stderr, words.join(" ")).toContain(got);
      expect(stderr).toContain("Cannot write results: ");
      expect(code).toBe(2);
    }
  }
  expect(readdirSync(folder).sort()).toEqual(["a.png", "file", "loop", "pair.xyz"]);
});

test("a result never takes the place of a file that is read, by whatever name", async () => {
  symlinkSync("pair.xyz", at("link.xyz"));
  writeFileSync(at("microscope.yaml"), "beamEnergyKeV: 300\n");
  const before = readFileSync(at("pair.xyz"), "utf8");
  for (const words of [
    ["describe", at("pair.xyz"), "--out", at("pair.xyz")],
    ["describe", at("link.xyz"), "--curves", at("pair.xyz")],
    ["view", at("pair.xyz"), "--force", "--out", at("link.xyz")],
    ["inspect", at("a.png"), "--png", at("a.png")],
    ["microscope", at("microscope.yaml"), "--figure", at("microscope.yaml")],
  ]) {
    const { code, stderr } = await heterostem(...words);
    expect(stderr).toContain("wanted another file than those that are read, got one of them");
    expect(code).toBe(2);
  }
  const both = await heterostem("describe", at("pair.xyz"), "--out", at("a.csv"), "--curves", at("a.csv"));
  expect([both.code, both.stderr]).toEqual([
    2,
    expect.stringContaining("--curves must be another file than --out"),
  ]);
  expect(readFileSync(at("pair.xyz"), "utf8")).toBe(before);
  expect(existsSync(at("a.csv"))).toBe(false);
});

test("a name that no disk takes is told in words: with a NUL character, or empty", async () => {
  const file = await heterostem("describe", at("pair.xyz"), "--out", at("a\0b.csv"));
  expect([file.code, file.stderr]).toEqual([2, expect.stringContaining("got a name with a NUL character")]);
  const none = await heterostem("simulate", "configs/tio2-wo3.yaml", "--out", "");
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringContaining("--out must be a folder, got an empty name"),
  ]);
});

test.skipIf(!canMount())("a read-only disk is told before any work", async () => {
  const disk = smallDisk(64);
  if (disk === null) throw new Error("Cannot mount a disk");
  try {
    disk.setReadOnly();
    const { code, stderr } = await heterostem(
      "describe",
      at("none.xyz"),
      "--out",
      join(disk.folder, "a.csv"),
    );
    expect(stderr).toContain("got a read-only disk");
    expect(code).toBe(2);
  } finally {
    disk.remove();
  }
});
