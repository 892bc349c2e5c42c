import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { RUN_FILE, writeFolderAtomically, writeFolderResumably } from "../../src/cli/output-folder.ts";
import { writeNewFile } from "../../src/io/index.ts";
import { canMount, smallDisk } from "../helpers/small-disk.ts";

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

  test("leaves no folder above the results where the work is refused, and those that were there stay", async () => {
    mkdirSync(join(root, "there"));
    const out = join(root, "there", "x", "y", "run");
    const refused = writeFolderAtomically(out, { force: false }, async () => {
      throw new Error("refused");
    });
    await expect(refused).rejects.toThrow("refused");
    expect(readdirSync(root)).toEqual(["there"]);
    expect(readdirSync(join(root, "there"))).toEqual([]);
    const halfway = writeFolderResumably(out, { force: false, resume: false }, async (folder) => {
      writeFileSync(join(folder, "half.txt"), "half");
      throw new Error("stopped");
    });
    await expect(halfway).rejects.toThrow("stopped");
    expect(readdirSync(join(root, "there", "x", "y"))).toEqual(["run.partial"]);
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

  test("follows symbolic links, to a folder that is there and to one that is not yet, and leaves the link", async () => {
    mkdirSync(join(root, "disk", "old"), { recursive: true });
    symlinkSync("disk/old", join(root, "old"));
    symlinkSync("disk/new", join(root, "new"));
    for (const name of ["old", "new"]) {
      await writeFolderAtomically(join(root, name), { force: false }, write("one"));
      expect(lstatSync(join(root, name)).isSymbolicLink()).toBe(true);
      expect(readdirSync(join(root, "disk", name))).toEqual([RUN_FILE]);
    }
    expect(readdirSync(root).sort()).toEqual(["disk", "new", "old"]);
    expect(readdirSync(join(root, "disk")).sort()).toEqual(["new", "old"]);
  });

  test("refuses a loop of links, a name that leaves no room for .checkpoints and a path that no disk opens, before any work", async () => {
    symlinkSync("loop", join(root, "loop"));
    const attempts = {
      loop: "a loop of symbolic links",
      ["n".repeat(300)]: "at most 243 bytes, got 300 (nnnn",
      // 8,000 folders were followed one by one for minutes
      ["a/".repeat(8000)]: "the whole path of --out must have at most 3839 bytes, got 1",
    };
    for (const [name, text] of Object.entries(attempts)) {
      const attempt = async () =>
        writeFolderAtomically(join(root, name), { force: true }, async () => expect.unreachable());
      await expect(attempt()).rejects.toThrow(text);
    }
    await writeFolderAtomically(join(root, "n".repeat(243)), { force: false }, write("one"));
    expect(readdirSync(root).sort()).toEqual(["loop", "n".repeat(243)]);
  });

  test("has one writer: the second is refused before any work, and may begin when the first has ended", async () => {
    const out = join(root, "run");
    await writeFolderAtomically(out, { force: false }, async (folder) => {
      const second = writeFolderAtomically(out, { force: true }, async () => expect.unreachable());
      await expect(second).rejects.toThrow(
        `${out} must have one writer, got process ${process.pid}, which is at it; wait for its end`,
      );
      await write("one")(folder);
    });
    await writeFolderAtomically(out, { force: true }, write("two"));
    expect(readFileSync(join(out, RUN_FILE), "utf8")).toBe("two");
    expect(readdirSync(root)).toEqual(["run"]);
  });

  test("says where what was finished is kept when the disk is full, and nothing where there is none", async () => {
    const keptIn = join(root, "run.checkpoints");
    const attempt = () =>
      writeFolderAtomically(join(root, "run"), { force: false, keptIn }, async () =>
        writeNewFile("/dev/full", "x"),
      );
    await expect(attempt()).rejects.toThrow("(/dev/full); nothing was kept");
    mkdirSync(keptIn);
    writeFileSync(join(keptIn, "last.checkpoint"), "");
    await expect(attempt()).rejects.toThrow(
      `what was finished is kept in ${keptIn}: make room and go on with --resume`,
    );
  });

  test("passes on what is wrong with a file that was read", async () => {
    const unreadable = Object.assign(new Error("EACCES: permission denied, open '/else/a.tif'"), {
      code: "EACCES",
      syscall: "open",
      path: "/else/a.tif",
    });
    const attempt = writeFolderAtomically(join(root, "run"), { force: false }, async () => {
      throw unreadable;
    });
    await expect(attempt).rejects.toBe(unreadable);
  });
});

describe.skipIf(!canMount())("a disk of 64 kB", () => {
  test("that fills up, and one that is read-only, name the file or folder and keep no half", async () => {
    const disk = smallDisk(64);
    if (disk === null) throw new Error("Cannot mount a disk");
    try {
      const out = join(disk.folder, "run");
      const full = writeFolderAtomically(out, { force: false }, async (folder) => {
        for (let i = 0; i < 20; i++) writeNewFile(join(folder, `${i}.bin`), new Uint8Array(10_000));
      });
      await expect(full).rejects.toThrow(
        /run must take new files, got a full disk \(.*run\.partial\/\d+\.bin\); nothing was kept, make room or choose another with --out/,
      );
      expect(readdirSync(disk.folder)).toEqual([]);
      const halfway = writeFolderResumably(out, { force: false, resume: false }, async (folder) => {
        for (let i = 0; i < 20; i++) writeNewFile(join(folder, `${i}.bin`), new Uint8Array(10_000));
      });
      await expect(halfway).rejects.toThrow(
        /what was finished is kept in .*run\.partial: make room and go on with --resume/,
      );
      expect(readdirSync(disk.folder)).toEqual(["run.partial"]);
      disk.setReadOnly();
      const refused = writeFolderAtomically(join(disk.folder, "other"), { force: false }, async () =>
        expect.unreachable(),
      );
      await expect(refused).rejects.toThrow(
        `${disk.folder} must be writable, got a read-only disk; choose another with --out`,
      );
      const top = writeFolderAtomically(disk.folder, { force: true }, async () => expect.unreachable());
      await expect(top).rejects.toThrow("must be a folder on a disk, got the top of one");
    } finally {
      disk.remove();
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

  test("keeps nothing of a run that was refused before it wrote a file", async () => {
    const out = join(root, "run");
    const failing = writeFolderResumably(out, options, async (folder) => {
      mkdirSync(join(folder, "data"));
      throw new Error("the recipe cannot be realised");
    });
    await expect(failing).rejects.toThrow("the recipe cannot be realised");
    expect(readdirSync(root)).toEqual([]);
  });
});
