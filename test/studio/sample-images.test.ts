import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";
import { openImageStack } from "../../src/micrograph/index.ts";
import { sampleImages } from "../../src/studio/index.ts";

const ROOT = join(import.meta.dirname, "../..");
const imageOf = async (path: string) => (await openImageStack(path, {})).image(0).image;

test("the sample images that ship are what the simulator makes, with pixel size and absolute intensities", async () => {
  const recipe = inversionRecipeSchema.parse(
    parse(readFileSync(join(ROOT, "configs/tio2-wo3.yaml"), "utf8")),
  );
  const made = sampleImages(recipe);
  const scratch = mkdtempSync(join(tmpdir(), "heterostem-samples-"));
  try {
    for (const [name, key] of [
      ["tio2-wo3.tif", "known.tif"],
      ["out-of-focus.tif", "unlike.tif"],
    ] as const) {
      writeFileSync(join(scratch, name), made[key]);
      const shipped = await imageOf(join(ROOT, "samples", name));
      expect(shipped).toMatchObject({
        width: 512,
        height: 512,
        intensityUnit: "fraction of the incident beam",
      });
      expect(shipped.pixelSizeNm).toBeCloseTo(0.35, 6);
      // 16 bits of the brightest pixel, and what another processor's exponential function may do to a few of them
      const { data } = await imageOf(join(scratch, name));
      const brightest = data.reduce((most, value) => Math.max(most, value), 0);
      const farthest = data.reduce((most, value, i) => Math.max(most, Math.abs(value - shipped.data[i])), 0);
      expect(farthest).toBeLessThan((2 * brightest) / 65_535);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
