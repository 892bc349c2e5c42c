import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contents } from "../corpus/small-corpus.ts";
import {
  ended,
  filesOfPart,
  heterostemProgram,
  kill,
  partProcess,
  SMALL_JOB,
  until,
} from "../helpers/cluster-job.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-engines-"));
/** What a shell, Python and Snakemake take for something else. */
const home = join(folder, `it's a "$HOME" & {folder} %d \\n`);
const at = (name: string) => join(home, name);

beforeAll(async () => {
  mkdirSync(home);
  writeFileSync(at("recipe.yaml"), SMALL_JOB.recipe);
  await heterostemProgram(
    "generate",
    at("recipe.yaml"),
    ...SMALL_JOB.size,
    "--workers",
    "1",
    "--out",
    at("one run"),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const writeJob = (engine: string) =>
  heterostemProgram(
    "generate",
    at("recipe.yaml"),
    ...SMALL_JOB.size,
    "--job",
    engine,
    "--parts",
    "8",
    "--out",
    at(engine),
  );

/** Starts a job, kills two of its parts once each has a file, and waits for its end. */
async function runWithTwoKilled(
  engine: string,
  ...flags: string[]
): Promise<{ code: number | null; printed: string }> {
  const child = spawn("bash", [join(at(`${engine}.job`), "run.sh"), ...flags], { cwd: folder });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => void (printed += bytes.toString()));
  const end = new Promise<number | null>((done) => child.on("close", done));
  const killed = new Set<number>();
  const parts = at(`${engine}.parts`);
  const isOver = () => {
    for (let index = 1; index <= 8 && killed.size < 2; index++) {
      const [pid, files] = [partProcess(parts, index), filesOfPart(parts, index)];
      // in the middle: with a file to go on from, and files left to make
      if (pid === null || killed.has(index) || files < 1 || files > 3) continue;
      kill(pid, "SIGKILL");
      killed.add(index);
    }
    return killed.size === 2 || child.exitCode !== null;
  };
  await until("two parts are killed", isOver, 250);
  return { code: await end, printed };
}

/** How often parts were started again: Snakemake says so; it removes the log of a task that failed, where GNU parallel's tasks go on with theirs. */
function restartsOf(engine: string, printed: string): number {
  if (engine === "snakemake") return printed.split("Trying to restart job").length - 1;
  const logs = readdirSync(at(`${engine}.job/logs`)).map((name) =>
    readFileSync(at(`${engine}.job/logs/${name}`), "utf8"),
  );
  const starts = logs.map((log) => log.split("Growing and imaging aggregates ...").length - 1);
  return starts.reduce((sum, count) => sum + count - 1, 0);
}

describe.each([
  ["parallel", ["--jobs", "2"]],
  ["snakemake", ["--cores", "2"]],
] as const)("generate --job %s", (engine, flags) => {
  test("8 parts of which two are killed give, joined, the bytes of one run; called again, nothing is left to do", async () => {
    expect((await writeJob(engine)).code).toBe(0);
    const { code, printed } = await runWithTwoKilled(engine, ...flags);
    expect([code, code === 0 ? "" : printed]).toEqual([0, ""]);
    expect(contents(at(engine))).toEqual(contents(at("one run")));
    expect(restartsOf(engine, printed)).toBe(2);
    const again = await ended("bash", [join(at(`${engine}.job`), "run.sh"), ...flags]);
    expect(again.code).toBe(0);
    expect(contents(at(engine))).toEqual(contents(at("one run")));
  });
});
