import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodePicture, openCorpus, readSamples } from "../../src/corpus/index.ts";
import { frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { contents } from "../corpus/small-corpus.ts";
import { GPU_NOTE, MISSING_FOR_GPU, NO_GPU, SOFTWARE_GPU } from "../helpers/software-gpu.ts";

const PROGRAM = join(import.meta.dirname, "../../dist/src/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "heterostem-renderer-"));
const at = (name: string) => join(folder, name);

const recipe = at("small.yaml");
writeFileSync(
  recipe,
  `
name: small
seed: 7
aggregate: { particleCount: 9, fractalPrefactor: 1.3, necking: 0.1 }
corpus: { trainCount: 14, validationCount: 2, testCount: 2 }
microscope: { widthPx: 32, heightPx: 32, pixelSizeNm: 4 }
`,
);

function heterostem(env: NodeJS.ProcessEnv, ...words: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], { env, encoding: "utf8" });
  return { status, stderr };
}
const generate = (env: NodeJS.ProcessEnv, out: string, ...words: string[]) =>
  heterostem(env, "generate", recipe, "--shard-size", "9", "--out", at(out), ...words);

async function images(corpus: string): Promise<Float32Array[]> {
  const found: Float32Array[] = [];
  for await (const { picture } of readSamples(openCorpus(at(corpus)))) {
    found.push((await decodePicture(picture)).data);
  }
  return found;
}

/** Share of the pixels that differ. */
function shareMoved(first: readonly Float32Array[], second: readonly Float32Array[]): number {
  const pixels = first.length * first[0].length;
  const moved = first.map((data, i) => data.filter((share, pixel) => share !== second[i][pixel]).length);
  return moved.reduce((sum, count) => sum + count, 0) / pixels;
}

describe("heterostem generate --renderer", () => {
  test("gpu without an adapter fails and makes nothing, auto makes the CPU's corpus and says so", () => {
    const refused = generate(NO_GPU, "refused", "--renderer", "gpu");
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining("Cannot open renderer: wanted a WebGPU adapter, got none"),
    ]);
    const auto = generate(NO_GPU, "auto", "--renderer", "auto");
    expect(auto.stderr).toContain("Renderer: cpu; the GPU cannot be used");
    expect(generate(NO_GPU, "cpu").status).toBe(0);
    expect(contents(at("auto"))).toEqual(contents(at("cpu")));
    expect(readFileSync(join(at("cpu"), "manifest.json"), "utf8")).not.toContain("renderer");
  });

  test("auto is refused where the samples of one corpus could get two renderers", () => {
    const { status, stderr } = generate(NO_GPU, "parts", "--renderer", "auto", "--shard", "1/2");
    expect([status, stderr]).toEqual([2, expect.stringContaining("got --renderer auto with --shard")]);
  });

  test.skipIf(MISSING_FOR_GPU.length > 0)(
    `gpu makes the CPU's images to within an electron a thousand pixels, names its device, and keeps to it${GPU_NOTE}`,
    async () => {
      expect(generate(SOFTWARE_GPU, "gpu", "--renderer", "gpu").status).toBe(0);
      expect(generate(NO_GPU, "whole").status).toBe(0);
      expect(openCorpus(at("gpu")).manifest.renderer).toContain("SwiftShader");
      expect(shareMoved(await images("gpu"), await images("whole"))).toBeLessThan(1e-3);
      // one thread and two draw other batches, the same pixels
      expect(generate(SOFTWARE_GPU, "one", "--renderer", "gpu", "--workers", "1").status).toBe(0);
      expect(contents(at("one"))).toEqual(contents(at("gpu")));
      const verified = heterostem(NO_GPU, "corpus", "verify", at("gpu"));
      expect(verified.status).toBe(0);
    },
  );
});

