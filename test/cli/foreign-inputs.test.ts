import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { metricsFile } from "../../src/cli/metrics-file.ts";
import { readLearningCurve } from "../../src/cli/read-learning-curve.ts";
import { imageFiles } from "../../src/micrograph/index.ts";
import { heterostem } from "../helpers/heterostem.ts";

const scratch = mkdtempSync(join(tmpdir(), "heterostem-inputs-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.skipIf(!existsSync("/dev/zero"))("a device, which has no end", () => {
  test.each([
    ["generate", "Cannot read recipe: wanted a YAML file, got no such file (/dev/zero)"],
    ["describe", "Cannot read aggregate: wanted a file of spheres, got a device (/dev/zero)"],
  ])("heterostem %s refuses it", async (command, words) => {
    const { code, stderr } = await heterostem(command, "/dev/zero", "--out", join(scratch, "out"));
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});

test("a pipe among images is passed over, for it would be waited for", () => {
  const folder = mkdtempSync(join(scratch, "images-"));
  writeFileSync(join(folder, "b.png"), "");
  const { status } = spawnSync("mkfifo", [join(folder, "a.png")]);
  expect(status).toBe(0);
  expect(imageFiles(folder)).toEqual([join(folder, "b.png")]);
});

describe("files of steps that lie beside a model or a checkpoint", () => {
  const path = join(scratch, "steps.jsonl");
  test.each([
    ['{"step": 1, "trainingLoss": "<b>", "validationLoss": 2}\n', 'trainingLoss must be a number, got "<b>"'],
    ["half a li", "wanted valid JSON, got half a li"],
  ])("%j is refused in words", (text, words) => {
    writeFileSync(path, text);
    expect(() => readLearningCurve(path)).toThrow(`Cannot read learning curve: ${words} (${path})`);
  });

  test("a line of metrics that is none is told when the training goes on", () => {
    writeFileSync(path, '{"step": 1}\n{"step":\n{"step": 3}\n');
    const write = metricsFile(path, 1, () => 0);
    const progress = { step: 2, trainingLoss: 1, validationLoss: 1, learningRate: 1 } as never;
    expect(() => write(progress)).toThrow(
      `Cannot resume training: wanted valid JSON, got {"step": (${path})`,
    );
  });
});
