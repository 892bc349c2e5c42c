import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { heterostem } from "../helpers/hrtem-own-images.ts";

const PANELS = resolve(import.meta.dirname, "../../../shared/data/hrtem_panels");
const PIXEL_SIZES = resolve(import.meta.dirname, "../fixtures/hrtem/panel-pixel-sizes.csv");

/** configs/hrtem-real.yaml made small: sixteen simulated images of 10 nm and 80 steps. */
const RECIPE = {
  name: "small",
  seed: 3,
  fieldSize: 256,
  sliceThicknessNm: 3,
  specimen: { diameterNm: { uniform: [2, 4] }, particleCount: 4 },
  microscope: { massContrast: { uniform: [0, 1] }, detectorBlurPx: 1 },
  regions: { cutSize: 128 },
  quick: { trainingFields: 12, validationFields: 4, testFields: 1, epochs: 10, cutsPerEpoch: 64 },
};

describe.skipIf(!existsSync(PANELS))("real panels", () => {
  test("a network of sixteen simulated images finds more of 13 real panels than Otsu, which has a Dice of 0.33", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heterostem-panels-"));
    const [recipe, model] = [join(folder, "small.yaml"), join(folder, "model")];
    writeFileSync(recipe, JSON.stringify(RECIPE));
    const trained = await heterostem("hrtem", "train", recipe, "--quick", "--out", model);
    expect(trained.stderr).toBe("");
    const words = ["hrtem", "evaluate", model, PANELS, "--pixel-sizes", PIXEL_SIZES];
    const { stdout } = await heterostem(...words, "--out", join(folder, "scores"), "--json");
    const { all, images } = JSON.parse(stdout);
    expect(images).toHaveLength(13);
    const [network, ...classical] = all.regions;
    expect(network.dice.value).toBeGreaterThan(0.33);
    const otsu = classical.find(({ method }: { method: string }) => method === "Otsu");
    // image by image, with the interval of a bootstrap over the panels
    expect(otsu.networkAhead.low).toBeGreaterThan(0);
  });
});
