import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  add,
  concat,
  conv2d,
  findChannelBlock,
  gradients,
  input,
  lowerToOnnx,
  maxPool2d,
  multiply,
  openSession,
  reduceSum,
  relu,
  reshape,
  slice,
  sizeOf,
  subtract,
  upsampleNearest,
} from "../../src/graph/index.ts";
import { averagePool2d } from "../../src/graph/operations.ts";
import { encodeOnnx } from "../../src/onnx/index.ts";
import type { Shape, Value } from "../../src/graph/index.ts";

const block = await findChannelBlock();

/** The output of a graph whose inputs are drawn, and the operators that it was lowered to. */
async function run(output: Value, inputs: Readonly<Record<string, Shape>>, channelBlock: number) {
  const model = lowerToOnnx({ y: output }, { graphName: "blocks", channelBlock });
  const session = await openSession(encodeOnnx(model), { threads: 1, blocksChannels: false });
  const rng = openRandomStream(7, "channel-blocks");
  const feeds = Object.entries(inputs).map(([name, shape]) => {
    const stream = rng.fork(name);
    return [name, { data: Float32Array.from({ length: sizeOf(shape) }, () => stream.normal()), shape }];
  });
  const { y } = await session.run(Object.fromEntries(feeds));
  await session.dispose();
  return { data: y.data, domains: new Set(model.nodes.map((node) => node.domain)) };
}

const PLAIN = { stride: 1, padding: 1, dilation: 1, groups: 1 };
const image = input("x", [2, 32, 8, 8]);
const thin = input("x", [2, 3, 8, 8]);
const filter = input("f", [64, 32, 3, 3]);
const bias = input("b", [64]);
const conv = conv2d(image, filter, bias, PLAIN);
const thinFilter = input("f", [32, 3, 3, 3]);
const thinConv = conv2d(thin, thinFilter, null, PLAIN);

/** Sum of products with fixed numbers, so that each element of a gradient has a weight of its own. */
const weighted = (y: Value) => reshape(reduceSum(multiply(y, input("w", y.shape)), [0, 1, 2, 3]), []);
const gradientOf = (y: Value, x: Value) => gradients(weighted(y), [x])[0];

const CASES: Readonly<Record<string, Value>> = {
  "a convolution": conv,
  "a convolution of fewer channels than a block": thinConv,
  "a strided convolution": conv2d(image, filter, null, { ...PLAIN, stride: 2 }),
  "a dilated convolution": conv2d(image, filter, null, { ...PLAIN, dilation: 2, padding: 2 }),
  "a 1 x 1 convolution": conv2d(image, input("f", [16, 32, 1, 1]), null, { ...PLAIN, padding: 0 }),
  "an unpadded convolution": conv2d(image, filter, null, { ...PLAIN, padding: 0 }),
  "max pooling": maxPool2d(conv, { size: 2, stride: 2 }),
  "average pooling": averagePool2d(conv, { size: 2, stride: 2 }),
  upsampling: upsampleNearest(conv, 2),
  "arithmetic on images and numbers": add(relu(subtract(conv, 0.1)), multiply(conv, conv)),
  "joining and cutting channels": slice(concat([conv, relu(conv)], 1), 1, 32, 96),
  "a cut inside a block": slice(conv, 1, 3, 35),
  "an image gradient": gradientOf(conv, image),
  "a filter gradient": gradientOf(relu(conv), filter),
  "a filter gradient of few channels": gradientOf(relu(thinConv), thinFilter),
  "a bias gradient": gradientOf(relu(conv), bias),
  "the gradient of pooling and upsampling": gradientOf(
    upsampleNearest(relu(maxPool2d(conv, { size: 2, stride: 2 })), 2),
    image,
  ),
};

function inputsOf(value: Value, found: Record<string, Shape> = {}): Record<string, Shape> {
  if (value.source.kind === "input") found[value.source.name] = value.shape;
  for (const operand of value.inputs) inputsOf(operand, found);
  return found;
}

// 64 and 32 channels fill blocks of 8 and of 16; on a processor without blocks there is nothing to compare
describe.skipIf(block === 1)("channels in blocks give the numbers of plain images", () => {
  test.each(Object.entries(CASES))("%s", async (_, value) => {
    const inputs = inputsOf(value);
    const plain = await run(value, inputs, 1);
    const blocked = await run(value, inputs, block);
    expect(plain.domains).not.toContain("com.microsoft.nchwc");
    expect(blocked.domains).toContain("com.microsoft.nchwc");
    const largestOf = (values: Float32Array) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    const differences = plain.data.map((v, i) => v - blocked.data[i]);
    // sums of some hundred float32 products in another order: some 1e-6 of their size
    expect(largestOf(differences) / largestOf(plain.data)).toBeLessThan(1e-5);
  });

  test("the block is one that ONNX Runtime has", () => expect([8, 16]).toContain(block));
});

test("a GPU has no blocks", async () => expect(await findChannelBlock("webgpu")).toBe(1));
