import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeDiscs } from "../helpers/disc-images.ts";
import { heterostem } from "../helpers/heterostem.ts";

const SAMPLE = resolve(import.meta.dirname, "../../samples/tio2-wo3.tif");

let folder = "";
let table = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "heterostem-engine-"));
  table = writeDiscs(join(folder, "own"), { count: 120, seed: 2, edgePx: 32, perGroup: 2 });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** All numbers of a document, in its order. */
function numbersIn(document: unknown): number[] {
  if (typeof document === "number") return [document];
  if (document === null || typeof document !== "object") return [];
  return Object.values(document).flatMap(numbersIn);
}

/** Largest relative difference of two documents' numbers; those near zero against 1e-3. */
function largestDifference(first: string, second: string): number {
  const [a, b] = [first, second].map((text) => numbersIn(JSON.parse(text)));
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]) / Math.max(Math.abs(b[i]), 1e-3)));
}

/** JavaScript computes a fortieth of what ONNX Runtime does. */
const PATIENCE_MS = 600_000;

describe("--engine tfjs", () => {
  test(
    "trains a table to the losses of ONNX Runtime, writes a model that this reads, and says what computed",
    async () => {
      const training = (engine: string) =>
        heterostem(
          "train",
          table,
          "--epochs",
          "2",
          "--engine",
          engine,
          "--out",
          join(folder, engine),
          "--workers",
          "1",
        );
      const ours = await training("onnxruntime");
      const theirs = await training("tfjs");
      expect([ours.stderr, theirs.stderr]).toEqual(["", ""]);
      expect(theirs.progress).toContain("Engine: TensorFlow.js on cpu (@tensorflow/tfjs-backend-cpu 4.22.0)");
      const curveOf = (engine: string) =>
        `[${readFileSync(join(folder, engine, "learning-curve.jsonl"), "utf8")
          .trim()
          .split("\n")
          .join()}]`;
      // single precision, through the steps of two passes
      expect(largestDifference(curveOf("tfjs"), curveOf("onnxruntime"))).toBeLessThan(1e-4);
      const run = JSON.parse(readFileSync(join(folder, "tfjs", "run.json"), "utf8"));
      expect(run.engine).toBe("tfjs");
      const scored = await heterostem(
        "validate",
        join(folder, "tfjs", "model.onnx"),
        table,
        "--workers",
        "1",
        "--json",
      );
      expect(scored.code).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    "inverts the sample to the numbers of ONNX Runtime",
    async () => {
      const answer = (engine: string) =>
        heterostem("invert", SAMPLE, "--unchecked", "--engine", engine, "--workers", "1", "--json");
      const [ours, theirs] = [await answer("onnxruntime"), await answer("tfjs")];
      expect(theirs.stderr).toBe("");
      expect(largestDifference(theirs.stdout, ours.stdout)).toBeLessThan(1e-4);
      expect(theirs.stdout).not.toBe(ours.stdout);
    },
    PATIENCE_MS,
  );
});
