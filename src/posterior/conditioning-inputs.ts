/** What an experimenter can state of an image beside it; electrons per pixel are those of the network's pixels. */
export const CONDITIONING_KEYS = [
  "electronsPerPixel",
  "pixelSizeNm",
  "beamEnergyKeV",
  "semiAngleMrad",
  "innerMrad",
  "outerMrad",
  "strengthRatio",
  "signalPerPixel",
] as const;
export type ConditioningKey = (typeof CONDITIONING_KEYS)[number];

/** Words and unit of each, for notes. */
export const CONDITIONING_LABELS: Readonly<Record<ConditioningKey, readonly [label: string, unit: string]>> =
  {
    electronsPerPixel: ["dose", "electrons per pixel"],
    pixelSizeNm: ["pixel size", "nm"],
    beamEnergyKeV: ["beam energy", "keV"],
    semiAngleMrad: ["convergence semi-angle", "mrad"],
    innerMrad: ["inner detector angle", "mrad"],
    outerMrad: ["outer detector angle", "mrad"],
    // mu2 / mu1: how much more of the beam the heavier material scatters to the detector, length for length
    strengthRatio: ["ratio of the materials' scattering", ""],
    // mu1 p: share of the beam that one pixel's length of the lighter material scatters to the detector
    signalPerPixel: ["signal of a pixel's length of the lighter material", "of the beam"],
  };

/** What is known of one image; a key that is not there is missing. */
export type ConditioningValues = Readonly<Partial<Record<ConditioningKey, number>>>;

/** What a network is given beside an image, as it was among the training images. */
export interface ConditioningInput {
  readonly key: ConditioningKey;
  /** Smallest and largest value. */
  readonly low: number;
  readonly high: number;
  /** Mean and standard deviation of the logarithms; a deviation of 0 says that all were alike and the network is not given it. */
  readonly center: number;
  readonly deviation: number;
}

/**
 * The conditioning inputs that a network takes: those that differed among its training images.
 *
 * @param inputs of the model
 * @returns a part of them, in order
 */
export function varyingInputs(inputs: readonly ConditioningInput[]): ConditioningInput[] {
  return inputs.filter(({ deviation }) => deviation > 0);
}

/**
 * What a network is given of an image: the values that it takes, one outside the training images' range as its end.
 *
 * @param inputs of the model
 * @param stated of the image
 * @returns a part of what is stated, in the order of the inputs
 * @example
 * import { givenValues } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const dose = { key: "electronsPerPixel", low: 100, high: 10_000, center: Math.log(1000), deviation: Math.log(10) } as const;
 * expect(givenValues([dose], { electronsPerPixel: 20_000, beamEnergyKeV: 200 })).toEqual({ electronsPerPixel: 10_000 });
 */
export function givenValues(
  inputs: readonly ConditioningInput[],
  stated: ConditioningValues,
): ConditioningValues {
  return Object.fromEntries(
    varyingInputs(inputs).flatMap(({ key, low, high }) => {
      const value = stated[key];
      return value === undefined ? [] : [[key, Math.min(high, Math.max(low, value))] as const];
    }),
  );
}

/**
 * The numbers of a network's conditioning inputs: two each, (ln value - center) / deviation and 1, or 0 and
 * 0 where it is missing.
 *
 * Values outside the training images' range are taken as its end.
 *
 * @param inputs of the model
 * @param stated of the image
 * @returns [2 x varyingInputs(inputs).length]
 * @example
 * import { encodeConditioning } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const dose = { key: "electronsPerPixel", low: 100, high: 10_000, center: Math.log(1000), deviation: Math.log(10) } as const;
 * expect([...encodeConditioning([dose], { electronsPerPixel: 10_000 })]).toEqual([1, 1]);
 * expect([...encodeConditioning([dose], {})]).toEqual([0, 0]);
 */
export function encodeConditioning(
  inputs: readonly ConditioningInput[],
  stated: ConditioningValues,
): Float32Array {
  const given = givenValues(inputs, stated);
  return Float32Array.from(
    varyingInputs(inputs).flatMap(({ key, center, deviation }) => {
      const value = given[key];
      return value === undefined ? [0, 0] : [(Math.log(value) - center) / deviation, 1];
    }),
  );
}
