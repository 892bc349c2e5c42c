import { AsyncLocalStorage } from "node:async_hooks";
import { totalmem } from "node:os";

/** Share of the machine's memory that a command may take for what it reads, where nobody says. */
const DEFAULT_SHARE = 1 / 4;

const told = new AsyncLocalStorage<number>();

/** Of the machine's memory, or of what the system leaves to this process: 0 or more than there is where it sets no limit. */
const DEFAULT_BYTES =
  DEFAULT_SHARE *
  Math.min(totalmem(), process.constrainedMemory() > 0 ? process.constrainedMemory() : Infinity);

/**
 * The memory that this work may take for one image, stack or table [bytes]: what `withMemoryBudget` says, else a quarter of
 * the machine's memory, or of what the system leaves to this process.
 */
export const memoryBudget = (): number => told.getStore() ?? DEFAULT_BYTES;

/**
 * Does work under a memory budget of its own; readers ask for it before they allocate.
 *
 * @param bytes most that one image, stack or table may take
 * @param work what is done under it
 * @returns what the work gives
 * @example
 * import { memoryBudget, withMemoryBudget } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * expect(withMemoryBudget(1e9, memoryBudget)).toBe(1e9);
 */
export const withMemoryBudget = <T>(bytes: number, work: () => T): T => told.run(bytes, work);

/** What an error says of a need beyond the budget: "at most 5.8 GB of memory", and how to get more. */
export interface MemoryWords {
  readonly wanted: string;
  readonly got: string;
  readonly remedy: string;
}

/**
 * Whether something fits the memory budget.
 *
 * @param neededBytes by sizes that a file states, before anything is allocated
 * @returns null where it fits, else the words for the error
 */
export function beyondMemory(neededBytes: number): MemoryWords | null {
  const budget = memoryBudget();
  if (neededBytes <= budget) return null;
  const wanted = `need at most ${gigabytes(budget)} of memory`;
  return { wanted, got: gigabytes(neededBytes), remedy: "--max-memory GB allows more" };
}

/** Two digits, and never "0 GB". */
const gigabytes = (bytes: number) => `${Number((bytes / 1e9).toPrecision(2))} GB`;
