import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildParser } from "../../src/cli/build-parser.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { doctorResult } from "../../src/cli/commands/doctor.ts";
import { describeCuda, notFound } from "../../src/cli/doctor/cuda-fact.ts";
import { judgeEngine } from "../../src/cli/doctor/engine.ts";
import { instructionSets, temporaryFact } from "../../src/cli/doctor/machine-facts.ts";
import { compareDevice } from "../../src/graph/index.ts";
import { compareWithSplat, openRenderer } from "../../src/stem-sim/index.ts";
import type { HaadfRenderer } from "../../src/stem-sim/index.ts";
import { GPU_NOTE, MISSING_FOR_GPU, NO_GPU, SOFTWARE_GPU } from "../helpers/software-gpu.ts";

const PROGRAM = join(import.meta.dirname, "../../dist/src/cli/main.js");
const TEST = { title: "images on WebGPU", allowed: 1e-4, remedy: "install a driver" };

function doctor(env: NodeJS.ProcessEnv) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, "doctor", "--json"], {
    env,
    encoding: "utf8",
  });
  if (!stdout.startsWith("{")) throw new Error(`heterostem doctor printed no JSON: ${stderr}`);
  return { status, found: JSON.parse(stdout) };
}

describe("heterostem doctor", () => {
  test("finds the CPU's networks right and no adapter where there is none, and ends with 0", () => {
    const { status, found } = doctor(NO_GPU);
    expect(status).toBe(0);
    expect(found.engines.map(({ engine, verdict }: Record<string, string>) => [engine, verdict])).toEqual([
      ["onnx-cpu", "right"],
      ["render-webgpu", "absent"],
      ["onnx-webgpu", "absent"],
      ["tfjs", "right"],
    ]);
    expect(found.engines[3].device).toBe("cpu (@tensorflow/tfjs-backend-cpu 4.22.0)");
    expect(found.engines[1].reason).toBe("Cannot open renderer: wanted a WebGPU adapter, got none");
    expect(found.WebGPU).toMatchObject({ adapter: null, isSoftware: null });
    expect(found.CUDA.files).toContain("onnxruntime_binding.node");
    expect(found.memory.budgetBytes).toBeLessThan(found.memory.totalBytes);
  });

  test.skipIf(MISSING_FOR_GPU.length > 0)(`names a software adapter and finds it right${GPU_NOTE}`, () => {
    const { status, found } = doctor(SOFTWARE_GPU);
    expect(status).toBe(0);
    expect(found.WebGPU.adapter).toContain("SwiftShader");
    expect(found.WebGPU.isSoftware).toBe(true);
    expect(found.engines.map(({ verdict }: Record<string, string>) => verdict)).toEqual([
      "right",
      "right",
      "right",
      "right",
    ]);
    // single precision on both sides
    expect(found.engines[1].worstRelativeDeviation).toBeLessThan(1e-4);
    expect(found.engines[1].worstRelativeDeviation).toBeGreaterThan(0);
    expect(found.engines[2].worstRelativeDeviation).toBeLessThan(1e-5);
  });

  test("tells wrong numbers with the device and by how much, and fails", () => {
    const answer = { device: "webgpu (Broken)", worstRelativeDeviation: 0.02 };
    const engines = [judgeEngine("render-webgpu", TEST, answer, 1)];
    const { text, failure } = doctorResult({ facts: [temporaryFact(tmpdir())], engines }, "1");
    expect(text).toContain("WRONG NUMBERS");
    expect(failure).toBe(
      "Cannot trust this machine: engines must agree with the CPU, got images on WebGPU (webgpu (Broken)) off by " +
        "2.0e-2 where 0.0001 is allowed",
    );
  });

  test("an engine that does not run is no failure, and its remedy is told", () => {
    const engines = [judgeEngine("render-webgpu", TEST, { reason: "it ended with SIGSEGV; advice" }, 1)];
    const { text, failure } = doctorResult({ facts: [temporaryFact(tmpdir())], engines }, "1");
    expect(failure).toBeUndefined();
    expect(text).toContain("images on WebGPU: it ended with SIGSEGV\n");
    expect(text).toContain("images on WebGPU: install a driver");
  });
});

