/** Looks at the time before work is given up that takes none at all: on a busy machine it gets its share only. */
const MOST_LOOKS = 100;
/** Shortest time between two looks, as a share of the limit. */
const LEAST_SHARE = 0.1;

/**
 * Watches the processor time that all threads take from now on: for work of another thread, on which this one waits.
 *
 * @param limitMs most processor time [ms]
 * @param onOver called once, when it is used up
 * @returns ends the watch, and says what was taken so far [ms]
 * @example
 * import { watchProcessorTime } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(await new Promise((done) => watchProcessorTime(1, () => done("over")))).toBe("over");
 */
export function watchProcessorTime(limitMs: number, onOver: () => void): () => number {
  const begun = process.cpuUsage();
  const takenMs = () => {
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000;
  };
  let timer: NodeJS.Timeout;
  const lookIn = (waitMs: number, looks: number) => {
    timer = setTimeout(() => {
      const leftMs = limitMs - takenMs();
      if (leftMs <= LEAST_SHARE * limitMs || looks === MOST_LOOKS) onOver();
      else lookIn(Math.max(leftMs, LEAST_SHARE * limitMs), looks + 1);
    }, waitMs);
  };
  lookIn(limitMs, 1);
  return () => {
    clearTimeout(timer);
    return takenMs();
  };
}
