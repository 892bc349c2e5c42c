import type { StartStage } from "../core/index.ts";

/** Seconds that a stage of a job took. */
export interface StageSeconds {
  readonly stage: string;
  readonly seconds: number;
}

/** The caller's stages, with the seconds of each written down as it ends. */
export function timedStages(startStage: StartStage): {
  readonly startStage: StartStage;
  readonly seconds: readonly StageSeconds[];
} {
  const seconds: StageSeconds[] = [];
  const timed: StartStage = (title, total) => {
    const stage = startStage(title, total);
    return {
      update: stage.update,
      finish(note) {
        const elapsed = stage.finish(note);
        seconds.push({ stage: title, seconds: elapsed });
        return elapsed;
      },
    };
  };
  return { startStage: timed, seconds };
}
