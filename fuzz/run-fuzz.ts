import { fork, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PACKAGE } from "./format.ts";
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
  ask(question: FuzzQuestion): Promise<Answer>;
  end(): void;
}

/** Files of the build without which HDF5 and Parquet are read in the calling thread, as from uncompiled sources. */
const THREADS = ["dist/src/micrograph/hdf5/hdf5-worker.js", "dist/src/corpus/parquet-worker.js"] as const;
/** Mutants after which a process that reads without threads must still read a healthy file. */
const BATCH = 50;

type Answer = FuzzAnswer | "hang" | "abort";

/**
 * Reads mutants of a format in a process of their own.
 *
 * Starting threads takes half a second a mutant, so they are read by a copy of the build that has none; whatever is not right there is
 * asked again of a fresh process of the build itself, and so are the mutants before which a process no longer reads a healthy file.
 *
 * @param format name, of FORMATS
 * @param options.count mutants
 * @param options.seed of their random stream
 * @returns counts and faults of the build itself
 */
export async function fuzzFormat(
  format: string,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<FuzzCount> {
  const copy = buildWithoutThreads();
  const openCopy = () => openReader(format, join(copy, "dist/fuzz/worker.js"));
  const answers: Answer[] = [];
  try {
    let reader = await openCopy();
    while (answers.length < count) {
      const batch: Answer[] = [];
      while (batch.length < Math.min(BATCH, count - answers.length)) {
        const question = { seed, index: answers.length + batch.length };
        const answer = await reader.ask(question);
        const isRight = faultOf(answer) === null;
        batch.push(isRight ? answer : await askedAfresh(format, question));
        if (isRight) continue;
        reader.end();
        reader = await openCopy();
      }
      const healthy = await reader.ask({ seed, index: null });
      if (typeof healthy === "string" || healthy.kind !== "read") {
        for (const i of batch.keys())
          batch[i] = await askedAfresh(format, { seed, index: answers.length + i });
        reader.end();
        reader = await openCopy();
      }
      answers.push(...batch);
    }
    reader.end();
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return counted(format, answers, seed);
}

/** The checkout by links, but for the build, which lacks what starts threads. */
function buildWithoutThreads(): string {
  const copy = mkdtempSync(join(tmpdir(), "heterostem-fuzz-build-"));
  for (const name of readdirSync(PACKAGE)) {
    if (name !== "dist") symlinkSync(join(PACKAGE, name), join(copy, name));
  }
  for (const part of ["src", "fuzz", "test"]) {
    cpSync(join(PACKAGE, "dist", part), join(copy, "dist", part), { recursive: true });
  }
  for (const thread of THREADS) rmSync(join(copy, thread));
  return copy;
}

/** The answer of a fresh process of the build itself; a fault of time, memory or its end counts when it comes again. */
async function askedAfresh(format: string, question: FuzzQuestion): Promise<Answer> {
  let answer: Answer = "abort";
  for (let time = 0; time < 2; time++) {
    const reader = await openReader(format, join(import.meta.dirname, "worker.js"));
    answer = await reader.ask(question);
    reader.end();
    if (faultOf(answer) === null) break;
  }
  return answer;
}

async function counted(format: string, answers: readonly Answer[], seed: number): Promise<FuzzCount> {
  const faults: FuzzFault[] = [];
  for (const [index, answer] of answers.entries()) {
    const fault = faultOf(answer);
    if (fault !== null)
      faults.push({ format, index, fault, ...(await bytesOf(format, answer, { seed, index })) });
  }
  const ended = answers.filter((answer) => typeof answer !== "string");
  const read = ended.filter(({ kind }) => kind === "read").length;
  return {
    format,
    read,
    refused: answers.length - read - faults.length,
    faults,
    slowestMs: Math.max(0, ...ended.map(({ cpuMs }) => cpuMs)),
    peakRss: Math.max(0, ...ended.map(({ rss }) => rss)),
  };
}

function faultOf(answer: Answer): string | null {
  if (answer === "hang") return `no end within ${LIMIT_MS} ms`;
  if (answer === "abort") return "the process ended";
  if (answer.cpuMs > LIMIT_CPU_MS) return `${Math.round(answer.cpuMs)} ms of processor time`;
  if (answer.rss > LIMIT_RSS) return `${Math.round(answer.rss / 1e6)} MB of memory`;
  return answer.fault ?? null;
}

async function bytesOf(format: string, answer: Answer, question: FuzzQuestion & { readonly index: number }) {
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

async function openReader(format: string, program: string): Promise<Reader> {
  const child = fork(program, [format], {
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

function nextAnswer(child: ChildProcess, limitMs: number): Promise<Answer> {
  return new Promise((done) => {
    const finish = (answer: Answer) => {
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
