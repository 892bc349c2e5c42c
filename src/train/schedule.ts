/** Learning rate against the step, after a linear warm-up. */
export type LearningRateSchedule = {
  readonly peak: number;
  /** Steps over which the rate rises to the peak; 0. */
  readonly warmUpSteps?: number;
} & (
  | {
      /** Half a cosine down to a fraction of the peak [loshchilov2017]; the default. */
      readonly shape?: "cosine";
      /** Rate at the last step as a fraction of the peak; 0.01. */
      readonly finalFraction?: number;
    }
  | {
      /** Multiplied by `factor` after every `everySteps` steps. */
      readonly shape: "step";
      readonly everySteps: number;
      readonly factor: number;
    }
  | { readonly shape: "constant" }
);

/**
 * Learning rate of a step.
 *
 * @example
 * import { learningRateAt } from "../src/train/schedule.ts";
 * import { expect } from "vitest";
 * expect(learningRateAt({ peak: 1e-3, warmUpSteps: 10 }, 5, 100)).toBeCloseTo(5e-4, 12);
 * expect(learningRateAt({ peak: 1e-3 }, 100, 100)).toBeCloseTo(1e-5, 12);
 * expect(learningRateAt({ peak: 1, shape: "step", everySteps: 10, factor: 0.5 }, 21, 100)).toBe(0.25);
 */
export function learningRateAt(schedule: LearningRateSchedule, step: number, steps: number): number {
  const { peak, warmUpSteps = 0 } = schedule;
  if (step <= warmUpSteps) return (peak * step) / warmUpSteps;
  const done = step - warmUpSteps - 1;
  if (schedule.shape === "constant") return peak;
  if (schedule.shape === "step") return peak * schedule.factor ** Math.floor(done / schedule.everySteps);
  const { finalFraction = 0.01 } = schedule;
  const progress = done / Math.max(1, steps - warmUpSteps - 1);
  const cosine = 0.5 * (1 + Math.cos(Math.PI * progress));
  return peak * (finalFraction + (1 - finalFraction) * cosine);
}
