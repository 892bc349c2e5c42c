import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { memoryBudget, watchProcessorTime } from "../core/index.ts";
import { openParquet, type ParquetFile, UnpackedSizeError } from "./parquet-file.ts";
import type { ParquetAnswer, ParquetQuestion } from "./parquet-worker.ts";

/** Processor time for all readings of a file [ms], more for each megabyte of it: healthy ones take 20 to 26 ms a megabyte. */
const LIMIT_MS = 700;
const LIMIT_MS_PER_MB = 100;

const WORKER = new URL("./parquet-worker.js", import.meta.url);

/** Reads Parquet files one after the other: each until the next one is opened. */
export interface ParquetReader {
  /** @throws Error where the file is missing, is no Parquet, or takes too long; so does what it gives */
  open(path: string): Promise<ParquetFile>;
  end(): void;
}

/**
 * Starts a reader.
 *
 * Damaged files can send the Parquet library into a loop without end, so it works in a thread of its own that is stopped when its
 * time is over. From uncompiled sources (the tests), where a thread cannot start, it works in this one.
 */
export function startParquetReader(): ParquetReader {
  if (!existsSync(fileURLToPath(WORKER))) return { open: openParquet, end: () => {} };
  const worker = new Worker(WORKER);
  const ready = once(worker, "message");
  return {
    async open(path) {
      await ready;
      let leftMs = LIMIT_MS + (statSync(path).size / 1e6) * LIMIT_MS_PER_MB;
      const ask = async (question: ParquetQuestion): Promise<ParquetAnswer> => {
        const { answer, takenMs } = await answerOf(worker, question, leftMs);
        leftMs -= takenMs;
        if (answer.kind !== "failed") return answer;
        const { message, code, isTooLarge } = answer.reason;
        throw Object.assign(isTooLarge ? new UnpackedSizeError(message) : new Error(message), { code });
      };
      const opened = await ask({ kind: "open", path });
      if (opened.kind !== "opened") throw new RangeError(`a file must be opened, got ${opened.kind}`);
      return {
        ...opened.facts,
        async read(columns, start, end) {
          const answer = await ask({ kind: "read", columns, start, end, memoryBytes: memoryBudget() });
          return answer.kind === "rows" ? answer.rows : [];
        },
      };
    },
    end: () => void worker.terminate(),
  };
}

/** One answer of the thread, which keeps the program alive only while it owes one; it is ended where the time is over. */
function answerOf(
  worker: Worker,
  question: ParquetQuestion,
  limitMs: number,
): Promise<{ readonly answer: ParquetAnswer; readonly takenMs: number }> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      worker.off("message", hear).off("error", fail).unref();
      return endWatch();
    };
    const hear = (answer: ParquetAnswer) => resolve({ answer, takenMs: settle() });
    const fail = (error: Error) => {
      settle();
      reject(error);
    };
    const endWatch = watchProcessorTime(limitMs, () => {
      void worker.terminate();
      fail(new RangeError(`no end in ${Math.round(limitMs)} ms`));
    });
    worker.on("message", hear).on("error", fail).ref();
    worker.postMessage(question);
  });
}
