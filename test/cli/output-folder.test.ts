import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { RUN_FILE, writeFolderAtomically, writeFolderResumably } from "../../src/cli/output-folder.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "heterostem-"));
});

const write = (text: string) => async (folder: string) => {
  writeFileSync(join(folder, RUN_FILE), text);
};

describe("writeFolderAtomically()", () => {
  test("gives the whole result or nothing", async () => {
    const out = join(root, "run");
    const failing = writeFolderAtomically(out, { force: false }, async (folder) => {
      writeFileSync(join(folder, "half.txt"), "half");
      throw new Error("disk full");
    });
    await expect(failing).rejects.toThrow("disk full");
    expect(readdirSync(root)).toEqual([]);
    await writeFolderAtomically(out, { force: false }, write("one"));
    expect(readdirSync(root)).toEqual(["run"]);
  });

  test("refuses a folder that is not empty, and keeps an earlier run when a forced one fails", async () => {
    const out = join(root, "run");
    await writeFolderAtomically(out, { force: false }, write("one"));
    await expect(writeFolderAtomically(out, { force: false }, write("two"))).rejects.toThrow(
      /must be empty, got 1 entry in .*--force/,
    );
    const failing = writeFolderAtomically(out, { force: true }, async () => {
      throw new Error("stopped");
    });
    await expect(failing).rejects.toThrow("stopped");
    expect(readFileSync(join(out, RUN_FILE), "utf8")).toBe("one");
    await writeFolderAtomically(out, { force: true }, write("two"));
    expect(readFileSync(join(out, RUN_FILE), "utf8")).toBe("two");
  });

  test("never replaces a folder that no run of the suite wrote, whatever the flags", async () => {
    const home = join(root, "home");
    mkdirSync(home);
    writeFileSync(join(home, "thesis.txt"), "years of work");
    await expect(writeFolderAtomically(home, { force: true }, write("run"))).rejects.toThrow(
      /--force replaces only folders of earlier runs, got no run\.json/,
    );
    expect(existsSync(join(home, "thesis.txt"))).toBe(true);
  });

  test("says in words what is wrong with the disk, and keeps nothing of a run that filled it", async () => {
    const out = join(root, "run");
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      syscall: "write",
    });
    const attempt = writeFolderAtomically(out, { force: false }, async (folder) => {
      writeFileSync(join(folder, "images.bin"), "half");
      throw full;
    });
    await expect(attempt).rejects.toThrow(/must take new files, got a full disk; nothing was kept/);
    expect(readdirSync(root)).toEqual([]);
  });

  test.runIf(existsSync("/proc"))("names a place where nothing can be made", async () => {
    const attempt = writeFolderAtomically("/proc/heterostem", { force: false }, async () =>
      expect.unreachable(),
    );
    await expect(attempt).rejects.toThrow(/Cannot write results: \/proc\/heterostem must take new files/);
  });

  test("refuses a file and a place below a file, before any work", async () => {
    const file = join(root, "file");
    writeFileSync(file, "");
    for (const out of [file, join(file, "run")]) {
      const attempt = writeFolderAtomically(out, { force: true }, async () => expect.unreachable());
      await expect(attempt).rejects.toThrow(/Cannot write results/);
    }
  });
});

describe("writeFolderResumably()", () => {
  const options = { force: false, resume: false };

  test("keeps what a failed run has written, and goes on with it only when told to", async () => {
    const out = join(root, "run");
    const failing = writeFolderResumably(out, options, async (folder) => {
      writeFileSync(join(folder, "half.txt"), "half");
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), {
        code: "ENOSPC",
        syscall: "write",
      });
    });
    await expect(failing).rejects.toThrow(
      /got a full disk; what was finished is kept in .*run\.partial: make room and go on with --resume/,
    );
    expect(existsSync(out)).toBe(false);
    await expect(writeFolderResumably(out, options, write("two"))).rejects.toThrow(
      /go on with it by --resume/,
    );
    await writeFolderResumably(out, { ...options, resume: true }, write("two"));
    expect(readdirSync(out).sort()).toEqual(["half.txt", RUN_FILE]);
    expect(readdirSync(root)).toEqual(["run"]);
  });

  test("begins anew with force", async () => {
    const out = join(root, "run");
    mkdirSync(`${out}.partial`);
    writeFileSync(join(`${out}.partial`, "half.txt"), "half");
    await writeFolderResumably(out, { ...options, force: true }, write("one"));
    expect(readdirSync(out)).toEqual([RUN_FILE]);
  });
});
