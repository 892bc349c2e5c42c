/** Progress of one stage of a long job: what is being done, how far. */
export interface Stage {
  /**
   * Tells that `done` of the stage's total are finished; `note` is a short figure such as "loss 0.12", `total` the number of
   * steps where it was not known at the start.
   */
  update(done: number, note?: string, total?: number): void;
  /** Ends the stage; returns the seconds it took, to be reported, never to be computed with. */
  finish(note?: string): number;
}

/** Opens a stage by its title, such as "Growing aggregates", and its number of steps (0 where that is not known yet); handed in by the caller. */
export type StartStage = (title: string, total: number) => Stage;

/** What a long job is given to work with besides its data. */
export interface Work {
  /** Threads; the results do not depend on their number. */
  readonly workers: number;
  readonly startStage: StartStage;
}
