import { existsSync } from "node:fs";
import { join } from "node:path";

const CHROMIUM = "/usr/lib/chromium";
const DRIVER = join(CHROMIUM, "vk_swiftshader_icd.json");

/** Environment of a process that has SwiftShader for a GPU: the Vulkan loader reads it when the process starts. */
export const SOFTWARE_GPU = { ...process.env, LD_LIBRARY_PATH: CHROMIUM, VK_DRIVER_FILES: DRIVER };

/** Environment of a process that finds no GPU, whatever the machine has. */
export const NO_GPU = { ...process.env, VK_DRIVER_FILES: "/nowhere.json" };

/** What a test on the software GPU lacks here, built program included; empty where it can run. */
export const MISSING_FOR_GPU = [DRIVER, join(import.meta.dirname, "../../dist/src/cli/main.js")].filter(
  (path) => !existsSync(path),
);

/** For the title of such a test. */
export const GPU_NOTE = MISSING_FOR_GPU.length > 0 ? ` (skipped: no ${MISSING_FOR_GPU.join(", no ")})` : "";
