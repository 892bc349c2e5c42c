import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FORMATS } from "./formats.ts";
import { mutantOf, type FuzzAnswer, type FuzzQuestion } from "./worker.ts";

/** Most processor time that a reader may take for a small file [ms]. */
const LIMIT_CPU_MS = 2000;
/** Wall time after which a reader is taken to hang [ms]: a busy machine's pauses are in it. */
const LIMIT_MS = 20_000;
/** Longest that a process may take to start on a busy machine [ms]. */
const START_MS = 120_000;
/** Heap of a reading process [MB], and all memory that it may hold [bytes]: the program itself holds a quarter of it. */
const HEAP_MB = 512;
const LIMIT_RSS = 1e9;

/** A mutant that a reader did not end in time, memory and words. */
export interface FuzzFault {
  readonly format: string;
  readonly index: number;
  readonly name: string;
  readonly fault: string;
  readonly bytes: Uint8Array;
}

/** How the mutants of a format ended. */
export interface FuzzCount {
  readonly format: string;
  readonly read: number;
  readonly refused: number;
  readonly faults: readonly FuzzFault[];
  /** Most processor time of a reading [ms], and most memory [bytes]. */
  readonly slowestMs: number;
  readonly peakRss: number;
}

/** A process that reads mutants; it may hang, run out of memory or abort, and is then replaced. */
interface Reader {
  ask(question: FuzzQuestion): Promise<FuzzAnswer | "hang" | "abort">;
  end(): void;
}

/**
 * Reads mutants of a format in a process of their own.
 *
 * @param format name, of FORMATS
 * @param options.count mutants
 * @param options.seed of their random stream
 * @returns counts and faults; a hang, a peak of memory or of processor time counts when it comes again in a fresh process
 */
export async function fuzzFormat(
  format: string,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<FuzzCount> {
  const total = { read: 0, refused: 0, slowestMs: 0, peakRss: 0 };
  const faults: FuzzFault[] = [];
  let reader = await openReader(format);
  for (let index = 0; index < count; index++) {
    let answer = await reader.ask({ seed, index });
    if (typeof answer === "string" || answer.rss > LIMIT_RSS || answer.cpuMs > LIMIT_CPU_MS) {
      reader.end();
      reader = await openReader(format);
      answer = await reader.ask({ seed, index });
      if (typeof answer === "string") {
        reader.end();
        reader = await openReader(format);
      }
    }
    const fault = faultOf(answer);
    if (fault !== null)
      faults.push({ format, index, fault, ...(await bytesOf(format, answer, { seed, index })) });
    else if (typeof answer !== "string" && answer.kind === "read") total.read++;
    else total.refused++;
    if (typeof answer === "string") continue;
    total.slowestMs = Math.max(total.slowestMs, answer.cpuMs);
    total.peakRss = Math.max(total.peakRss, answer.rss);
  }
  reader.end();
  return { format, ...total, faults };
}

function faultOf(answer: FuzzAnswer | "hang" | "abort"): string | null {
  if (answer === "hang") return `no end within ${LIMIT_MS} ms`;
  if (answer === "abort") return "the process ended";
  if (answer.cpuMs > LIMIT_CPU_MS) return `${Math.round(answer.cpuMs)} ms of processor time`;
  if (answer.rss > LIMIT_RSS) return `${Math.round(answer.rss / 1e6)} MB of memory`;
  return answer.fault ?? null;
}

async function bytesOf(format: string, answer: FuzzAnswer | string, question: FuzzQuestion) {
  if (typeof answer !== "string" && answer.bytes !== undefined) {
    return { name: answer.name ?? format, bytes: Buffer.from(answer.bytes, "base64") };
  }
  const folder = mkdtempSync(join(tmpdir(), "heterostem-fuzz-"));
  try {
    return mutantOf(format, await FORMATS[format].seeds(folder), question);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openReader(format: string): Promise<Reader> {
  const child = fork(join(import.meta.dirname, "worker.js"), [format], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    // an abort prints a page about the heap
    stdio: ["ignore", "ignore", process.env["HETEROSTEM_DEBUG"] ? "inherit" : "ignore", "ipc"],
  });
  const ready = await nextAnswer(child, START_MS);
  if (typeof ready === "string")
    throw new Error(`Cannot fuzz ${format}: its seeds must be read, got none (${ready})`);
  return {
    ask(question) {
      const answer = nextAnswer(child, LIMIT_MS);
      if (child.connected) child.send(question);
      return answer;
    },
    end: () => void child.kill("SIGKILL"),
  };
}

function nextAnswer(child: ChildProcess, limitMs: number): Promise<FuzzAnswer | "hang" | "abort"> {
  return new Promise((done) => {
    const finish = (answer: FuzzAnswer | "hang" | "abort") => {
      clearTimeout(timer);
      child.off("message", hear);
      child.off("exit", abort);
      done(answer);
    };
    const hear = (answer: unknown) => finish(answer as FuzzAnswer);
    const abort = () => finish("abort");
    const timer = setTimeout(() => finish("hang"), limitMs);
    child.on("message", hear);
    child.on("exit", abort);
    if (!child.connected) abort();
  });
}
