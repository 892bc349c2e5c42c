import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const SCRIPT = join(import.meta.dirname, "fixtures", "train-with-checkpoints.mjs");
const BUILT = join(import.meta.dirname, "../../dist/src/train/index.js");
let scratch = "";
beforeAll(() => void (scratch = mkdtempSync(join(tmpdir(), "heterostem-kill-"))));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the training; kills it with SIGKILL once it has printed `killAtStep`. */
function runTraining(
  folder: string,
  killAtStep = Infinity,
): Promise<{ steps: number[]; weights: string | null }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [SCRIPT, folder], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (part: string) => {
      text += part;
      if (text.includes(`step ${killAtStep}\n`)) child.kill("SIGKILL");
    });
    child.on("error", fail);
    child.on("close", () => {
      const steps = [...text.matchAll(/^step (\d+)$/gm)].map(([, step]) => Number(step));
      done({ steps, weights: /^weights (\w+)$/m.exec(text)?.[1] ?? null });
    });
  });
}

test.skipIf(!existsSync(BUILT))(
  "a training killed twice with SIGKILL and resumed ends with the weights of one that ran through, bit for bit",
  async () => {
    const whole = await runTraining(join(scratch, "whole"));
    expect(whole.steps).toHaveLength(400);
    const folder = join(scratch, "killed");
    const first = await runTraining(folder, 113);
    expect(first.weights).toBeNull();
    const second = await runTraining(folder, 260);
    // checkpoints lie at every 25th step
    expect(second.steps[0]).toBeGreaterThan(100);
    expect(second.weights).toBeNull();
    const third = await runTraining(folder);
    expect(third.steps[0]).toBeGreaterThan(250);
    expect(third.weights).toBe(whole.weights);
    expect(readdirSync(folder).sort()).toEqual(["best.checkpoint", "last.checkpoint"]);
  },
);
