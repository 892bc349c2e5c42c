import { compareDevice, tfjsDevice } from "../../graph/index.ts";
import { compareWithSplat, openRenderer } from "../../stem-sim/index.ts";
import type { EngineAnswer, EngineName } from "./engine.ts";

/**
 * The process that tests one engine: a driver that crashes or hangs takes this one along and not the doctor. Started by
 * testEngine, with the engine's name as its argument; answers with one message.
 */
const engine = process.argv[2] as EngineName;

async function testedEngine(): Promise<EngineAnswer> {
  try {
    if (engine === "render-webgpu") return await compareWithSplat(await openRenderer("webgpu"));
    if (engine === "tfjs") return { device: await tfjsDevice(), ...(await compareDevice("tfjs")) };
    const device = ({ "onnx-cpu": "cpu", "onnx-webgpu": "webgpu", "onnx-cuda": "cuda" } as const)[engine];
    return { device, ...(await compareDevice(device)) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

process.send?.(await testedEngine(), () => process.exit(0));
