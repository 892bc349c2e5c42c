import { existsSync, readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { failureText } from "../core/index.ts";
import { bytesText } from "./bytes-text.ts";

/** What a corpus needs of a disk. */
interface NeededSpace {
  /** What is done, for the error. */
  readonly action: string;
  /** On the disk; exists. */
  readonly folder: string;
  /** Of the corpus, where an earlier call may have left some of its files. */
  readonly corpus: string;
  /** Of the whole corpus. */
  readonly bytes: number;
  /** What to do beside making room, or choosing another disk. */
  readonly remedy?: string;
}

/**
 * Checks that a corpus fits the disk: a full one is better met before an hour of work than after it.
 *
 * @throws Error with what is needed, what is free, and the remedy
 */
export function checkSpace({ action, folder, corpus, bytes, remedy = "" }: NeededSpace): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const needed = bytes - finishedBytes(join(corpus, "data"));
  if (free > needed) return;
  const wanted = `the disk must have ${bytesText(needed)} free`;
  const text = failureText({ action, where: folder }, wanted, bytesText(free));
  throw new Error(`${text}; make room, ${remedy}or choose another disk with --out`);
}

/** Bytes that an earlier, interrupted call has written. */
function finishedBytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
