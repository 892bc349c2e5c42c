/** What an experimenter can state of an image beside it; electrons per pixel are those of the network's pixels. */
export const CONDITION_KEYS = [
  "electronsPerPixel",
  "pixelSizeNm",
  "beamEnergyKeV",
  "innerMrad",
  "outerMrad",
] as const;
export type ConditionKey = (typeof CONDITION_KEYS)[number];

/** Words and unit of each, for notes. */
export const CONDITION_LABELS: Readonly<Record<ConditionKey, readonly [label: string, unit: string]>> = {
  electronsPerPixel: ["dose", "electrons per pixel"],
  pixelSizeNm: ["pixel size", "nm"],
  beamEnergyKeV: ["beam energy", "keV"],
  innerMrad: ["inner detector angle", "mrad"],
  outerMrad: ["outer detector angle", "mrad"],
};

/** What is stated of one image; a key that is not there is not stated. */
export type StatedConditions = Readonly<Partial<Record<ConditionKey, number>>>;

/** A condition among the training images. */
export interface Condition {
  readonly key: ConditionKey;
  /** Smallest and largest value. */
  readonly low: number;
  readonly high: number;
  /** Mean and standard deviation of the logarithms; a deviation of 0 says that all were alike and the network is not told. */
  readonly center: number;
  readonly deviation: number;
}

/**
 * The conditions that a network is told: those that differed among its training images.
 *
 * @param conditions of the model
 * @returns a part of them, in order
 */
export function toldConditions(conditions: readonly Condition[]): Condition[] {
  return conditions.filter(({ deviation }) => deviation > 0);
}

/**
 * What a network is told of an image: the stated conditions that it takes, a value outside the training images' range as its end.
 *
 * @param conditions of the model
 * @param stated of the image
 * @returns a part of what is stated, in the order of the conditions
 * @example
 * import { toldValues } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const dose = { key: "electronsPerPixel", low: 100, high: 10_000, center: Math.log(1000), deviation: Math.log(10) } as const;
 * expect(toldValues([dose], { electronsPerPixel: 20_000, beamEnergyKeV: 200 })).toEqual({ electronsPerPixel: 10_000 });
 */
export function toldValues(conditions: readonly Condition[], stated: StatedConditions): StatedConditions {
  return Object.fromEntries(
    toldConditions(conditions).flatMap(({ key, low, high }) => {
      const value = stated[key];
      return value === undefined ? [] : [[key, Math.min(high, Math.max(low, value))] as const];
    }),
  );
}

/**
 * Numbers that tell a network what is stated of an image: two a condition, (ln value - center) / deviation and 1, or 0 and
 * 0 where it is not stated.
 *
 * Values outside the training images' range are taken as its end.
 *
 * @param conditions of the model
 * @param stated of the image
 * @returns [2 x toldConditions(conditions).length]
 * @example
 * import { encodeConditions } from "../src/posterior/index.ts";
 * import { expect } from "vitest";
 * const dose = { key: "electronsPerPixel", low: 100, high: 10_000, center: Math.log(1000), deviation: Math.log(10) } as const;
 * expect([...encodeConditions([dose], { electronsPerPixel: 10_000 })]).toEqual([1, 1]);
 * expect([...encodeConditions([dose], {})]).toEqual([0, 0]);
 */
export function encodeConditions(conditions: readonly Condition[], stated: StatedConditions): Float32Array {
  const told = toldValues(conditions, stated);
  return Float32Array.from(
    toldConditions(conditions).flatMap(({ key, center, deviation }) => {
      const value = told[key];
      return value === undefined ? [0, 0] : [(Math.log(value) - center) / deviation, 1];
    }),
  );
}
