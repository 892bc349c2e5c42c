import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import {
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
  simulateHaadf,
} from "../../src/stem-sim/index.ts";
import { gpuPackage } from "../../src/stem-sim/kernel/gpu-package.ts";
import { openKernelRenderer } from "../../src/stem-sim/kernel/kernel-renderer.ts";
import { simulateBatch, splatRenderer } from "../../src/stem-sim/kernel/renderer.ts";
import { GPU_NOTE, MISSING_FOR_GPU, SOFTWARE_GPU } from "../helpers/software-gpu.ts";
import { randomSpheres, TITANIA_AND_TUNGSTA } from "./aggregates.ts";

const microscope = microscopeSchema.parse({
  widthPx: 80,
  heightPx: 48,
  pixelSizeNm: 0.8,
  semiAngleMrad: 21,
  film: { thicknessNm: 15, slope: 0.3, speckle: 0.1 },
  orientationSpread: 0.2,
  scan: { driftNm: 2, rowJitterNm: 0.3, humNm: 0.2 },
});
const prepared = prepareMicroscope(microscope, TITANIA_AND_TUNGSTA);
const requests = [0, 1, 2].map((index) => {
  const rng = openRandomStream(9, index);
  const settings = drawMicroscopeSettings(rng, microscope);
  return { rng, aggregate: randomSpheres(index, 25, 18), imaging: { prepared, settings } };
});

describe("openKernelRenderer()", () => {
  for (const mode of ["cpu", "webasm"] as const) {
    test(`in ${mode} mode counts the same electrons as the splat on the CPU`, async () => {
      const renderer = await openKernelRenderer(mode);
      const images = await simulateBatch(renderer!, requests);
      const reference = await simulateBatch(splatRenderer(), requests);
      images.forEach((image, index) => {
        // expected shares differ by 1e-6, which moves one Poisson draw in some ten thousand by one electron
        const moved = image.data.filter((share, pixel) => share !== reference[index].data[pixel]).length;
        expect(moved / image.data.length).toBeLessThan(1e-3);
      });
    });
  }

  test("refuses a batch of several microscopes", async () => {
    const other = prepareMicroscope({ ...microscope, beamEnergyKeV: 200 }, TITANIA_AND_TUNGSTA);
    const mixed = [requests[0], { ...requests[1], imaging: { ...requests[1].imaging, prepared: other } }];
    const renderer = await openKernelRenderer("cpu");
    await expect(simulateBatch(renderer!, mixed)).rejects.toThrow(
      "Cannot render batch: jobs must share one prepared microscope, got 2",
    );
  });
});

describe("gpuPackage()", () => {
  test("says how a package that is not installed is added, and passes other troubles on", async () => {
    const missing = Object.assign(new Error("no such package"), { code: "ERR_MODULE_NOT_FOUND" });
    await expect(gpuPackage("gpu.js", () => Promise.reject(missing))).rejects.toThrow(
      "Cannot open renderer: wanted the packages gpu.js and webgpu beside heterostem, got no gpu.js; " +
        '"npm install --omit=optional gpu.js@2.24.1 webgpu@0.6.2" installs them, with -g where heterostem was; the CPU needs none',
    );
    await expect(gpuPackage("gpu.js", () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await gpuPackage("gpu.js", () => Promise.resolve("there"))).toBe("there");
  });
});

describe("simulateBatch()", () => {
  test("gives each image as simulateHaadf does", async () => {
    const images = await simulateBatch(splatRenderer(), requests);
    requests.forEach(({ rng, aggregate, imaging }, index) => {
      expect(images[index].data).toEqual(simulateHaadf(rng, aggregate, imaging).data);
    });
  });
});

describe("the kernel as a WebGPU compute shader", () => {
  const script = join(import.meta.dirname, "../../dist/bench/main.js");

  test.skipIf(MISSING_FOR_GPU.length > 0)(
    `agrees with the splat within 1e-4 under SwiftShader${GPU_NOTE}`,
    () => {
      const { stdout, stderr } = spawnSync(process.execPath, [script, "kernel-parity"], {
        env: SOFTWARE_GPU,
        encoding: "utf8",
      });
      const line = stdout.split("\n").find((text) => text.startsWith("{"));
      if (line === undefined) throw new Error(`the benchmark kernel-parity printed no result: ${stderr}`);
      const { device, worstRelativeDeviation } = JSON.parse(line);
      expect(device).toContain("SwiftShader");
      expect(worstRelativeDeviation).toBeLessThan(1e-4);
    },
  );
});
