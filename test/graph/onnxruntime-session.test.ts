import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeOnnx } from "../../src/onnx/index.ts";
import { input, lowerToOnnx, negate, openSession } from "../../src/graph/index.ts";

const LIBRARY = join(
  import.meta.dirname,
  "../../node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so",
);

describe("openSession()", () => {
  const bytes = encodeOnnx(lowerToOnnx({ y: negate(input("x", [2])) }, { graphName: "negation" }));

  test.skipIf(existsSync(LIBRARY))("says how to install the CUDA provider where it is missing", async () => {
    await expect(openSession(bytes, { device: "cuda" })).rejects.toThrow(
      /^Cannot open ONNX session: wanted a model that runs on cuda, got no CUDA provider library; install the provider with `node node_modules\/onnxruntime-node\/script\/install\.js --onnxruntime-node-install=cuda12` \(built for CUDA 13 and cuDNN 9/,
    );
  });

  test("refuses a truncated model with the runtime's reason", async () => {
    await expect(openSession(bytes.subarray(0, 40))).rejects.toThrow(
      "Cannot open ONNX session: wanted a model that runs on cpu, got",
    );
  });
});
