import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { heterostem } from "../helpers/heterostem.ts";

/** The program as a user runs it; `npm test` builds it first. That --resume goes on is the matter of train-resume.slow.test.ts. */
const PROGRAM = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
const RECIPE = `
name: small
seed: 7
microscope: { widthPx: 32, heightPx: 32, pixelSizeNm: 6 }
aggregate: { particleCount: { logUniform: [20, 40] } }
training: { epochs: 100, widths: [8, 16] }
corpus: { trainCount: 64, validationCount: 20, testCount: 20 }
`;

const folder = mkdtempSync(join(tmpdir(), "heterostem-stop-"));
beforeAll(() => writeFileSync(join(folder, "small.yaml"), RECIPE));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  /** Exit code, or the signal that ended the program, which a shell shows as 128 and its number. */
  readonly code: number | NodeJS.Signals | null;
  readonly stderr: string;
}

/** Runs the program, and presses Ctrl-C once a file is there. */
const stoppedOnce = (file: string, ...words: string[]) => signalledOnce(file, "SIGINT", words);

/** Runs the program, and sends it a signal once a file is there. */
function signalledOnce(
  file: string,
  signal: NodeJS.Signals,
  words: readonly string[],
  times = 1,
): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: folder });
  let stderr = "";
  child.stderr.on("data", (bytes: Buffer) => void (stderr += bytes.toString()));
  const watch = setInterval(() => {
    if (!existsSync(join(folder, file))) return;
    clearInterval(watch);
    for (let sent = 0; sent < times; sent++) child.kill(signal);
  }, 20);
  return new Promise((done) => {
    child.on("close", (code, endedBy) => {
      clearInterval(watch);
      done({ code: code ?? endedBy, stderr });
    });
  });
}

test("Ctrl-C in a training with a checkpoint says how to go on", async () => {
  const words = ["train", "small.yaml", "--checkpoint-every", "1", "--workers", "2", "--out", "model"];
  const { code, stderr } = await stoppedOnce("model.checkpoints/last.checkpoint", ...words);
  expect(stderr).toContain(
    "heterostem: stopped; the same call with --resume goes on from the last checkpoint\n",
  );
  expect(code).toBe("SIGINT");
  expect(existsSync(join(folder, "model"))).toBe(false);
});

test("Ctrl-C while a training grows its samples says that nothing was kept, and leaves nothing", async () => {
  const words = ["train", "small.yaml", "--workers", "1", "--out", "begun/run"];
  const { code, stderr } = await stoppedOnce("begun/run.partial", ...words);
  expect(stderr).toContain(
    "heterostem: stopped; nothing was kept, for there was no checkpoint yet; the same call begins anew, with --resume or without\n",
  );
  expect([code, existsSync(join(folder, "begun"))]).toEqual(["SIGINT", false]);
});

test("Ctrl-C between the images and the first checkpoint keeps the images, and --resume goes on with them", async () => {
  const recipe = RECIPE.replace("trainCount: 64", "trainCount: 400").replace("epochs: 100", "epochs: 1");
  writeFileSync(join(folder, "grown.yaml"), recipe);
  const words = ["train", join(folder, "grown.yaml"), "--workers", "1", "--out", join(folder, "grown")];
  const { code, stderr } = await stoppedOnce("grown.checkpoints/corpus/manifest.json", ...words);
  expect(stderr).toContain(
    "heterostem: stopped; the images that were grown are kept; the same call with --resume goes on with them\n",
  );
  expect([code, existsSync(join(folder, "grown"))]).toEqual(["SIGINT", false]);
  const refused = await heterostem(...words);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("wanted no interrupted training, got its samples at ");
  const again = await heterostem(...words, "--resume");
  expect(again.progress).toContain("Samples: those of the call before, in ");
  expect(again.progress).not.toContain("Growing and imaging aggregates");
  expect([again.code, existsSync(join(folder, "grown.checkpoints"))]).toEqual([0, false]);
});

test("Ctrl-C while a corpus is made says how to go on", async () => {
  const words = ["generate", "small.yaml", "--count", "2000", "--shard-size", "4", "--out", "corpus"];
  const { code, stderr } = await stoppedOnce("corpus.partial/data", ...words);
  expect(stderr).toContain(
    "heterostem: stopped; the same call with --resume goes on after the last whole file\n",
  );
  expect(code).toBe("SIGINT");
  expect(existsSync(join(folder, "corpus"))).toBe(false);
});

for (const workers of ["1", "2"]) {
  test(`SIGTERM while ${workers} workers make a corpus finishes the file at hand and ends with 75; the same call goes on`, async () => {
    const corpus = `terminated-${workers}`;
    const words = ["generate", "small.yaml", "--count", "400", "--shard-size", "40", "--resume"];
    const call = [...words, "--workers", workers, "--out", corpus];
    const journal = join(folder, `${corpus}.partial/shards.jsonl`);
    // twice, as a scheduler that signals a script and its children
    const { code, stderr } = await signalledOnce(`${corpus}.partial/shards.jsonl`, "SIGTERM", call, 2);
    const lines = readFileSync(journal, "utf8").trim().split("\n").length;
    expect(lines).toBeLessThan(10);
    expect(stderr).toContain(
      `heterostem: stopped after ${lines} of 10 files; the same call with --resume goes on after the last whole file\n`,
    );
    expect(stderr.split("finishing the file at hand")).toHaveLength(2);
    expect([code, existsSync(join(folder, corpus)), existsSync(join(folder, `${corpus}.lock`))]).toEqual([
      75,
      false,
      false,
    ]);
    const again = await signalledOnce("never", "SIGTERM", call);
    expect(again.code).toBe(0);
    expect(readdirSync(join(folder, corpus, "data"))).toHaveLength(10);
  });
}
