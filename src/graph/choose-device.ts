import { scalar } from "./value.ts";
import { negate } from "./operations.ts";
import { encodeOnnx } from "../onnx/index.ts";
import { lowerToOnnx } from "./lower-to-onnx.ts";
import { openSession } from "./onnxruntime-session.ts";
import type { Device } from "./onnxruntime-session.ts";

/** What a user may ask for; auto takes the fastest that works. */
export type DeviceRequest = Device | "auto";

/** How devices are tried. */
export interface DeviceProbe {
  /** Opens a trivial model on a device and rejects where it cannot; ONNX Runtime by default. */
  readonly open?: (device: Device) => Promise<void>;
  /** Vulkan driver that the environment prescribes (VK_DRIVER_FILES), where it does. */
  readonly vulkanDriver?: string | undefined;
}

/** Drivers that compute on the CPU: right, and far slower than the CPU provider. */
const SOFTWARE_DRIVERS = /swiftshader|lavapipe|llvmpipe|lvp_icd/i;

/**
 * Tells a driver that computes on the CPU from one of a GPU.
 *
 * @param name of a driver, of its file, or of an adapter
 * @returns whether it is software
 * @example
 * import { isSoftwareDriver } from "../src/graph/index.ts";
 * import { expect } from "vitest";
 * expect(isSoftwareDriver("SwiftShader driver 5.0.0")).toBe(true);
 */
export const isSoftwareDriver = (name: string): boolean => SOFTWARE_DRIVERS.test(name);

/**
 * Finds the device to run on.
 *
 * auto tries CUDA, then WebGPU unless the environment prescribes a software driver, then takes the CPU. A device
 * asked for by name is tried and its failure reported.
 *
 * @param request device by name, or auto
 * @param probe how devices are tried, and the driver that the environment prescribes
 * @returns a device that opened a model
 * @throws Error when a device asked for by name does not work, with what to do about it
 * @example
 * import { chooseDevice } from "../src/graph/index.ts";
 * import { expect } from "vitest";
 * expect(await chooseDevice("cpu")).toBe("cpu");
 */
export async function chooseDevice(request: DeviceRequest, probe: DeviceProbe = {}): Promise<Device> {
  const { open = openTrivialModel } = probe;
  if (request !== "auto") {
    await open(request);
    return request;
  }
  const isSoftware = isSoftwareDriver(probe.vulkanDriver ?? "");
  for (const device of isSoftware ? (["cuda"] as const) : (["cuda", "webgpu"] as const)) {
    try {
      await open(device);
      return device;
    } catch {
      // not on this machine: the next one
    }
  }
  return "cpu";
}

async function openTrivialModel(device: Device): Promise<void> {
  const bytes = encodeOnnx(lowerToOnnx({ y: negate(scalar(1)) }, { graphName: "probe" }));
  await (await openSession(bytes, { device })).dispose();
}
