import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { encodeOnnx } from "../../src/onnx/index.ts";
import { input, lowerToOnnx, negate } from "../../src/graph/index.ts";
import { GPU_NOTE, MISSING_FOR_GPU, SOFTWARE_GPU } from "../helpers/software-gpu.ts";

/** Runs a model whose result stays on the device, says so, and reads it back if it is told to. */
const SCRIPT = `
  import { InferenceSession, Tensor } from "onnxruntime-node";
  const [model, reads] = process.argv.slice(1);
  const options = { executionProviders: ["webgpu"], preferredOutputLocation: "gpu-buffer", logSeverityLevel: 3 };
  const session = await InferenceSession.create(Buffer.from(model, "base64"), options);
  const { y } = await session.run({ x: new Tensor("float32", [1, 2], [2]) });
  process.stdout.write(y.location);
  if (reads === "read") process.stdout.write(" " + [...(await y.getData())].join());
  process.exit(0);
`;

function run(reads: "read" | "leave") {
  const model = encodeOnnx(lowerToOnnx({ y: negate(input("x", [2])) }, { graphName: "negative" }));
  const words = ["--input-type=module", "-e", SCRIPT, Buffer.from(model).toString("base64"), reads];
  const { stdout, status, signal } = spawnSync(process.execPath, words, {
    env: SOFTWARE_GPU,
    encoding: "utf8",
  });
  return { stdout, status, signal };
}

test.skipIf(MISSING_FOR_GPU.length > 0)(
  `ONNX Runtime leaves a result on WebGPU and cannot read it back: state travels until this test fails${GPU_NOTE}`,
  () => {
    expect(run("leave")).toEqual({ stdout: "gpu-buffer", status: 0, signal: null });
    // with 1.30 the process ends; a version that prints "gpu-buffer -1,-2" lets weights and moments stay on the device
    expect(run("read")).toEqual({ stdout: "gpu-buffer", status: null, signal: "SIGABRT" });
  },
  120_000,
);
