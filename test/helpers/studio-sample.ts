import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { openRandomStream } from "../../src/core/index.ts";
import { inversionRecipeSchema } from "../../src/inverse/index.ts";
import { encodeTiff } from "../../src/micrograph/index.ts";
import {
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
  simulateHaadf,
} from "../../src/stem-sim/index.ts";
import { growAggregate, materialsOfPrior } from "../../src/stochastic/index.ts";
import type { BuiltStudio } from "./studio-page.ts";

/** The sample that comes with the page, as a file. */
export async function sampleFile({ site, scratch }: BuiltStudio, name: string): Promise<string> {
  const script = Buffer.from(site.get(`${name}.part.js`)?.bytes() ?? []).toString();
  const packed = Buffer.from(/, "(.*)"\);/.exec(script)?.[1] ?? "", "base64");
  const bytes = await new Response(
    new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")),
  ).arrayBuffer();
  const path = join(scratch, name);
  writeFileSync(path, Buffer.from(bytes));
  return path;
}

/** An aggregate of few particles, in the ranges of the training. */
const FEW_PARTICLES = {
  particleCount: 24,
  numberFraction: 0.4,
  radiusFirstNm: 7,
  radiusSecondNm: 6,
  radiusSpreadFirst: 1.2,
  radiusSpreadSecond: 1.2,
  clusterSizeFirst: 4,
  clusterSizeSecond: 3,
  fractalDimension: 1.8,
  fractalPrefactor: 1.3,
  necking: 0.1,
};

/** A TIFF of 256 x 256 px and few particles that the networks know: a quarter of the work of the page's own sample. */
export function smallImage(seed: number): Uint8Array {
  const recipe = inversionRecipeSchema.parse(
    parse(readFileSync(resolve(import.meta.dirname, "../../configs/tio2-wo3.yaml"), "utf8")),
  );
  const microscope = microscopeSchema.parse({
    ...recipe.microscope,
    pixelSizeNm: 0.7,
    widthPx: 256,
    heightPx: 256,
    electronsPerPixel: 9000,
  });
  const rng = openRandomStream(seed, "small image");
  const materials = materialsOfPrior(recipe.aggregate);
  const growth = growAggregate(rng.fork("aggregate"), FEW_PARTICLES, materials);
  if (growth.kind === "rejected") throw new Error(growth.reason);
  const prepared = prepareMicroscope(microscope, materials);
  const settings = drawMicroscopeSettings(rng.fork("microscope"), microscope);
  const image = simulateHaadf(rng.fork("image"), growth.aggregate, { prepared, settings });
  return encodeTiff([image], { dtype: "uint16" });
}
