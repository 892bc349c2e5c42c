import { z } from "zod";
import { drawFromPrior, priorSchema, type RandomStream } from "../../core/index.ts";

/** The microscope and what differs from image to image. */
export const hrtemMicroscopeSchema = z.strictObject({
  beamEnergyKeV: z.number().min(20).max(1000).default(300).describe("beam energy [keV]"),
  defocusNm: priorSchema({ min: -1000, max: 1000 }, "defocus, underfocus positive [nm]").default({
    uniform: [-20, 20],
  }),
  sphericalAberrationUm: priorSchema(
    { min: -5000, max: 5000 },
    "spherical aberration, corrected [um]",
  ).default({ uniform: [-10, 10] }),
  astigmatismNm: priorSchema({ min: 0, max: 500 }, "twofold astigmatism [nm]").default({ uniform: [0, 3] }),
  focalSpreadNm: z.number().min(0).max(100).default(3).describe("standard deviation of the defocus [nm]"),
  semiAngleMrad: z.number().min(0).max(5).default(0.1).describe("half angle of illumination [mrad]"),
  apertureMrad: z.number().min(1).max(200).default(25).describe("objective aperture [mrad]"),
  dosePerNm2: priorSchema({ min: 1, max: 1e8 }, "electrons per nm2 of the specimen").default({
    logUniform: [15_000, 60_000],
  }),
  contrast: priorSchema(
    { min: 0.05, max: 1 },
    "contrast of recorded over calculated images (the Stobbs factor)",
  ).default({ uniform: [0.3, 0.8] }),
  massContrast: priorSchema(
    { min: 0, max: 1 },
    "share of the calculated darkness of thick parts that is recorded; 0 without an aperture",
  ).default(1),
  driftNm: priorSchema({ min: 0, max: 10 }, "drift during the exposure [nm]").default({ uniform: [0, 0.05] }),
  detectorBlurPx: priorSchema({ min: 0, max: 5 }, "standard deviation of a pixel's response [px]").default(
    0.5,
  ),
  spikeCount: z.int().min(0).max(1000).default(4).describe("mean number of X-ray spikes in an image"),
});

/** Distributions of a microscope's settings. */
export type HrtemMicroscope = z.infer<typeof hrtemMicroscopeSchema>;

/** Settings of one image. */
export interface HrtemSettings {
  readonly beamEnergyKeV: number;
  /** Underfocus is positive [nm]. */
  readonly defocusNm: number;
  readonly sphericalAberrationNm: number;
  readonly astigmatismNm: number;
  /** Direction of the astigmatism [rad]. */
  readonly astigmatismAngleRad: number;
  readonly focalSpreadNm: number;
  readonly semiAngleMrad: number;
  readonly apertureMrad: number;
  readonly dosePerNm2: number;
  /** Contrast of recorded over calculated images, which exceed them by a factor of about three [hytch1994]. */
  readonly contrast: number;
  /** Share of the calculated darkness of thick parts that is recorded, 0 to 1. */
  readonly massContrast: number;
  readonly driftNm: number;
  readonly driftAngleRad: number;
  readonly detectorBlurPx: number;
  readonly spikeCount: number;
}

type DrawnSetting =
  | "defocusNm"
  | "astigmatismNm"
  | "dosePerNm2"
  | "contrast"
  | "massContrast"
  | "driftNm"
  | "detectorBlurPx";

/** Draws the settings of one image. */
export function drawHrtemSettings(rng: RandomStream, microscope: HrtemMicroscope): HrtemSettings {
  const draw = (name: DrawnSetting) => drawFromPrior(rng.fork(name), microscope[name]);
  return {
    ...microscope,
    defocusNm: draw("defocusNm"),
    sphericalAberrationNm: 1000 * drawFromPrior(rng.fork("cs"), microscope.sphericalAberrationUm),
    astigmatismNm: draw("astigmatismNm"),
    astigmatismAngleRad: Math.PI * rng.fork("astigmatism angle").uniform(),
    dosePerNm2: draw("dosePerNm2"),
    contrast: draw("contrast"),
    massContrast: draw("massContrast"),
    driftNm: draw("driftNm"),
    driftAngleRad: 2 * Math.PI * rng.fork("drift angle").uniform(),
    detectorBlurPx: draw("detectorBlurPx"),
    spikeCount: rng.fork("spikes").poisson(microscope.spikeCount),
  };
}