describe("heterostem simulate --renderer", () => {
  const spheres = ["one", "two"].map((name, index) => {
    const path = at(`${name}.xyz`);
    writeFileSync(path, `2\nTiO2 and WO3\nTiO2-anatase ${-8 - index} 0 0 8\nWO3 6 0 ${index} 6\n`);
    return path;
  });
  const microscope = at("microscope.yaml");
  // a dose at which one electron is 1e-9 of the beam: what is compared are the expected images
  writeFileSync(
    microscope,
    "widthPx: 40\nheightPx: 32\npixelSizeNm: 1\nelectronsPerPixel: 1e9\nfilm: { thicknessNm: 10 }\n",
  );
  const simulate = (env: NodeJS.ProcessEnv, out: string, ...words: string[]) =>
    heterostem(env, "simulate", ...spheres, "--microscope", microscope, "--out", at(out), ...words);
  const pixels = async (out: string, name: string) => {
    const path = join(at(out), name);
    return frameImage(await readMicrograph(readFileSync(path), name)).data;
  };

  test.skipIf(MISSING_FOR_GPU.length > 0)(
    `gpu gives the CPU's images and tilt series within 1e-4${GPU_NOTE}`,
    async () => {
      for (const tilt of [[], ["--tilt", "-20:20:20"]]) {
        const [gpu, cpu] = [`gpu${tilt.length}`, `cpu${tilt.length}`];
        expect(simulate(SOFTWARE_GPU, gpu, "--renderer", "gpu", ...tilt)).toEqual({
          status: 0,
          stderr: expect.any(String),
        });
        expect(simulate(NO_GPU, cpu, ...tilt).status).toBe(0);
        for (const name of ["one.tif", "two.tif"]) {
          const [ours, theirs] = [await pixels(gpu, name), await pixels(cpu, name)];
          const largest = theirs.reduce((most, share) => Math.max(most, share), 0);
          ours.forEach((share, pixel) => {
            // of the brightest pixel: counting noise of 1e9 electrons at a share of 0.01 moves dim ones by 3e-4 of themselves
            expect(Math.abs(share - theirs[pixel]) / largest).toBeLessThan(1e-4);
          });
        }
        expect(JSON.parse(readFileSync(join(at(gpu), "run.json"), "utf8")).renderer).toContain("SwiftShader");
      }
    },
  );
});

describe("heterostem train RECIPE --renderer", () => {
  const train = (env: NodeJS.ProcessEnv, out: string, ...words: string[]) =>
    heterostem(env, "train", recipe, "--epochs", "1", "--out", at(out), ...words);

  test("gpu without an adapter fails and makes nothing", () => {
    const { status, stderr } = train(NO_GPU, "no-model", "--renderer", "gpu");
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining("Cannot open renderer: wanted a WebGPU adapter, got none"),
    ]);
    expect(existsSync(at("no-model"))).toBe(false);
  });

  test.skipIf(MISSING_FOR_GPU.length > 0)(
    `gpu trains on the images of the CPU but for single electrons, stored or streamed, and the record says on what${GPU_NOTE}`,
    () => {
      for (const words of [[], ["--stream"]]) {
        const [cpu, gpu] = [`cpu-model${words.length}`, `gpu-model${words.length}`];
        expect(train(NO_GPU, cpu, ...words).stderr).not.toContain("Cannot");
        expect(train(SOFTWARE_GPU, gpu, "--renderer", "gpu", ...words).stderr).not.toContain("Cannot");
        const lossOf = (out: string) =>
          JSON.parse(
            readFileSync(join(at(out), "learning-curve.jsonl"), "utf8")
              .trim()
              .split("\n")[0],
          ).validationLoss as number;
        // an electron more or less in one pixel of a thousand
        expect(Math.abs(lossOf(gpu) / lossOf(cpu) - 1)).toBeLessThan(1e-2);
        const run = JSON.parse(readFileSync(join(at(gpu), "run.json"), "utf8"));
        expect(run.renderer).toContain("SwiftShader");
      }
    },
    900_000,
  );
});
