import { compareWithSplat, openRenderer } from "../src/stem-sim/index.ts";

/** Renders a few images as WebGPU compute shader and as splats, and prints how far they are apart. */
export async function run(): Promise<void> {
  console.log(JSON.stringify(await compareWithSplat(await openRenderer("webgpu"))));
}
