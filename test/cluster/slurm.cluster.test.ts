import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contents } from "../corpus/small-corpus.ts";
import {
  filesOfPart,
  heterostemProgram,
  kill,
  parentOf,
  partProcess,
  SMALL_JOB,
  until,
} from "../helpers/cluster-job.ts";
import { startSlurm, type SlurmCluster } from "../helpers/slurm-cluster.ts";

const folder = mkdtempSync(join(tmpdir(), "heterostem-slurm-"));
/** What a shell takes for something else. */
const home = join(folder, `it's a "$HOME" & {folder}`);
const at = (name: string) => join(home, name);

let slurm: SlurmCluster;
beforeAll(async () => {
  mkdirSync(home);
  mkdirSync(join(folder, "slurm"));
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
  slurm = await startSlurm(join(folder, "slurm"));
});
afterAll(async () => {
  await slurm?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the job files for a corpus in 8 parts. */
const writeJob = (name: string, ...words: string[]) =>
  heterostemProgram(
    "generate",
    at("recipe.yaml"),
    ...SMALL_JOB.size,
    "--job",
    "slurm",
    "--parts",
    "8",
    "--out",
    at(name),
    ...words,
  );

/** Submits a job and gives the number of its array. */
async function submit(name: string, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await slurm.run("bash", join(at(`${name}.job`), "submit.sh"), ...words);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return /^array: job (\d+);/.exec(stdout)?.[1] ?? "";
}

const queueIsEmpty = async () => (await slurm.run("squeue", "-h")).stdout.trim() === "";

describe("generate --job slurm", () => {
  test("an array of 8 parts of which two are stopped and requeued gives, joined, the bytes of one run", async () => {
    expect((await writeJob("corpus")).code).toBe(0);
    const array = await submit("corpus");
    // one dies in the middle of a file, and is requeued
    await until("part 2 has a file", () => filesOfPart(at("corpus.parts"), 2) > 0);
    const killed = partProcess(at("corpus.parts"), 2);
    expect((await slurm.run("scontrol", "requeue", `${array}_2`)).code).toBe(0);
    kill(killed, "SIGKILL");
    // another is told that its time is over: it finishes its file, and its script requeues it
    await until("part 5 has a file", () => filesOfPart(at("corpus.parts"), 5) > 0);
    kill(parentOf(partProcess(at("corpus.parts"), 5)), "SIGTERM");
    await until("all jobs have ended", queueIsEmpty, 200);
    const log = readFileSync(join(at("corpus.job"), "logs", `${array}_5.log`), "utf8");
    expect(log).toMatch(/stopped after \d of 5 files; the same call with --resume goes on/);
    expect(contents(at("corpus"))).toEqual(contents(at("one run")));
    const endings = readFileSync(join(folder, "slurm/finished"), "utf8").split("\n");
    const requeued = (task: number) =>
      endings.filter((line) => line.includes(`ArrayTaskId=${task} `) && line.includes("JobState=PENDING"));
    expect([2, 5].map((task) => requeued(task).length)).toEqual([1, 1]);
  });

  test("an array that is cancelled stays so, and another one goes on with what it has made", async () => {
    expect((await writeJob("cancelled")).code).toBe(0);
    const array = await submit("cancelled");
    await until("part 1 has a file", () => filesOfPart(at("cancelled.parts"), 1) > 0);
    await slurm.run("scancel", array);
    await until("all jobs have ended", queueIsEmpty);
    expect(existsSync(at("cancelled"))).toBe(false);
    // the two parts that ran are kept, whether begun or done
    const made = readdirSync(at("cancelled.parts"));
    expect(made).toHaveLength(2);
    await submit("cancelled");
    await until("all jobs have ended", queueIsEmpty, 200);
    expect(contents(at("cancelled"))).toEqual(contents(at("one run")));
  });

  test("tasks of an array of another size are refused, the others are made, and merge names what is missing", async () => {
    expect((await writeJob("other size")).code).toBe(0);
    const array = await submit("other size", "--array=0,3,9");
    await until("all jobs have ended", queueIsEmpty);
    const log = (task: number) =>
      readFileSync(join(at("other size.job"), "logs", `${array}_${task}.log`), "utf8");
    for (const task of [0, 9]) {
      expect(log(task)).toBe(
        `heterostem: Cannot generate corpus: SLURM_ARRAY_TASK_ID must be from 1 to 8 for 8 parts, got ${task}; submit with sbatch --array=1-8\n`,
      );
    }
    expect(readdirSync(at("other size.parts"))).toEqual(["3-of-8"]);
    const merge = await slurm.run(
      "sbatch",
      "--wait",
      `--chdir=${at("other size.job")}`,
      join(at("other size.job"), "merge.sbatch"),
    );
    expect(merge.code).toBe(1);
    expect(readFileSync(join(at("other size.job"), "logs/merge.log"), "utf8")).toContain(
      "Cannot merge corpora: wanted each of the parts 1 to 8 once, got none for 1 to 2, 4 to 8",
    );
    // a part of another recipe
    await heterostemProgram(
      "generate",
      at("recipe.yaml"),
      ...SMALL_JOB.size,
      "--seed",
      "8",
      "--shard",
      "1/8",
      "--out",
      join(at("other size.parts"), "1-of-8"),
    );
    const again = await submit("other size", "--array=1");
    await until("all jobs have ended", queueIsEmpty);
    expect(readFileSync(join(at("other size.job"), "logs", `${again}_1.log`), "utf8")).toContain(
      "Cannot resume corpus: recipe.seed must be 8 as when it was begun, got 7",
    );
  });

  test("without munge nothing is submitted, and a word says so", async () => {
    expect((await writeJob("unsigned")).code).toBe(0);
    await slurm.stopMunge();
    try {
      const { code, stderr } = await slurm.run("bash", join(at("unsigned.job"), "submit.sh"));
      expect(code).toBe(1);
      expect(stderr).toMatch(/munge/i);
      expect(stderr).toContain(
        "heterostem: Slurm did not take the array, for the reason above; nothing was submitted\n",
      );
    } finally {
      await slurm.startMunge();
    }
    expect(await queueIsEmpty()).toBe(true);
    expect(existsSync(at("unsigned.parts"))).toBe(false);
  });
});
