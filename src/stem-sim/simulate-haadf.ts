import type { GrayImage, RandomStream } from "../core/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import type { Imaging } from "./imaging.ts";
import { digitiseInPlace } from "./noise/digitise.ts";
import { recordSignalInto } from "./noise/record-signal.ts";
import { drawImageChance } from "./nuisance.ts";
import { renderHaadf } from "./render-haadf.ts";

/**
 * Simulates the STEM image of an aggregate as a microscope records it, with film, scan and detector noise.
 *
 * @param rng stream of this image
 * @param aggregate spheres of the two materials the microscope was prepared for
 * @param imaging prepared microscope and drawn settings
 * @param exposure number of the exposure, 0 or more, where one specimen is imaged several times by the same `rng`: film and particles stay
 * @returns [heightPx, widthPx]: counted electrons over incident electrons, or grey levels in contrast mode
 * @throws RangeError where the aggregate's materials are not those of the prepared microscope, a pixel is larger than every
 *   particle, or a column thicker than the intensity table
 * @example
 * import { findMaterial, openRandomStream } from "../src/core/index.ts";
 * import { drawMicroscopeSettings, microscopeSchema, prepareMicroscope, simulateHaadf } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const materials = [findMaterial("TiO2-anatase"), findMaterial("WO3")] as const;
 * const prepared = prepareMicroscope(microscopeSchema.parse({}), materials);
 * const aggregate = {
 *   particleCount: 1,
 *   centersNm: Float64Array.of(0, 0, 0),
 *   radiiNm: Float64Array.of(20),
 *   materialIndices: Uint8Array.of(1),
 *   materials,
 * };
 * const rng = openRandomStream(1, "sample", 0);
 * const settings = drawMicroscopeSettings(rng.fork("microscope"), prepared.microscope);
 * const { data } = simulateHaadf(rng.fork("image"), aggregate, { prepared, settings });
 * expect(data[64 * 128 + 64]).toBeGreaterThan(5 * data[0]);
 */
export function simulateHaadf(
  rng: RandomStream,
  aggregate: Aggregate,
  imaging: Imaging,
  exposure?: number,
): GrayImage {
  const { nuisance, noise } = drawImageChance(rng, aggregate, imaging, { exposure });
  const ideal = renderHaadf(aggregate, imaging, nuisance);
  return recordInto(ideal.data, noise, ideal, imaging);
}

/** Records an expected image: electron counting, detector, digitiser. */
export function recordImage(rng: RandomStream, ideal: GrayImage, { prepared, settings }: Imaging): GrayImage {
  return recordInto(new Float32Array(ideal.data.length), rng, ideal, { prepared, settings });
}

/** recordImage with a place for the result. */
export function recordInto(
  data: Float32Array,
  rng: RandomStream,
  ideal: GrayImage,
  { prepared, settings }: Imaging,
): GrayImage {
  const signal = recordSignalInto(data, rng, ideal, prepared.poisson, settings);
  return { ...ideal, ...digitiseInPlace(signal, prepared.microscope.output, settings) };
}
