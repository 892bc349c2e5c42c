import { drawFromPrior } from "../core/index.ts";
import type { RandomStream } from "../core/index.ts";
import type { Microscope } from "./microscope-schema.ts";

/** What was drawn for one image; plain numbers, recorded beside it. */
export interface MicroscopeSettings {
  readonly pixelSizeNm: number;
  readonly probeFwhmNm: number;
  readonly electronsPerPixel: number;
  /** 0 without a film. */
  readonly filmThicknessNm: number;
}

/**
 * Draws the settings of one image from the microscope's priors.
 *
 * Each quantity has a stream of its own, so adding a prior to one leaves the others as they were.
 *
 * @param rng stream of the image
 * @param microscope the study's microscope
 * @returns drawn numbers
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { drawMicroscopeSettings, microscopeSchema } from "../src/stem-sim/index.ts";
 * import { expect } from "vitest";
 * const microscope = microscopeSchema.parse({ electronsPerPixel: { uniform: [1000, 4000] } });
 * const { electronsPerPixel } = drawMicroscopeSettings(openRandomStream(1, "sample", 0), microscope);
 * expect(electronsPerPixel).toBeGreaterThanOrEqual(1000);
 */
export function drawMicroscopeSettings(rng: RandomStream, microscope: Microscope): MicroscopeSettings {
  const { film } = microscope;
  return {
    pixelSizeNm: drawFromPrior(rng.fork("pixelSizeNm"), microscope.pixelSizeNm),
    probeFwhmNm: drawFromPrior(rng.fork("probeFwhmNm"), microscope.probeFwhmNm),
    electronsPerPixel: drawFromPrior(rng.fork("electronsPerPixel"), microscope.electronsPerPixel),
    filmThicknessNm: film === "none" ? 0 : drawFromPrior(rng.fork("filmThicknessNm"), film.thicknessNm),
  };
}
