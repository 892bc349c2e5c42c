import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
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

test("a lock that cannot be read is refused, with the remedy: a folder, a link to nowhere", () => {
  const path = lockPath(folder);
  for (const make of [() => mkdirSync(path), () => symlinkSync("nowhere", path)]) {
    make();
    expect(() => lockFolder(folder)).toThrow(
      `Cannot write results: the folder's lock must be a file that can be read, got another thing or no permission (${path})`,
    );
    expect(readdirSync(join(folder, ".."))).toEqual([basename(path)]);
    rmSync(path, { recursive: true });
  }
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

/** The lock of a lock, as the process that replaces it makes it. */
const replacingPath = (path: string) => {
  const hash = createHash("sha256")
    .update(`${basename(path)} replacing`)
    .digest("hex");
  return join(dirname(path), `.heterostem-${hash.slice(0, 16)}`);
};

test("a name as long as the disk allows has room for its lock, and a stale one of it is taken over", () => {
  const long = join(folder, "..", "n".repeat(250));
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(lockPath(long), JSON.stringify({ pid, host: hostname(), began: null }));
  lockFolder(long)();
  expect(readdirSync(join(folder, ".."))).toEqual([]);
});

test("of four processes that take over one stale lock at the same instant, one gets it, each of 300 times", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  const stale = JSON.stringify({ pid, host: hostname(), began: null });
  // each line that it is told: a folder, and the instant at which to take it; "-" gives it back
  const program = `
    import { createInterface } from "node:readline";
    import { lockFolder } from "../../dist/src/io/index.js";
    let giveBack = () => {};
    console.log("ready");
    for await (const line of createInterface({ input: process.stdin })) {
      const [folder, instant] = line.split(" ");
      if (folder === "-") { giveBack(); giveBack = () => {}; console.log("back"); continue; }
      while (performance.timeOrigin + performance.now() < Number(instant));
      try { giveBack = lockFolder(folder); console.log("taken"); } catch (error) { console.log(error.message); }
    }`;
  const children = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      cwd: import.meta.dirname,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return { child, next: async () => (await lines.next()).value as string };
  });
  const all = async (told: string) => {
    for (const { child } of children) child.stdin.write(`${told}\n`);
    return Promise.all(children.map(({ next }) => next()));
  };
  await Promise.all(children.map(({ next }) => next()));
  for (let round = 0; round < 300; round++) {
    const own = `${folder}-${round}`;
    // a third of them of a process that was killed before it wrote, a fifth while another took over
    writeFileSync(lockPath(own), round % 3 === 2 ? "" : stale);
    if (round % 5 === 4) writeFileSync(replacingPath(lockPath(own)), stale);
    const said = await all(`${own} ${performance.timeOrigin + performance.now() + 3}`);
    expect(said.filter((text) => text === "taken")).toHaveLength(1);
    expect(said.filter((text) => text.includes("must have one writer"))).toHaveLength(3);
    await all("-");
  }
  for (const { child } of children) child.stdin.end();
  await Promise.all(children.map(({ child }) => new Promise((done) => child.on("close", done))));
  expect(readdirSync(join(folder, ".."))).toEqual([]);
}, 30_000);
