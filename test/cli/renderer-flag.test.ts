import { describe, expect, test } from "vitest";
import { heterostem } from "../helpers/heterostem.ts";
import { chooseRenderer } from "../../src/cli/renderer-flag.ts";
import type { RendererName } from "../../src/stem-sim/index.ts";

describe("--renderer of study and train", () => {
  const call = (...words: string[]) => heterostem(...words, "--workers", "1");

  test("auto is refused where a run is gone on with, which has one renderer", async () => {
    for (const command of ["study", "train"]) {
      const { code, stderr } = await call(command, "tio2-wo3", "--renderer", "auto", "--resume");
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(
          "wanted --renderer cpu or gpu, the same for all its samples, got --renderer auto with --resume",
        ),
      ]);
    }
  });

  test("it is for recipes: images of a corpus and of a table are there already", async () => {
    for (const source of ["runs/corpus", "images.csv"]) {
      const { code, stderr } = await call("train", source, "--renderer", "gpu");
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining("--renderer wants a recipe (.yaml) to draw from"),
      ]);
    }
  });
});

describe("chooseRenderer()", () => {
  /** A machine whose renderers take so many milliseconds an image. */
  function trial(milliseconds: Readonly<Record<RendererName, number>>) {
    let [now, told] = [0, ""];
    async function* clocked(name: RendererName) {
      for (;;) {
        now += milliseconds[name];
        yield await Promise.resolve(now);
      }
    }
    return {
      images: clocked,
      open: (name: RendererName) => Promise.resolve({ device: name === "cpu" ? "cpu" : "webgpu (Card)" }),
      progress: { isTerminal: false, now: () => now, write: (text: string) => void (told += text) },
      told: () => told,
    };
  }

  test("auto takes the faster of both and says how fast they are", async () => {
    const fast = trial({ cpu: 10, webgpu: 2 });
    expect(await chooseRenderer("auto", fast)).toEqual({ name: "webgpu", device: "webgpu (Card)" });
    expect(fast.told()).toBe("Renderer: webgpu (Card) (cpu 1.0e+2 images a second, webgpu (Card) 5.0e+2)\n");
    const slow = trial({ cpu: 20, webgpu: 50 });
    expect(await chooseRenderer("auto", slow)).toEqual({ name: "cpu", device: "cpu" });
    expect(slow.told()).toBe("Renderer: cpu (cpu 50 images a second, webgpu (Card) 20)\n");
  });

  test("auto falls back to the CPU and tells why; gpu by name fails", async () => {
    const machine = trial({ cpu: 1, webgpu: 1 });
    const without = { ...machine, open: () => Promise.reject(new Error("no adapter; install a driver")) };
    expect(await chooseRenderer("auto", without)).toEqual({ name: "cpu", device: "cpu" });
    expect(machine.told()).toBe("Renderer: cpu; the GPU cannot be used: no adapter\n");
    await expect(chooseRenderer("gpu", without)).rejects.toThrow("no adapter; install a driver");
  });
});
