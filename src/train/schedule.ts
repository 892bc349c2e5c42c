/** Learning rate against the step: a linear warm-up, then half a cosine down to a fraction of the peak. */
export interface CosineSchedule {
  readonly peak: number;
  /** Steps over which the rate rises to the peak; 0. */
  readonly warmUpSteps?: number;
  /** Rate at the last step as a fraction of the peak; 0.01. */
  readonly finalFraction?: number;
}

/**
 * Learning rate of a step under warm-up and cosine decay [loshchilov2017].
 *
 * @param schedule peak rate, warm-up, final fraction
 * @param step 1 for the first
 * @param steps count of steps of the whole training
 * @returns the rate
 * @example
 * import { learningRateAt } from "../src/train/index.ts";
 * import { expect } from "vitest";
 * expect(learningRateAt({ peak: 1e-3, finalFraction: 0 }, 50, 100)).toBeCloseTo(5e-4, 4);
 */
export function learningRateAt(schedule: CosineSchedule, step: number, steps: number): number {
  const { peak, warmUpSteps = 0, finalFraction = 0.01 } = schedule;
  if (step <= warmUpSteps) return (peak * step) / warmUpSteps;
  const progress = (step - warmUpSteps - 1) / Math.max(1, steps - warmUpSteps - 1);
  const cosine = 0.5 * (1 + Math.cos(Math.PI * progress));
  return peak * (finalFraction + (1 - finalFraction) * cosine);
}
