import { byLot, type StrengthPair } from "./regression-scores.ts";

/** Share of specimens that an interval is to hold. */
const INTERVAL_SHARE = 0.9;

/**
 * Half the width of intervals about predictions: the residual that nine of ten specimens held out do not exceed, counting the
 * new specimen among them [vovk2005].
 */
export function halfWidthOf(pairs: readonly StrengthPair[]): number {
  const residuals = pairs
    .map(({ truth, predicted }) => Math.abs(predicted - truth))
    .toSorted((a, b) => a - b);
  const rank = Math.ceil(INTERVAL_SHARE * (residuals.length + 1));
  return residuals[Math.min(residuals.length, rank) - 1];
}

/** How often an interval made from the other lots' residuals holds a lot's specimens. */
export function coverageOf(pairs: readonly StrengthPair[]): number {
  const lots = byLot(pairs);
  const held = lots.flatMap((own) => {
    const halfWidth = halfWidthOf(lots.filter((lot) => lot !== own).flat());
    return own.map(({ truth, predicted }) => Math.abs(predicted - truth) <= halfWidth);
  });
  return held.filter((isHeld) => isHeld).length / held.length;
}
