import { existsSync, readdirSync, readFileSync } from "node:fs";
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** Each of 8 parts has 5 files: some tenths of a second, so that a task can be met between two files. */
export const SMALL_JOB = {
  recipe: `
name: Small one
seed: 7
aggregate: { particleCount: 9, fractalPrefactor: 1.3, necking: 0.1 }
microscope: { widthPx: 32, heightPx: 32, pixelSizeNm: 4 }
`,
  size: ["--count", "1600", "--shard-size", "40"],
};

/** What one command printed, and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command's end, whatever its exit code. */
export async function ended(
  command: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, words, { env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as Ended;
  }
}

const PROGRAM = resolve(import.meta.dirname, "../../dist/src/cli/main.js");

/** The built program in a process of its own. */
export const heterostemProgram = (...words: string[]) => ended(process.execPath, [PROGRAM, ...words]);

/** Waits until something holds; throws where it never does. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 60,
): Promise<void> {
  for (let waited = 0; waited < seconds * 20; waited++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}

/** The process that makes a part of eight now; null where none does. */
export function partProcess(partsFolder: string, index: number): number | null {
  const part = `${partsFolder}/${index}-of-8`;
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (words.includes("generate") && words.includes(part)) return Number(pid);
    } catch {
      // it has ended
    }
  }
  return null;
}

/** Files of a part that is not complete. */
export function filesOfPart(partsFolder: string, index: number): number {
  const data = join(partsFolder, `${index}-of-8.partial/data`);
  return existsSync(data) ? readdirSync(data).filter((file) => file.endsWith(".parquet")).length : 0;
}

/** Sends a signal to one process, which is there. */
export function kill(pid: number | null, signal: NodeJS.Signals): void {
  if (pid === null || !(pid > 1)) throw new Error("no such process");
  process.kill(pid, signal);
}

/** The script that started a process. */
export function parentOf(pid: number | null): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
