import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { openSession } from "../../src/graph/index.ts";
import {
  buildRegressor,
  buildUnet,
  exportModel,
  HRTEM_UNET,
  initialWeights,
  weightsFromModel,
} from "../../src/train/index.ts";
import { toHalfPrecision } from "../../src/onnx/index.ts";
import type { Network } from "../../src/train/index.ts";

const NETWORKS: [string, Network][] = [
  ["reference regressor", buildRegressor({ inputSize: 128, outputs: 6 })],
  [
    "set regressor",
    buildRegressor({
      inputSize: 32,
      outputs: 4,
      setSize: 3,
      body: "residual",
      normalisation: { kind: "group", groups: 4 },
      head: { kind: "mixture", components: 3 },
      inputNormalisation: { mean: 0.1, standardDeviation: 0.2 },
    }),
  ],
  ["regressor with conditions", buildRegressor({ inputSize: 32, outputs: 4, conditionCount: 2 })],
  ["reference U-Net", buildUnet({ inputSize: 64 })],
  ["HRTEM U-Net", buildUnet({ inputSize: 64, ...HRTEM_UNET })],
];
const METADATA = { kind: "test", targetNames: ["a"], units: ["nm"], pixelSizeNm: 0.2, configHash: "abc" };
const exported = (network: Network) =>
  exportModel(network, initialWeights(openRandomStream(1), network), METADATA);

/** Debian's python3-onnx judges the file and prints what it says of itself. */
const CHECK = `
import sys, json, onnx
model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
axis = lambda port: port.type.tensor_type.shape.dim[0].dim_param
print(json.dumps({
  "inputs": {p.name: axis(p) for p in model.graph.input},
  "outputs": {p.name: axis(p) for p in model.graph.output},
  "domains": [d.domain for d in model.opset_import],
  "metadata": json.loads({p.key: p.value for p in model.metadata_props}["heterostem"])}))
`;
const PYTHON = "/usr/bin/python3";
const hasChecker = spawnSync(PYTHON, ["-c", "import onnx"]).status === 0;

let scratch = "";
beforeAll(() => void (scratch = mkdtempSync(join(tmpdir(), "heterostem-onnx-"))));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("exportModel()", () => {
  for (const [title, network] of NETWORKS) {
    test(`${title}: the ONNX checker accepts the file, its batch axis is free and named, metadata stand in it`, (context) => {
      context.skip(!hasChecker, "the ONNX checker is not installed: wants Debian's python3-onnx");
      const path = join(scratch, "model.onnx");
      writeFileSync(path, exported(network));
      const { conditionCount = 0 } = network;
      const isTold = conditionCount > 0;
      const { stdout, stderr, status } = spawnSync(PYTHON, ["-c", CHECK, path], { encoding: "utf8" });
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        inputs: { input: "batch", ...(isTold ? { conditions: "batch" } : {}) },
        outputs: { output: "batch", embedding: "batch" },
        domains: [""],
        metadata: { ...METADATA, inputShape: network.inputShape, ...(isTold ? { conditionCount } : {}) },
      });
    });
  }

  test("weights in half precision take half the room, come back as they were, and give the same answers", async () => {
    const network = NETWORKS[1][1];
    const full = initialWeights(openRandomStream(1), network);
    const half = toHalfPrecision(full);
    const [large, small] = [full, half].map((weights) => exportModel(network, weights, METADATA));
    expect(small.length).toBeLessThan(0.6 * large.length);
    const read = weightsFromModel(small, network, { rng: openRandomStream(2) }).weights;
    expect(Buffer.compare(Buffer.from(read.buffer), Buffer.from(half.buffer))).toBe(0);
    const data = Float32Array.from({ length: 3 * 1024 }, (_, i) => Math.sin(i));
    const asked = { input: { data, shape: [1, ...network.inputShape] } };
    const answers = await Promise.all(
      [large, small].map(async (bytes) => {
        const session = await openSession(bytes);
        const { output } = await session.run(asked);
        await session.dispose();
        return output.data;
      }),
    );
    const deviation = answers[0].map((value, i) => value - answers[1][i]);
    const size = Math.hypot(...answers[0]);
    // 2^-12 of each weight, and errors of many weights average out
    expect(Math.hypot(...deviation)).toBeLessThan(2 ** -9 * size);
    expect(Math.hypot(...deviation)).toBeGreaterThan(0);
  });

  test("one file answers batches of every size alike", async () => {
    const network = NETWORKS[1][1];
    const session = await openSession(exported(network));
    const rng = openRandomStream(3);
    const data = Float32Array.from({ length: 5 * 3 * 1024 }, () => rng.normal());
    const whole = await session.run({ input: { data, shape: [5, ...network.inputShape] } });
    const last = { data: data.subarray(4 * 3 * 1024), shape: [1, ...network.inputShape] };
    const alone = await session.run({ input: last });
    await session.dispose();
    expect(whole.output.shape).toEqual([5, ...network.outputShape]);
    const size = alone.output.data.length;
    // the same float32 sums, blocked otherwise by batch
    alone.output.data.forEach((v, i) =>
      expect(Math.abs(v - whole.output.data[4 * size + i])).toBeLessThan(1e-5),
    );
  });
});

describe("weightsFromModel()", () => {
  test("gives back the weights of a matching network, number by number", () => {
    for (const [, network] of NETWORKS) {
      const weights = initialWeights(openRandomStream(1), network);
      const read = weightsFromModel(exported(network), network, { rng: openRandomStream(2) }).weights;
      // as bytes: toEqual() takes half a minute for two million numbers
      expect(Buffer.compare(Buffer.from(read.buffer), Buffer.from(weights.buffer))).toBe(0);
    }
  });

  test("takes what fits and draws the rest: another head on the same body", () => {
    const network = buildRegressor({ inputSize: 128, outputs: 9 });
    const { weights, drawnNames } = weightsFromModel(exported(NETWORKS[0][1]), network, {
      rng: openRandomStream(2),
      allowsMissing: true,
    });
    expect(drawnNames).toEqual(["head.1.weights", "head.1.bias"]);
    const old = initialWeights(openRandomStream(1), NETWORKS[0][1]);
    const shared = 105_798 - 64 * 6 - 6;
    expect(weights.subarray(0, shared)).toEqual(old.subarray(0, shared));
  });

  test("refuses a network that does not match, naming the first parameter", () => {
    const network = buildRegressor({ inputSize: 128, outputs: 9 });
    expect(() => weightsFromModel(exported(NETWORKS[0][1]), network, { rng: openRandomStream(2) })).toThrow(
      "Cannot load weights: head.1.weights must have shape [64, 9], got [64, 6]",
    );
  });
});
