import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { encodeOnnx } from "../../src/onnx/index.ts";
import { evaluate } from "./evaluate.ts";
import { input, lowerToOnnx, openSession, sizeOf } from "../../src/graph/index.ts";
import { applyOperator } from "../../src/graph/value.ts";

/** Each way of lowering is taken by its own sizes of plane, channels and stride. */
const CASES = [
  { way: "over the batch", image: [3, 9, 16, 16], gradient: [3, 5, 16, 16], dilation: 1, padding: 1 },
  { way: "by offsets", image: [2, 8, 20, 18], gradient: [2, 3, 20, 18], dilation: 1, padding: 1 },
  { way: "by offsets, dilated", image: [2, 8, 20, 18], gradient: [2, 3, 20, 18], dilation: 2, padding: 2 },
  { way: "by offsets, no padding", image: [2, 8, 22, 20], gradient: [2, 3, 20, 18], dilation: 1, padding: 0 },
  {
    way: "by rows and columns",
    image: [1, 8, 130, 127],
    gradient: [1, 2, 130, 127],
    dilation: 1,
    padding: 1,
  },
  { way: "by taps", image: [2, 3, 20, 18], gradient: [2, 4, 20, 18], dilation: 1, padding: 1 },
];

describe("the filter gradient in ONNX Runtime is the sum over its definition", () => {
  for (const { way, image, gradient, dilation, padding } of CASES) {
    test(`${way}`, async () => {
      const rng = openRandomStream(4, way);
      const operator = {
        kind: "conv2dFilterGradient",
        filterSize: 3,
        stride: 1,
        groups: 1,
        dilation,
        padding,
      } as const;
      const output = applyOperator(operator, [input("x", image), input("g", gradient)]);
      const draw = (shape: readonly number[]) =>
        Float32Array.from({ length: sizeOf(shape) }, () => rng.normal());
      const feeds = { x: draw(image), g: draw(gradient) };
      const session = await openSession(encodeOnnx(lowerToOnnx({ y: output }, { graphName: way })));
      const { y } = await session.run({
        x: { data: feeds.x, shape: image },
        g: { data: feeds.g, shape: gradient },
      });
      await session.dispose();
      const [reference] = evaluate([output], feeds);
      // float32 sums of up to 16,510 products of order 1: rounding grows like the root of the count
      const tolerance = 1e-6 * Math.sqrt(sizeOf(gradient));
      reference.forEach((value, i) => expect(Math.abs(y.data[i] - value)).toBeLessThan(tolerance * 10));
    });
  }
});