test("a failure in a command's result is told after the result", async () => {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const command = defineCommand({
    name: "look",
    summary: "",
    arguments: {},
    flags: {},
    example: "look",
    run: () => Promise.resolve({ text: "found", json: {}, failure: "it is wrong" }),
  });
  const progress = { isTerminal: false, write: print, now: () => 0 };
  const parser = buildParser(
    [command],
    { printResult: print, printError: print, progress },
    {
      packageFolder: "",
      version: "1",
    },
  );
  await expect(parser.parseAsync(["look"], { from: "user" })).rejects.toThrow("it is wrong");
  expect(printed).toEqual(["found\n"]);
});

describe("the self-tests", () => {
  test("compareDevice(): the CPU provider agrees with plain double precision", async () => {
    // single-precision sums of 27 and 576 terms
    expect((await compareDevice("cpu")).worstRelativeDeviation).toBeLessThan(1e-5);
  });

  test("compareWithSplat() finds one pixel that is off, and one that is no number", async () => {
    const splat = await openRenderer("cpu");
    expect((await compareWithSplat(splat)).worstRelativeDeviation).toBe(0);
    const spoiled = (value: (share: number) => number): HaadfRenderer => ({
      ...splat,
      render: async (jobs) =>
        (await splat.render(jobs)).map((image) => ({
          ...image,
          data: image.data.map((share, pixel) => (pixel === 100 ? value(share) : share)),
        })),
    });
    const deviation = async (renderer: HaadfRenderer) =>
      (await compareWithSplat(renderer)).worstRelativeDeviation;
    expect(await deviation(spoiled((share) => 1.01 * share))).toBeCloseTo(0.01, 6);
    expect(await deviation(spoiled(() => NaN))).toBe(Infinity);
  });
});

describe("what the doctor knows of a machine", () => {
  test("instruction sets come from the words of Linux", () => {
    expect(instructionSets("model name\t: X\nflags\t\t: fpu sse avx avx2 fma avx512f\n")).toEqual([
      "avx512f",
      "avx2",
      "fma",
    ]);
    expect(instructionSets("Features\t: fp asimd sve\n")).toEqual(["asimd", "sve"]);
    expect(instructionSets("")).toEqual([]);
  });

  test("a temporary folder that is not there is told with the remedy", () => {
    const fact = temporaryFact(join(mkdtempSync(join(tmpdir(), "heterostem-")), "none"));
    expect(fact.text).toContain("not to be written to (ENOENT)");
    expect(fact.remedy).toContain("TMPDIR");
  });

  test("CUDA: what the provider lacks is named from ldd's own words", () => {
    const text =
      "\tlibcudnn.so.9 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibcublas.so.13 => not found\n";
    expect(notFound(text)).toEqual(["libcudnn.so.9", "libcublas.so.13"]);
    const files = { version: "1.30.0", folder: "bin", names: ["p.so"], cudaProvider: "bin/p.so" };
    const fact = describeCuda(files, { hasDriver: true, missing: notFound(text) });
    expect(fact.text).toBe(
      "an NVIDIA driver; onnxruntime-node 1.30.0 has p.so; the provider lacks libcudnn.so.9, libcublas.so.13",
    );
    expect(fact.remedy).toBe(
      "install the packages of CUDA and cuDNN that hold libcudnn.so.9, libcublas.so.13",
    );
  });

  test("CUDA: a card without provider gets the way to install it, a machine without a card no advice", () => {
    const files = { version: "1.30.0", folder: "bin", names: [], cudaProvider: null };
    expect(describeCuda(files, { hasDriver: true, missing: [] }).remedy).toContain("script/install.js");
    expect(describeCuda(files, { hasDriver: false, missing: [] }).remedy).toBeNull();
  });
});
