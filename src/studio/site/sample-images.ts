import { openRandomStream } from "../../core/index.ts";
import type { GrayImage, Material } from "../../core/index.ts";
import type { InversionRecipe } from "../../inverse/index.ts";
import { encodeTiff } from "../../micrograph/index.ts";
import {
  drawMicroscopeSettings,
  microscopeSchema,
  prepareMicroscope,
  simulateHaadf,
} from "../../stem-sim/index.ts";
import { growAggregate, materialsOfPrior } from "../../stochastic/index.ts";
import type { Aggregate, AggregateParameters } from "../../stochastic/index.ts";

/** Files to try the page with, by name. */
export type SampleImages = Readonly<Record<"known.tif" | "unlike.tif", Uint8Array>>;

/** An aggregate in the middle of what the networks were trained on. */
const KNOWN_AGGREGATE: AggregateParameters = {
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

/** So far out of focus that no image of the training is as soft [nm]. */
const STRANGE_DEFOCUS_NM = 500;

/**
 * Simulates two images to try the suite with, of one aggregate: one like the training images of the networks that ship, and one that
 * cannot be inverted, for it is far out of focus. Sixteen bits, with pixel size and intensities in fractions of the beam.
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
  const materials = materialsOfPrior(aggregate);
  const fileAt = (defocusNm: number) =>
    encodeTiff([taken({ ...fine, defocusNm }, materials)], { dtype: "uint16" });
  return { "known.tif": fileAt(0), "unlike.tif": fileAt(STRANGE_DEFOCUS_NM) };
}

const sampleStream = () => openRandomStream(1, "studio sample");

/**
 * Grows the aggregate that the sample images show.
 *
 * @param materials first and second
 * @returns its spheres [nm]
 */
export function sampleAggregate(materials: readonly [Material, Material]): Aggregate {
  const growth = growAggregate(sampleStream().fork("aggregate"), KNOWN_AGGREGATE, materials);
  if (growth.kind === "rejected") throw new Error(`Cannot simulate sample image: ${growth.reason}`);
  return growth.aggregate;
}

function taken(
  microscope: InversionRecipe["microscope"],
  materials: readonly [Material, Material],
): GrayImage {
  const rng = sampleStream();
  const aggregate = sampleAggregate(materials);
  const prepared = prepareMicroscope(microscope, materials);
  const settings = drawMicroscopeSettings(rng.fork("microscope"), microscope);
  return simulateHaadf(rng.fork("image"), aggregate, { prepared, settings });
}
