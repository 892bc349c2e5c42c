import { describe, expect, test } from "vitest";
import { chooseDevice } from "../../src/graph/index.ts";
import type { Device } from "../../src/graph/index.ts";

describe("chooseDevice()", () => {
  const machineWith = (working: readonly Device[], vulkanDriver?: string) => ({
    open: (device: Device) =>
      working.includes(device) ? Promise.resolve() : Promise.reject(new Error("none")),
    vulkanDriver,
  });

  test("auto prefers CUDA, then WebGPU, then the CPU, and passes over software drivers", async () => {
    expect(await chooseDevice("auto", machineWith(["cpu", "webgpu", "cuda"]))).toBe("cuda");
    expect(await chooseDevice("auto", machineWith(["cpu", "webgpu"]))).toBe("webgpu");
    expect(
      await chooseDevice("auto", machineWith(["cpu", "webgpu"], "/usr/lib/vk_swiftshader_icd.json")),
    ).toBe("cpu");
    expect(await chooseDevice("auto", machineWith(["cpu"]))).toBe("cpu");
  });

  test("a device asked for by name fails aloud", async () => {
    await expect(chooseDevice("webgpu", machineWith(["cpu"]))).rejects.toThrow("none");
  });
});
