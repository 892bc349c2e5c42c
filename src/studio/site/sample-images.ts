import { findMaterial, openRandomStream } from "../../core/index.ts";
import type { Material } from "../../core/index.ts";
import type { InversionRecipe } from "../../inverse/index.ts";
import { encodeTiff } from "../../micrograph/index.ts";
import {
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
  simulateHaadf,
} from "../../stem-sim/index.ts";
import { growAggregate, materialsOfPrior } from "../../stochastic/index.ts";
import type { AggregateParameters } from "../../stochastic/index.ts";

/** Files to try the page with, by name. */
export type SampleImages = Readonly<Record<"familiar.tif" | "unlike.tif", Uint8Array>>;

/** An aggregate in the middle of what the networks were trained on. */
const FAMILIAR: AggregateParameters = {
  particleCount: 70,
  numberFraction: 0.4,
  radiusFirstNm: 6.5,
  radiusSecondNm: 5,
  radiusSpreadFirst: 1.25,
  radiusSpreadSecond: 1.2,
  clusterSizeFirst: 6,
  clusterSizeSecond: 4,
  fractalDimension: 1.85,
  fractalPrefactor: 1.3,
  necking: 0.1,
};

/** Hundreds of small particles of silica and platinum: neither sizes nor materials of the training. */
const UNLIKE: AggregateParameters = {
  ...FAMILIAR,
  particleCount: 300,
  numberFraction: 0.5,
  radiusFirstNm: 4,
  radiusSecondNm: 2,
  fractalDimension: 2.2,
};

/**
 * Simulates two images to try the page with: one like the training images of the networks that ship, and one unlike them.
 *
 * @param recipe that these were trained by: its microscope takes both, at finer pixels
 * @returns TIFF files
 */
export function sampleImages({ aggregate, microscope }: InversionRecipe): SampleImages {
  const fine = microscopeSchema.parse({
    ...microscope,
    pixelSizeNm: 0.35,
    widthPx: 512,
    heightPx: 512,
    electronsPerPixel: 3000,
  });
  const other = [findMaterial("SiO2"), findMaterial("Pt")] as const;
  return {
    "familiar.tif": taken(fine, materialsOfPrior(aggregate), FAMILIAR),
    "unlike.tif": taken(fine, other, UNLIKE),
  };
}

function taken(
  microscope: InversionRecipe["microscope"],
  materials: readonly [Material, Material],
  parameters: AggregateParameters,
): Uint8Array {
  const rng = openRandomStream(1, "studio sample");
  const growth = growAggregate(rng.fork("aggregate"), parameters, materials);
  if (growth.kind === "rejected") throw new Error(`Cannot simulate sample image: ${growth.reason}`);
  const prepared = prepareMicroscope(microscope, materials);
  const settings = drawMicroscopeSettings(rng.fork("microscope"), microscope);
  return encodeTiff([simulateHaadf(rng.fork("image"), growth.aggregate, { prepared, settings })]);
}
