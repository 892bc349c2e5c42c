import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { heterostem } from "../helpers/heterostem.ts";

test("--engine tfjs with a device of ONNX Runtime is refused before anything is read or written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "heterostem-engine-"));
  const out = join(folder, "refused");
  for (const source of ["missing.csv", "missing.yaml"]) {
    const { code, stderr } = await heterostem(
      "train",
      source,
      "--engine",
      "tfjs",
      "--device",
      "webgpu",
      "--out",
      out,
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(
        "Cannot choose engine: --device is for ONNX Runtime; TensorFlow.js computes where its package does, got " +
          "--engine tfjs --device webgpu",
      ),
    ]);
  }
  expect(existsSync(out)).toBe(false);
  rmSync(folder, { recursive: true });
});
