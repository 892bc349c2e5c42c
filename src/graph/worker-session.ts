import { failureText } from "../core/index.ts";
import { Worker } from "node:worker_threads";
import "./without-telemetry.ts";
import type { FloatTensor, Session, SessionOptions } from "./onnxruntime-session.ts";
import { shareTensor } from "./session-protocol.ts";
import type { SessionCall, SessionReply, SharedTensor } from "./session-protocol.ts";

/**
 * Loads an ONNX model in a worker thread: sessions in several threads run at the same time, where those of one
 * thread run in turn.
 *
 * Tensors cross in shared memory: one copy on either side. Only from built JavaScript, because Node 20 cannot load
 * TypeScript in a worker.
 *
 * @param bytes the model
 * @param options device and threads of the session
 * @returns a session; one call at a time; dispose it when done, which ends its thread
 * @throws Error when the runtime refuses the model or the device, with its reason
 */
export async function openWorkerSession(bytes: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const worker = new Worker(new URL("./session-worker.js", import.meta.url), {
    workerData: { bytes, options },
  });
  let isEnded = false;
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      isEnded = true;
      resolve();
    });
  });
  const inputs = new Map<string, Float32Array>();
  const call = async (request: SessionCall): Promise<SessionReply> => {
    worker.postMessage(request);
    return nextReply(worker);
  };
  const { inputNames = [], outputNames = [] } = await nextReply(worker);
  return {
    inputNames,
    outputNames,
    async run(feeds, into = {}) {
      const shared = Object.entries(feeds).map(([name, tensor]) => shareTensor(inputs, name, tensor));
      const { outputs = [] } = await call({ kind: "run", inputs: shared });
      return Object.fromEntries(outputs.map((output) => [output.name, ownTensor(output, into[output.name])]));
    },
    async dispose() {
      // a thread that has ended by itself answers no more
      if (!isEnded) await call({ kind: "dispose" });
      await ended;
    },
  };
}

/** Waits for the thread's next answer, or for its end, which is a failure. */
function nextReply(worker: Worker): Promise<SessionReply> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      finish();
    };
    const onMessage = (reply: SessionReply) =>
      settle(() => (reply.failure === undefined ? resolve(reply) : reject(new Error(reply.failure))));
    const onError = (cause: unknown) => settle(() => reject(cause));
    const onExit = (code: number) =>
      settle(() =>
        reject(
          new Error(
            failureText(
              { action: "run ONNX session" },
              "wanted an answer of its thread",
              `its end (code ${code})`,
            ),
          ),
        ),
      );
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
  });
}

function ownTensor({ data, shape }: SharedTensor, into: FloatTensor | undefined): FloatTensor {
  if (into === undefined) return { data: new Float32Array(data), shape };
  into.data.set(data);
  return into;
}
