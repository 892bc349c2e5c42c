import { aggregateParameterInfo, type AggregateParameterKey } from "../../stochastic/index.ts";
import { MOST_APERTURE_MRAD, type ModelMicroscope, type ModelOrder } from "../worker/model-order.ts";
import type { SliderSpec } from "./slider.tsx";

/** Ranges of the sliders: wider than the prior of the recipe that ships, narrower than what the model admits. */
const RANGES: Readonly<Record<AggregateParameterKey, readonly [number, number]>> = {
  particleCount: [2, 400],
  numberFraction: [0, 1],
  radiusFirstNm: [1, 30],
  radiusSecondNm: [1, 30],
  radiusSpreadFirst: [1, 2],
  radiusSpreadSecond: [1, 2],
  clusterSizeFirst: [1, 100],
  clusterSizeSecond: [1, 100],
  fractalDimension: [1.3, 2.7],
  fractalPrefactor: [0.6, 2],
  necking: [0, 0.25],
};

/** The model's sliders, in the order of the model's parameters. */
export const PARAMETER_SLIDERS: readonly (readonly [AggregateParameterKey, SliderSpec])[] = (
  Object.entries(RANGES) as [AggregateParameterKey, readonly [number, number]][]
).map(([key, [min, max]]) => {
  const { label, unit, scale, integer = false, description } = aggregateParameterInfo(key);
  return [key, { label, unit, min, max, scale, isWhole: integer, meaning: description }];
});

const linear = (label: string, unit: string, min: number, max: number, meaning: string): SliderSpec => {
  return { label, unit, min, max, scale: "linear", meaning };
};
const log = (label: string, unit: string, min: number, max: number, meaning: string): SliderSpec => {
  return { label, unit, min, max, scale: "log", meaning };
};

/** The microscope's sliders. */
export const MICROSCOPE_SLIDERS: readonly (readonly [
  Exclude<keyof ModelMicroscope, "edgePx" | "apertureMrad">,
  SliderSpec,
])[] = [
  ["beamEnergyKeV", linear("beam energy", "keV", 60, 300, "kinetic energy of the electrons")],
  ["semiAngleMrad", linear("convergence semi-angle", "mrad", 1, 40, "half the opening angle of the probe")],
  [
    "innerMrad",
    linear("detector, inner angle", "mrad", 20, 150, "electrons scattered by less are not counted"),
  ],
  [
    "outerMrad",
    linear("detector, outer angle", "mrad", 160, 400, "electrons scattered by more are not counted"),
  ],
  [
    "electronsPerPixel",
    log("dose", "electrons per pixel", 30, 1e5, "incident electrons per pixel: less is noisier"),
  ],
  ["pixelSizeNm", log("pixel size", "nm", 0.1, 4, "edge of a pixel: the field of view is 256 of them")],
  [
    "probeFwhmNm",
    linear("probe", "nm", 0, 3, "full width at half maximum of the source's image in the probe"),
  ],
  ["defocusNm", linear("defocus", "nm", -300, 300, "height of the focal plane above the aggregate's centre")],
  ["filmThicknessNm", linear("carbon film", "nm", 0, 60, "thickness of the support film; 0 for none")],
  ["tiltDeg", linear("tilt", "degrees", -70, 70, "tilt of the holder about the horizontal axis")],
];

/** Whole numbers, so that what materials do at each of them is known after one look. */
export const APERTURE_SLIDER: SliderSpec = {
  ...linear(
    "objective aperture",
    "mrad",
    1,
    MOST_APERTURE_MRAD,
    "semi-angle: electrons scattered by more are lost to the bright-field image",
  ),
  isWhole: true,
};

/** Where the sliders stand at first: the middle of the recipe that ships. */
export const FIRST_MODEL: ModelOrder = {
  seed: 1,
  materials: ["TiO2-anatase", "WO3"],
  placement: "tunable",
  parameters: {
    particleCount: 60,
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
  },
  microscope: {
    beamEnergyKeV: 300,
    semiAngleMrad: 9,
    innerMrad: 60,
    outerMrad: 200,
    pixelSizeNm: 0.7,
    edgePx: 256,
    probeFwhmNm: 0.5,
    defocusNm: 0,
    electronsPerPixel: 3000,
    filmThicknessNm: 10,
    tiltDeg: 0,
    apertureMrad: 10,
  },
  isBrightField: false,
};
