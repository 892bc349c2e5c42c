import { giveAsset } from "./assets.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

type Task = (given: unknown, onProgress: (share: number) => void) => unknown;

const send = (message: FromWorker) => postMessage(message);

/** Does what the page asks for, in this thread so that the page stays alive. */
export function serveTasks(tasks: object): void {
  const named = new Map(Object.entries(tasks) as [string, Task][]);
  addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
    if (data.kind === "asset") giveAsset(data.name, data.bytes);
    else void carryOut(named.get(data.name), data.id, data.input);
  });
}

async function carryOut(task: Task | undefined, id: number, input: unknown): Promise<void> {
  try {
    const result = await task?.(input, (share) => send({ kind: "progress", id, share }));
    send({ kind: "done", id, result });
  } catch (cause) {
    send({ kind: "failed", id, message: cause instanceof Error ? cause.message : String(cause) });
  }
}
