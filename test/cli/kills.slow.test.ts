import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { contents } from "../corpus/small-corpus.ts";

/** The program as a user runs it; `npm run test:slow` builds it first. */
const PROGRAM = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "heterostem-kills-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RECIPE = `
name: killed
seed: 5
aggregate: { particleCount: 12, fractalPrefactor: 1.3, necking: 0.1 }
microscope: { widthPx: 64, heightPx: 64, pixelSizeNm: 3 }
`;
const WORDS = ["generate", "recipe.yaml", "--count", "1500", "--shard-size", "15", "--resume"];
const WANTED_KILLS = 10;

/** When to kill: so long after the start, or after so many further shards have appeared. */
type Kill = { readonly afterMs: number } | { readonly afterShards: number; readonly andMs: number };

const data = join(folder, "killed.partial", "data");
const visibleShards = () =>
  existsSync(data) ? readdirSync(data).filter((name) => !name.startsWith(".")).length : 0;

/** Kills a run at its moment, which does not depend on how fast the machine is. */
function armKill(child: ChildProcess, kill: Kill): void {
  const strike = (ms: number) => void setTimeout(() => child.kill("SIGKILL"), ms);
  if ("afterMs" in kill) return strike(kill.afterMs);
  const wanted = visibleShards() + kill.afterShards;
  const watch = setInterval(() => {
    if (child.exitCode !== null) clearInterval(watch);
    if (visibleShards() < wanted) return;
    clearInterval(watch);
    strike(kill.andMs);
  }, 3);
}

function generate(out: string, workers: number, kill: Kill | null): Promise<string | number | null> {
  return new Promise((done, fail) => {
    const words = [...WORDS, "--workers", String(workers), "--out", out];
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: folder, stdio: "ignore" });
    if (kill !== null) armKill(child, kill);
    child.on("error", fail);
    child.on("close", (code, signal) => done(signal ?? code));
  });
}

test.skipIf(!existsSync(PROGRAM))(
  `a corpus that was killed ${WANTED_KILLS} times at random, with one worker or two, has the bytes of one that ran through`,
  async () => {
    writeFileSync(join(folder, "recipe.yaml"), RECIPE);
    expect(await generate("whole", 2, null)).toBe(0);
    const rng = openRandomStream("kills");
    let kills = 0;
    let [shards, productiveKills, losses] = [0, 0, 0];
    for (let run = 0; ; run++) {
      // three of four kills meet the work, anywhere within a shard; the fourth the start and its first files
      const kill: Kill =
        run % 4 === 0
          ? { afterMs: 1000 * rng.uniform() }
          : { afterShards: 1 + rng.integerBelow(2), andMs: 60 * rng.uniform() };
      const end = await generate("killed", 1 + (run % 2), kills < WANTED_KILLS ? kill : null);
      expect(["SIGKILL", 0]).toContain(end);
      if (end === "SIGKILL") {
        kills++;
        if (visibleShards() > shards) productiveKills++;
        if (visibleShards() < shards) losses++;
        shards = visibleShards();
        continue;
      }
      expectSameFiles("killed", "whole");
      if (kills >= WANTED_KILLS) break;
      // the run outran its kill: another corpus takes the kills that are left
      rmSync(join(folder, "killed"), { recursive: true });
      shards = 0;
    }
    expect(losses, "shards that were finished and then lost").toBe(0);
    // the kills met work, not only starts
    expect(productiveKills).toBeGreaterThan(WANTED_KILLS / 2);
    expect(readdirSync(folder).sort()).toEqual(["killed", "recipe.yaml", "whole"]);
  },
);

/** Compares file by file: a difference must not print megabytes. */
function expectSameFiles(one: string, other: string): void {
  const [found, wanted] = [contents(join(folder, one)), contents(join(folder, other))];
  expect(Object.keys(found)).toEqual(Object.keys(wanted));
  for (const [path, bytes] of Object.entries(wanted)) expect(found[path] === bytes, path).toBe(true);
}
