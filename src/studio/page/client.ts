import type {
  FromWorker,
  ImageTasks,
  ModelTasks,
  TaskInput,
  TaskName,
  TaskResult,
  ToWorker,
} from "../worker/protocol.ts";
import { loadPart } from "./parts.ts";

/** Where the page's work is done: one task after the other, the most urgent first, in a thread of its own. */
export interface Client<Served extends TaskName> {
  ask<Name extends Served>(
    name: Name,
    input: TaskInput<Name>,
    options?: AskOptions,
  ): Promise<TaskResult<Name>>;
  /** Stops everything that is under way or waits; the promises fail with `Stopped`. */
  stop(): void;
}

/** How a task is asked for. */
export interface AskOptions {
  /** A task of rank 0 comes before one of 1. */
  readonly rank?: number;
  /** Called with the share that is done, 0 to 1, by tasks that tell it. */
  readonly onProgress?: (share: number) => void;
  /** Ends this task alone; those that wait go on. */
  readonly signal?: AbortSignal;
}

/** What a task ends with that somebody has stopped. */
export class Stopped extends Error {
  constructor() {
    super("stopped");
  }
}

interface Waiting {
  readonly id: number;
  readonly name: TaskName;
  readonly input: unknown;
  readonly rank: number;
  readonly onProgress: (share: number) => void;
  readonly resolve: (result: never) => void;
  readonly reject: (cause: Error) => void;
}

/** A task that has not ended by then never will: damaged files can send a library into a loop [ms]. */
const LONGEST_MS = 300_000;

/** Scripts of the workers, by what they are asked about. */
const SCRIPTS = { image: "worker.js", model: "model-worker.js" } as const;

/**
 * Opens a client for images; its worker starts with the first task.
 *
 * @param onEnd called when a worker was ended, with all that it had open
 */
export const openImageClient = (onEnd: () => void): Client<keyof ImageTasks> =>
  openClient(SCRIPTS.image, onEnd);

/** Opens a client for the model. */
export const openModelClient = (): Client<keyof ModelTasks> => openClient(SCRIPTS.model, () => {});

function openClient<Served extends TaskName>(script: string, onEnd: () => void): Client<Served> {
  let worker: Promise<Worker> | null = null;
  let queue: Waiting[] = [];
  let current: Waiting | null = null;
  let timer = 0;
  let count = 0;

  const settle = (end: (task: Waiting) => void) => {
    clearTimeout(timer);
    const task = current;
    current = null;
    if (task !== null) end(task);
    void next();
  };
  const end = () => {
    if (worker === null) return;
    void worker.then((running) => running.terminate());
    worker = null;
    // when who ends it has put his tasks in order
    queueMicrotask(onEnd);
  };
  const hear = ({ data }: MessageEvent<FromWorker>) => {
    if (data.kind === "wanted") return void give(data.name);
    if (data.id !== current?.id) return;
    if (data.kind === "progress") current.onProgress(data.share);
    else if (data.kind === "done") settle((task) => task.resolve(data.result as never));
    else settle((task) => task.reject(new Error(data.message)));
  };
  const send = async (message: ToWorker, transfer: Transferable[] = []) =>
    (await worker)?.postMessage(message, transfer);
  const give = async (name: string) => {
    try {
      const bytes = await loadPart(name);
      await send({ kind: "asset", name, bytes }, [bytes.buffer]);
    } catch {
      await send({ kind: "asset", name, bytes: null });
    }
  };
  const start = async () => {
    const started = await startWorker(script);
    started.addEventListener("message", hear);
    started.addEventListener("error", (event) => {
      event.preventDefault();
      // not told: what has failed by itself would fail again
      worker = null;
      started.terminate();
      settle((task) => task.reject(new Error(`Cannot ${wordsOf(task.name)}: ${event.message}`)));
    });
    return started;
  };
  const next = async () => {
    if (current !== null || queue.length === 0) return;
    const [first, ...others] = queue.toSorted((a, b) => a.rank - b.rank || a.id - b.id);
    current = first;
    queue = others;
    worker ??= start();
    try {
      await worker;
    } catch (cause) {
      if (current !== first) return;
      worker = null;
      return settle((task) => task.reject(cause as Error));
    }
    // who has stopped it meanwhile has asked for another one, or for none
    if (current !== first) return;
    timer = window.setTimeout(() => {
      end();
      const text = `it must end within ${LONGEST_MS / 1000} s, got no end; the file may be damaged, or too large for this machine`;
      settle((task) => task.reject(new Error(`Cannot ${wordsOf(task.name)}: ${text}`)));
    }, LONGEST_MS);
    await send({ kind: "task", id: first.id, name: first.name, input: first.input });
  };
  /** A task that is under way ends with its worker, for nobody can speak to that meanwhile. */
  const abandon = (task: Waiting) => {
    if (current === task) {
      end();
      settle(({ reject }) => reject(new Stopped()));
    } else if (queue.includes(task)) {
      queue = queue.filter((one) => one !== task);
      task.reject(new Stopped());
    }
  };
  return {
    ask: (name, input, { rank = 0, onProgress = () => {}, signal } = {}) =>
      new Promise((resolve, reject) => {
        const task = { id: ++count, name, input, rank, onProgress, resolve, reject };
        queue.push(task);
        signal?.addEventListener("abort", () => abandon(task));
        void next();
      }),
    stop() {
      end();
      clearTimeout(timer);
      const stopped = [...(current === null ? [] : [current]), ...queue];
      current = null;
      queue = [];
      for (const { reject } of stopped) reject(new Stopped());
    },
  };
}

const WORDS: Readonly<Record<TaskName, string>> = {
  prepare: "open network",
  read: "read image",
  answer: "invert image",
  pool: "pool images",
  particles: "find particles",
  explain: "explain image",
  structures: "draw structures",
  grow: "grow aggregate",
  tryRenderers: "compare renderers",
  file: "write file",
};
const wordsOf = (name: TaskName) => WORDS[name];

async function startWorker(script: string): Promise<Worker> {
  const url = URL.createObjectURL(new Blob([await loadPart(script)], { type: "text/javascript" }));
  try {
    return new Worker(url);
  } finally {
    // the worker has its address by then
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}
