import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { StartStage } from "../../src/core/index.ts";
import { resamplePixels } from "../../src/image/index.ts";
import { frameImage, readMicrograph } from "../../src/micrograph/index.ts";
import { readStrengthTable, trainStrengthModel, type StrengthSpecimen } from "../../src/ucs/index.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const IMAGES = resolve(ROOT, "../shared/data/sem_nanocomposite_agglomerates/images");
const silent: StartStage = () => ({ update: () => {}, finish: () => 0 });

async function specimens(lot: string): Promise<StrengthSpecimen[]> {
  const fileName = join(ROOT, "configs/nanocomposite-loading.csv");
  const table = readStrengthTable(readFileSync(fileName, "utf8"), { fileName, target: "loading", lot });
  return Promise.all(
    table.specimens.map(async ({ images: [{ image: name }], ...rest }) => {
      const whole = frameImage(await readMicrograph(readFileSync(join(IMAGES, name)), name));
      // half the resolution: a quarter of the time
      const image = resamplePixels(whole, { x: 1, y: 1 }, 2);
      return { ...rest, images: [{ name, image, lot: rest.lot, strength: rest.strength }] };
    }),
  );
}

const choice = {
  kind: "forest",
  normalization: "z-score",
  descriptors: "all",
  seed: 1,
  workers: 1,
  network: { edgePx: 64, steps: 1 },
} as const;

test.skipIf(!existsSync(IMAGES))(
  "filler loading of 28 real micrographs is found better than chance image by image, and not surely so sample by sample",
  { timeout: 900_000 },
  async () => {
    const train = async (lot: string, foldCount: number) => {
      const target = { name: "loading", unit: "wt%" };
      const context = { where: "nanocomposite-loading.csv", startStage: silent };
      return trainStrengthModel(await specimens(lot), target, { ...choice, foldCount }, context);
    };
    // two images a fold: half the time of one, and no easier
    const byImage = await train("image", 14);
    expect(byImage.facts.gain.low).toBeGreaterThan(0);
    const bySample = await train("sample", 8);
    // eight samples of four loadings: what is left out is known from one other sample at most
    expect(bySample.facts.gain.value).toBeLessThan(byImage.facts.gain.value);
  },
);
