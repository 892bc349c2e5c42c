import { parentPort } from "node:worker_threads";
import { withMemoryBudget } from "../core/index.ts";
import { openParquet, type ParquetFacts, type ParquetFile, UnpackedSizeError } from "./parquet-file.ts";

/** What the thread is asked: to open a file, or for rows of the one that it opened last. */
export type ParquetQuestion =
  | { readonly kind: "open"; readonly path: string }
  | {
      readonly kind: "read";
      readonly columns: readonly string[];
      readonly start: number;
      readonly end: number;
      /** What the command may take: a thread has no other way to know. */
      readonly memoryBytes: number;
    };

/** What the thread answers: that its library is loaded, then one answer a question. */
export type ParquetAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "opened"; readonly facts: ParquetFacts }
  | { readonly kind: "rows"; readonly rows: Record<string, unknown>[] }
  | { readonly kind: "failed"; readonly reason: ParquetFailure };

/** Why a file was not read. */
export interface ParquetFailure {
  readonly message: string;
  /** Of the system, such as ENOENT. */
  readonly code: string | undefined;
  readonly isTooLarge: boolean;
}

let file: ParquetFile | undefined;

async function answerTo(question: ParquetQuestion): Promise<ParquetAnswer> {
  if (question.kind === "open") {
    file = await openParquet(question.path);
    const { rowCount, groupRowCounts } = file;
    return { kind: "opened", facts: { rowCount, groupRowCounts } };
  }
  const { columns, start, end, memoryBytes } = question;
  const opened = file;
  if (opened === undefined) throw new RangeError("a file must be opened before it is read, got none");
  const rows = await withMemoryBudget(memoryBytes, () => opened.read(columns, start, end));
  return { kind: "rows", rows };
}

function failure(cause: unknown): ParquetAnswer {
  const { message, code } = cause as NodeJS.ErrnoException;
  return { kind: "failed", reason: { message, code, isTooLarge: cause instanceof UnpackedSizeError } };
}

parentPort?.on("message", (question: ParquetQuestion) => {
  void answerTo(question)
    .catch(failure)
    .then((answer) => parentPort?.postMessage(answer));
});
parentPort?.postMessage({ kind: "ready" } satisfies ParquetAnswer);
