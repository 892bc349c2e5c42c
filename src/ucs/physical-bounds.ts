import type { ModelFacts } from "./model-facts.ts";

/** Least and most that a quantity can be, in its unit; infinite where nothing bounds it. */
export interface PhysicalBounds {
  readonly low: number;
  readonly high: number;
}

/** Parts of a whole: none is below nothing or above all. */
const SHARE_UNIT = /^(wt|vol|at|mol|mass|area)[ .-]*%$/i;
/** Strengths, moduli and hardnesses, lengths, and their squares and cubes. */
const AMOUNT_UNIT = /^(([kMG]?Pa)|(HV\d*)|([nuµμm]?m([23²³]|\^[23])?))$/;

/**
 * What bounds a target: shares (wt%, vol%, at%) lie from 0 to 100, strengths, moduli, hardnesses and lengths not below 0.
 *
 * The unit says which; a quantity that was beyond in training, such as a residual stress below 0, is not bounded.
 *
 * @param facts unit and range of the numbers that were trained on
 * @returns bounds that hold for every number trained on
 */
export function physicalBounds({
  unit,
  targetRange,
}: Pick<ModelFacts, "unit" | "targetRange">): PhysicalBounds {
  const none = { low: -Infinity, high: Infinity };
  if (unit === null) return none;
  const isShare = SHARE_UNIT.test(unit);
  if (!isShare && !AMOUNT_UNIT.test(unit)) return none;
  const bounds = { low: 0, high: isShare ? 100 : Infinity };
  const [least, most] = targetRange;
  return least >= bounds.low && most <= bounds.high ? bounds : none;
}
