import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { inversionRecipeSchema } from "../src/inverse/index.ts";
import { sampleImages } from "../src/studio/index.ts";

/**
 * Writes the sample images that ship.
 *
 * @param args folder
 */
export async function run([folder = "samples"]: readonly string[]): Promise<void> {
  const recipe = inversionRecipeSchema.parse(parse(readFileSync("configs/tio2-wo3.yaml", "utf8")));
  const images = sampleImages(recipe);
  writeFileSync(join(folder, "tio2-wo3.tif"), images["known.tif"]);
  writeFileSync(join(folder, "out-of-focus.tif"), images["unlike.tif"]);
}
