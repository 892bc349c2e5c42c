import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { invertImages, openInversion, sourceImage, type Inversion } from "../../src/inverse/index.ts";
import { readImageFile } from "../../src/micrograph/index.ts";

/** Files as people have them, next to the project, not in it; README.md there says what is right. */
const FOLDER = resolve(import.meta.dirname, "../../../shared/cases");
const MODEL = resolve(import.meta.dirname, "../../models/tio2-wo3-contrast.onnx");

describe.skipIf(!existsSync(FOLDER))("invert of exported pictures that went wrong (../shared/cases)", () => {
  let inversion: Inversion;
  beforeAll(async () => {
    inversion = await openInversion(MODEL, 1);
  });
  afterAll(() => inversion.network.dispose());

  async function answer(name: string) {
    const file = sourceImage(await readImageFile(join(FOLDER, name), { pixelSizeNm: 1.1 }));
    const [{ verdict, estimates, notes }] = await invertImages(inversion, [file], {});
    const interval = (key: string) => estimates.find((one) => one.key === key)?.intervals["0.95"];
    return {
      verdict,
      notes: notes.join("; "),
      count: interval("particleCount"),
      share: interval("numberFraction"),
    };
  }
  const holds = (interval: readonly number[] | undefined, truth: number) =>
    interval !== undefined && interval[0] <= truth && truth <= interval[1];

  test.each([
    ["haadf_plain_8bit.png", /^(?!.*masked)/],
    ["haadf_scale_bar_burned_in.png", /"50 nm" read there/],
  ])("%s: both intervals hold the truth", async (name, note) => {
    const { verdict, notes, count, share } = await answer(name);
    expect(verdict).toBe("in distribution");
    expect(notes).toMatch(note);
    expect([holds(count, 23), holds(share, 0.33)]).toEqual([true, true]);
  });

  test("hot pixels are replaced and told", async () => {
    const { verdict, notes } = await answer("haadf_hot_pixels.png");
    expect(verdict).toBe("in distribution");
    // 0.3 % of 25,600 are 77, of which some lie where the picture is as bright; how many particles it shows is not stated
    const count = Number(/(\d+) spoiled pixels/.exec(notes)?.[1]);
    expect(count).toBeGreaterThan(50);
    expect(count).toBeLessThan(95);
  });

  test("JPEG of quality 60 is refused for its blocks, its original is answered", async () => {
    await expect(answer("haadf_jpeg_q60.jpg")).rejects.toThrow(/blocks of JPEG that lack 9\d % of it/);
    expect(holds((await answer("haadf_jpeg_q60_original.png")).count, 47)).toBe(true);
  });
});
