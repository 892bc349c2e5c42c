import { describe, expect, test } from "vitest";
import {
  constant,
  conv2d,
  input,
  lowerToOnnx,
  maxPool2d,
  negate,
  openSession,
  relu,
  sizeOf,
} from "../../src/graph/index.ts";
import { loadTfjs, TFJS_INSTALL } from "../../src/graph/tfjs/load-tfjs.ts";
import { encodeOnnx } from "../../src/onnx/index.ts";
import { evaluate } from "./evaluate.ts";
import { OPERATOR_CASES, type OperatorCase } from "./operator-cases.ts";
import { prepareCase, largestRelativeError, titleOf } from "./prepare-case.ts";

const CASES = Object.values(OPERATOR_CASES).flat() as readonly OperatorCase[];

describe("TensorFlow.js computes what the float64 reference computes", () => {
  for (const operatorCase of CASES) {
    const title = titleOf(operatorCase);
    test(`${title}`, async () => {
      const { output, feeds } = prepareCase(operatorCase, title);
      const bytes = encodeOnnx(lowerToOnnx({ y: output }, { graphName: "case" }));
      const session = await openSession(bytes, { device: "tfjs" });
      const tensors = Object.fromEntries(
        operatorCase.inputs.map((shape, index) => [`x${index}`, { data: feeds[`x${index}`], shape }]),
      );
      const { y } = await session.run(tensors);
      await session.dispose();
      const [reference] = evaluate([output], feeds);
      expect(y.shape).toEqual(output.shape);
      // float32 sums of at most 200 terms
      expect(largestRelativeError(y.data, reference)).toBeLessThan(2e-6);
    });
  }
});

describe("openSession() on TensorFlow.js", () => {
  test("frees all tensors of a run and, when it is disposed, those of the model", async () => {
    const { tf } = await loadTfjs();
    const x = input("x", [2, 3, 8, 8]);
    const filter = constant(new Float32Array(4 * 3 * 9).fill(0.1), [4, 3, 3, 3]);
    const y = maxPool2d(relu(conv2d(x, filter, null, { padding: 1 })), { size: 2, stride: 2 });
    const before = tf.memory().numTensors;
    const session = await openSession(encodeOnnx(lowerToOnnx({ y }, { graphName: "image" })), {
      device: "tfjs",
    });
    const opened = tf.memory().numTensors;
    const data = new Float32Array(sizeOf(x.shape)).fill(1);
    for (let run = 0; run < 3; run++) await session.run({ x: { data, shape: x.shape } });
    expect(tf.memory().numTensors).toBe(opened);
    expect(opened).toBeGreaterThan(before);
    await session.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("writes outputs into the caller's arrays and leaves what it was fed", async () => {
    const session = await openSession(
      encodeOnnx(lowerToOnnx({ y: negate(input("x", [2])) }, { graphName: "negative" })),
      { device: "tfjs" },
    );
    const x = { data: Float32Array.of(1, -2), shape: [2] };
    const y = { data: new Float32Array(2), shape: [2] };
    const results = await session.run({ x }, { y });
    await session.dispose();
    expect(results.y).toBe(y);
    expect([...y.data, ...x.data]).toEqual([-1, 2, 1, -2]);
  });

  test("refuses nodes that no network of ours has, by their names", async () => {
    const model = lowerToOnnx({ y: relu(input("x", [2])) }, { graphName: "foreign" });
    const nodes = model.nodes.map((node) => (node.opType === "Relu" ? { ...node, opType: "Gelu" } : node));
    await expect(openSession(encodeOnnx({ ...model, nodes }), { device: "tfjs" })).rejects.toThrow(
      "Cannot open model in TensorFlow.js: operators must be those of heterostem's networks, got Gelu; " +
        "use --engine onnxruntime",
    );
  });
});

describe("loadTfjs()", () => {
  test("takes plain JavaScript where there is nothing faster, and says so", async () => {
    expect((await loadTfjs()).device).toBe("cpu (@tensorflow/tfjs-backend-cpu 4.22.0)");
  });

  test("takes tfjs-node-gpu before all others", async () => {
    const { tf } = await loadTfjs();
    const asked: string[] = [];
    const load = (name: string) => {
      asked.push(name);
      return tf;
    };
    const found = await loadTfjs({ resolve: (name) => name, load });
    expect(asked).toEqual(["@tensorflow/tfjs-node-gpu"]);
    expect(found.device).toBe("cpu (@tensorflow/tfjs-node-gpu 4.22.0)");
  });

  test("says how to install it where no package of it is there", async () => {
    const resolve = (name: string) => {
      throw new Error(`Cannot find module '${name}'`);
    };
    const failure = await loadTfjs({ resolve, load: resolve }).catch(String);
    expect(failure).toContain(
      "Cannot load TensorFlow.js: wanted one of @tensorflow/tfjs-node-gpu, tfjs-node, tfjs, or tfjs-core with " +
        "tfjs-backend-cpu, got none",
    );
    expect(failure).toContain(TFJS_INSTALL);
    expect(failure).toContain("or use --engine onnxruntime");
  });

  test("does not go on to a slower package where one is installed and broken", async () => {
    const load = () => {
      throw new Error("The Node.js native addon module (tfjs_binding.node) can not be found at path");
    };
    await expect(loadTfjs({ resolve: (name) => name, load })).rejects.toThrow(
      "Cannot load TensorFlow.js: wanted @tensorflow/tfjs-node-gpu, which is installed, got The Node.js native addon module",
    );
  });
});
