import { BLOCKED_DOMAIN } from "./channel-blocks.ts";
import { encodeOnnx } from "../onnx/index.ts";
import { openSession } from "./onnxruntime-session.ts";
import type { Device } from "./onnxruntime-session.ts";

/** More than any block has. */
const CHANNELS = 64;

let found: Promise<number> | null = null;

/**
 * Finds how many channels ONNX Runtime's blocked operators take together on this processor: 16 with AVX-512, 8 with
 * AVX2, by running one of them on two pixels.
 *
 * @param device where a model will run; only the processor has blocks
 * @returns the count; 1 where the runtime has no such operators
 */
export async function findChannelBlock(device: Device = "cpu"): Promise<number> {
  if (device !== "cpu") return 1;
  // one question for a process: its processor stays the same
  found ??= probe().catch(() => 1);
  return found;
}

async function probe(): Promise<number> {
  const shape = [1, CHANNELS, 1, 2];
  const reorder = {
    opType: "ReorderInput",
    inputs: ["x"],
    outputs: ["y"],
    attributes: {},
    domain: BLOCKED_DOMAIN,
  };
  const session = await openSession(
    encodeOnnx({
      graphName: "channel block",
      nodes: [reorder],
      initializers: [],
      inputs: [{ name: "x", shape }],
      outputs: [{ name: "y", shape }],
      metadata: {},
    }),
    { threads: 1 },
  );
  const ordinals = Float32Array.from({ length: 2 * CHANNELS }, (_, index) => index);
  const { y } = await session.run({ x: { data: ordinals, shape } });
  await session.dispose();
  // the block's channels of the first pixel come first, then the second pixel of channel 0, which is number 1
  return y.data.indexOf(1);
}
