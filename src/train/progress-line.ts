import type { TrainingProgress } from "./training-options.ts";

/** How fast a training goes. */
export interface TrainingPace {
  readonly stepsPerS: number;
  readonly imagesPerS: number;
  /** Time until the last step at this pace [s]. */
  readonly remainingS: number;
}

/**
 * Pace of a training from the time that its steps took; the clock is the caller's.
 *
 * @param progress where the training stands
 * @param timed steps done since the clock was started, the seconds it shows, images per step
 * @returns steps and images per second, time left
 * @example
 * import { trainingPace } from "../src/train/index.ts";
 * import { expect } from "vitest";
 * const pace = trainingPace({ step: 30, steps: 100 }, { stepsDone: 20, elapsedS: 10, imagesPerStep: 16 });
 * expect(pace).toEqual({ stepsPerS: 2, imagesPerS: 32, remainingS: 35 });
 */
export function trainingPace(
  progress: Pick<TrainingProgress, "step" | "steps">,
  timed: { readonly stepsDone: number; readonly elapsedS: number; readonly imagesPerStep: number },
): TrainingPace {
  const stepsPerS = timed.stepsDone / timed.elapsedS;
  return {
    stepsPerS,
    imagesPerS: stepsPerS * timed.imagesPerStep,
    remainingS: (progress.steps - progress.step) / stepsPerS,
  };
}

/**
 * One line of a metrics file: the progress and its pace as JSON.
 *
 * @param progress where the training stands
 * @param pace how fast it goes
 * @returns JSON without a line end
 */
export function metricsLine(progress: TrainingProgress, pace: TrainingPace): string {
  return JSON.stringify({ ...progress, ...pace });
}
