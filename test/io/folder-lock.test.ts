import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { lockFolder, lockPath } from "../../src/io/index.ts";

let folder = "";
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "heterostem-lock-")), "run");
});

test("a folder is taken once, and again after it was given back", () => {
  const giveBack = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(
    `Cannot write results: ${folder} must have one writer, got process ${process.pid}, which is at it; wait for its end`,
  );
  giveBack();
  lockFolder(folder)();
  expect(readdirSync(join(folder, ".."))).toEqual([]);
});

test("the lock of a process that is gone is taken over, also where its number is another's today", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  for (const stale of [
    { pid, began: null },
    { pid: process.pid, began: "1" },
  ]) {
    writeFileSync(lockPath(folder), JSON.stringify({ ...stale, host: hostname() }));
    const giveBack = lockFolder(folder);
    expect(JSON.parse(readFileSync(lockPath(folder), "utf8"))).toMatchObject({ pid: process.pid });
    giveBack();
  }
  // its maker was killed before it filled it
  writeFileSync(lockPath(folder), "");
  lockFolder(folder)();
  expect(readdirSync(join(folder, ".."))).toEqual([]);
});

test("the lock of another machine is refused, with the remedy", () => {
  writeFileSync(lockPath(folder), JSON.stringify({ pid: 1, host: "other-machine", began: null }));
  expect(() => lockFolder(folder)).toThrow(
    `got process 1 of the machine other-machine; where that one has ended, remove ${lockPath(folder)}`,
  );
  expect(existsSync(lockPath(folder))).toBe(true);
});

test("the lock of another machine is taken over by a later run of the same task, and by no other", () => {
  const task = { name: "slurm vm 12_3", run: 1 };
  const held = JSON.stringify({ pid: 1, host: "other-machine", began: null, task });
  writeFileSync(lockPath(folder), held);
  // a second process of the same run, another task, none
  for (const other of [task, { name: "slurm vm 12_4", run: 2 }, null]) {
    expect(() => lockFolder(folder, other)).toThrow("got process 1 of the machine other-machine");
    expect(readFileSync(lockPath(folder), "utf8")).toBe(held);
  }
  const giveBack = lockFolder(folder, { ...task, run: 2 });
  expect(JSON.parse(readFileSync(lockPath(folder), "utf8"))).toMatchObject({
    host: hostname(),
    task: { ...task, run: 2 },
  });
  giveBack();
  expect(existsSync(lockPath(folder))).toBe(false);
});

test("of four processes that take over one stale lock at once, one gets it", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(lockPath(folder), JSON.stringify({ pid, host: hostname(), began: null }));
  const program = `
    import("../../dist/src/io/index.js").then(({ lockFolder }) => {
      process.stdout.write("ready\\n");
      process.stdin.once("data", () => {
        try { lockFolder(${JSON.stringify(folder)}); console.log("taken"); } catch { console.log("refused"); }
        // holds it until the others have tried
        process.stdin.once("end", () => process.exit());
      });
    });`;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ["-e", program], {
      cwd: import.meta.dirname,
      stdio: ["pipe", "pipe", "inherit"],
    }),
  );
  const said = children.map((child) => ({ child, text: "" }));
  for (const one of said) one.child.stdout.on("data", (bytes: Buffer) => void (one.text += bytes.toString()));
  const allHave = async (pattern: RegExp) => {
    while (!said.every(({ text }) => pattern.test(text))) await new Promise((done) => setTimeout(done, 5));
  };
  await allHave(/ready/);
  for (const { child } of said) child.stdin.write("go\n");
  await allHave(/taken|refused/);
  for (const { child } of said) child.stdin.end();
  await Promise.all(said.map(({ child }) => new Promise((done) => child.on("close", done))));
  expect(said.filter(({ text }) => text.includes("taken"))).toHaveLength(1);
  expect(existsSync(lockPath(folder))).toBe(false);
});
