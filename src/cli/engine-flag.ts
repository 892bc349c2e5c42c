import { usageError } from "../core/index.ts";
import { chooseDevice, tfjsDevice, type Device } from "../graph/index.ts";
import type { FlagSpec } from "./command.ts";
import type { ProgressSink } from "./progress.ts";

const ENGINES = ["onnxruntime", "tfjs"] as const;

/** What computes a network. */
export type EngineChoice = (typeof ENGINES)[number];

export const ENGINE_FLAG = {
  value: "NAME",
  help: "what computes the network",
  choices: ENGINES,
  default: "onnxruntime",
} satisfies FlagSpec;

const DEVICES = ["auto", "cpu", "webgpu", "cuda"] as const;

/** A device of ONNX Runtime that a user may ask for. */
export type DeviceChoice = (typeof DEVICES)[number];

export const DEVICE_FLAG = {
  value: "NAME",
  help: "processor of ONNX Runtime; auto takes the fastest that works",
  choices: DEVICES,
  default: "cpu",
} satisfies FlagSpec;

/** What a run's record says of its engine: nothing of the one that everybody has. */
export function engineSettings(engine: EngineChoice): { readonly engine?: EngineChoice } {
  return engine === "onnxruntime" ? {} : { engine };
}

/** What a call says of engine and device. */
interface EngineFlags {
  readonly engine: EngineChoice;
  /** The processor by default. */
  readonly device?: DeviceChoice;
}

/**
 * Checks what a call says of engine and device, before any work.
 *
 * @throws UsageError where a device of ONNX Runtime is asked of TensorFlow.js
 */
export function checkEngine({ engine, device }: EngineFlags): void {
  if (engine === "onnxruntime" || (device !== "webgpu" && device !== "cuda")) return;
  const wanted = "--device is for ONNX Runtime; TensorFlow.js computes where its package does";
  throw usageError({ action: "choose engine" }, wanted, `--engine tfjs --device ${device}`);
}

/**
 * Finds what computes a network: tries it, and tells where TensorFlow.js does.
 *
 * @param choice engine, and device of ONNX Runtime; TensorFlow.js computes where its package does
 * @param progress where to tell
 * @returns a device that opened a model
 * @throws UsageError where a device of ONNX Runtime is asked of TensorFlow.js
 * @throws Error where what is asked for does not work, with what to do about it
 */
export async function chooseEngine(
  { engine, device = "cpu" }: EngineFlags,
  progress: ProgressSink,
): Promise<Device> {
  if (engine === "onnxruntime") {
    // every installation has it
    if (device === "cpu") return device;
    return chooseDevice(device, { vulkanDriver: process.env["VK_DRIVER_FILES"] });
  }
  checkEngine({ engine, device });
  const found = await tfjsDevice();
  progress.write(`Engine: TensorFlow.js on ${found}\n`);
  return chooseDevice("tfjs");
}
