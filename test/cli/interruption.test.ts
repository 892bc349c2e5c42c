import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

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
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs the program, and presses Ctrl-C once a file is there. */
function stoppedOnce(file: string, ...words: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: folder });
  let stderr = "";
  child.stderr.on("data", (bytes: Buffer) => void (stderr += bytes.toString()));
  const watch = setInterval(() => {
    if (!existsSync(join(folder, file))) return;
    clearInterval(watch);
    child.kill("SIGINT");
  }, 20);
  return new Promise((done) => {
    child.on("close", (code) => {
      clearInterval(watch);
      done({ code, stderr });
    });
  });
}

test("Ctrl-C in a training with a checkpoint says how to go on", async () => {
  const words = ["train", "small.yaml", "--checkpoint-every", "1", "--workers", "1", "--out", "model"];
  const { code, stderr } = await stoppedOnce("model.checkpoints/last.checkpoint", ...words);
  expect(stderr).toContain(
    "heterostem: stopped; the same call with --resume goes on from the last checkpoint\n",
  );
  expect(code).toBe(130);
  expect(existsSync(join(folder, "model"))).toBe(false);
});

test("Ctrl-C while a corpus is made says how to go on", async () => {
  const words = ["generate", "small.yaml", "--count", "2000", "--shard-size", "4", "--out", "corpus"];
  const { code, stderr } = await stoppedOnce("corpus.partial/data", ...words);
  expect(stderr).toContain(
    "heterostem: stopped; the same call with --resume goes on after the last whole file\n",
  );
  expect(code).toBe(130);
  expect(existsSync(join(folder, "corpus"))).toBe(false);
});
