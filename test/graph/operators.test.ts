import { describe, expect, test } from "vitest";
import {
  gradients,
  input,
  lowerToOnnx,
  multiply,
  openSession,
  sumOf,
  sizeOf,
} from "../../src/graph/index.ts";
import { evaluate } from "./evaluate.ts";
import { encodeOnnx } from "../../src/onnx/index.ts";
import type { Value } from "../../src/graph/index.ts";
import { OPERATOR_CASES } from "./operator-cases.ts";
import type { OperatorCase } from "./operator-cases.ts";
import { largestRelativeError, prepareCase, titleOf, type Feeds } from "./prepare-case.ts";

/** dL/dx by central differences in float64: error of order h^2 plus rounding over h. */
function centralDifferences(loss: Value, name: string, feeds: Feeds): Float64Array {
  const h = 1e-5;
  return Float64Array.from(feeds[name], (center, i) => {
    const at = (value: number) => {
      const moved = Float64Array.from(feeds[name]);
      moved[i] = value;
      return evaluate([loss], { ...feeds, [name]: moved })[0][0];
    };
    return (at(center + h) - at(center - h)) / (2 * h);
  });
}

const cases = (Object.values(OPERATOR_CASES).flat() as readonly OperatorCase[]).map((operatorCase) => ({
  operatorCase,
  title: titleOf(operatorCase),
}));

describe("gradients() agrees with central differences in float64", () => {
  for (const { operatorCase, title } of cases.filter((c) => c.operatorCase.hasNoGradient !== true)) {
    test(`${title}`, () => {
      const { output, values, feeds, rng } = prepareCase(operatorCase, title);
      const weights = input("weights", output.shape);
      feeds.weights = Float32Array.from({ length: sizeOf(output.shape) }, () => rng.normal());
      const loss = sumOf(multiply(output, weights));
      // the condition of `where` steers and has no slope
      const targets = values.filter((_, index) => operatorCase.operator.kind !== "where" || index > 0);
      const analytic = evaluate(gradients(loss, targets), feeds);
      targets.forEach((target, index) => {
        const name = target.source.kind === "input" ? target.source.name : "";
        const numeric = centralDifferences(loss, name, feeds);
        // h^2 = 1e-10 times a third derivative of order 10, and 1e-16/1e-5 of rounding
        expect(largestRelativeError(analytic[index], numeric)).toBeLessThan(1e-7);
      });
    });
  }
});

const hasTwoWays = ({ operator: { kind } }: OperatorCase) =>
  ["matmul", "logSoftmax", "conv2dFilterGradient"].includes(kind);
const lowerings = cases.flatMap((one) => [
  { ...one, isPortable: false },
  // written otherwise for WebGPU
  ...(hasTwoWays(one.operatorCase) ? [{ ...one, isPortable: true }] : []),
]);

describe("ONNX Runtime computes what the float64 reference computes", () => {
  for (const { operatorCase, title, isPortable } of lowerings) {
    test(`${title}${isPortable ? ", portably" : ""}`, async () => {
      const { output, feeds } = prepareCase(operatorCase, title);
      const model = lowerToOnnx({ y: output }, { graphName: "case", isPortable });
      // FusedMatMul is ONNX Runtime's own
      expect(
        !isPortable || model.nodes.every(({ domain, opType }) => domain === "" && opType !== "LogSoftmax"),
      ).toBe(true);
      const session = await openSession(encodeOnnx(model), { threads: 1 });
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
