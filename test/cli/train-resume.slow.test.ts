import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const PROGRAM = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
const RECIPE = `
name: small
seed: 7
microscope: { widthPx: 32, heightPx: 32, pixelSizeNm: 6 }
aggregate: { particleCount: { logUniform: [20, 40] } }
training: { epochs: 60, widths: [8, 16] }
corpus: { trainCount: 36, validationCount: 20, testCount: 20 }
errorAnalysis: { imageCount: 2, realisationCount: 2 }
`;

let folder = "";
const heterostem = (...words: string[]) => {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stderr };
};

/** Starts the program and kills it with SIGKILL once a file is there. */
function killedOnce(path: string, ...words: string[]): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: folder, stdio: "ignore" });
  const watch = setInterval(() => void (existsSync(path) && child.kill("SIGKILL")), 20);
  return new Promise((done) => {
    child.on("close", (_, signal) => {
      clearInterval(watch);
      done(signal);
    });
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "heterostem-resume-"));
  if (!existsSync(PROGRAM)) return;
  writeFileSync(join(folder, "small.yaml"), RECIPE);
  const { status, stderr } = heterostem("generate", "small.yaml", "--count", "40", "--out", "corpus");
  if (status !== 0) throw new Error(`Cannot prepare corpus: ${stderr}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(!existsSync(PROGRAM))(
  "heterostem train, killed and resumed, writes the model of an uninterrupted run",
  async () => {
    expect(heterostem("train", "corpus", "--out", "whole")).toMatchObject({ status: 0 });
    const words = ["train", "corpus", "--checkpoint-every", "10", "--out", "killed"];
    const checkpoint = join(folder, "killed.checkpoints", "last.checkpoint");
    expect(await killedOnce(checkpoint, ...words)).toBe("SIGKILL");
    expect(existsSync(join(folder, "killed"))).toBe(false);
    const refused = heterostem(...words);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("go on with --resume or start anew with --force");
    expect(heterostem(...words, "--resume")).toMatchObject({ status: 0 });
    const read = (run: string, file: string) => readFileSync(join(folder, run, file));
    expect(read("killed", "model.onnx").equals(read("whole", "model.onnx"))).toBe(true);
    // 36 training images in steps of 8, 60 passes: a line at every pass and at every 50th step, none twice
    const steps = read("killed", "metrics.jsonl").toString().trim().split("\n");
    const numbers = steps.map((line) => (JSON.parse(line) as { step: number }).step);
    expect(numbers.at(-1)).toBe(240);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(existsSync(join(folder, "killed.checkpoints"))).toBe(false);
  },
);

test.skipIf(!existsSync(PROGRAM))(
  "heterostem study, killed and resumed, finds the same; that of another prior is refused",
  { timeout: 120_000 },
  async () => {
    expect(heterostem("study", "small.yaml", "--out", "study")).toMatchObject({ status: 0 });
    const words = ["--checkpoint-every", "10", "--out", "killed-study"];
    const checkpoint = join(folder, "killed-study.checkpoints", "last.checkpoint");
    expect(await killedOnce(checkpoint, "study", "small.yaml", ...words)).toBe("SIGKILL");
    const read = (run: string) => readFileSync(join(folder, run, "model.onnx"));
    writeFileSync(join(folder, "other.yaml"), RECIPE.replace("[20, 40]", "[20, 44]"));
    const refused = heterostem("study", "other.yaml", ...words, "--resume");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("Cannot resume corpus: recipe.aggregate.particleCount.logUniform");
    const resumed = heterostem("study", "small.yaml", ...words, "--resume");
    expect(resumed.status).toBe(0);
    expect(resumed.stderr).toContain("Samples: those of the call before, in ");
    expect(resumed.stderr).not.toContain("Growing and imaging aggregates");
    expect(read("killed-study").equals(read("study"))).toBe(true);
  },
);
