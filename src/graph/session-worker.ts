import { parentPort, workerData } from "node:worker_threads";
import { openSession } from "./onnxruntime-session.ts";
import type { FloatTensor, SessionOptions } from "./onnxruntime-session.ts";
import { shareTensor } from "./session-protocol.ts";
import type { SessionCall, SessionReply, SharedTensor } from "./session-protocol.ts";

const { bytes, options } = workerData as { readonly bytes: Uint8Array; readonly options: SessionOptions };
const port = parentPort;
const reply = (message: SessionReply) => port?.postMessage(message);
const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

try {
  const session = await openSession(bytes, options);
  // the runtime does not read shared memory: tensors are copied to arrays of this thread
  const inputs = new Map<string, Float32Array>();
  const outputs = new Map<string, Float32Array>();
  port?.on("message", async (call: SessionCall) => {
    try {
      if (call.kind === "dispose") {
        await session.dispose();
        reply({});
        port.close();
        return;
      }
      const feeds = call.inputs.map((tensor) => [tensor.name, ownCopy(inputs, tensor)] as const);
      const results = await session.run(Object.fromEntries(feeds));
      const shared = Object.entries(results).map(([name, tensor]) => shareTensor(outputs, name, tensor));
      reply({ outputs: shared });
    } catch (cause) {
      reply({ failure: messageOf(cause) });
    }
  });
  reply({ inputNames: session.inputNames, outputNames: session.outputNames });
} catch (cause) {
  reply({ failure: messageOf(cause) });
}

function ownCopy(store: Map<string, Float32Array>, { name, data, shape }: SharedTensor): FloatTensor {
  let own = store.get(name);
  if (own?.length !== data.length) {
    own = new Float32Array(data.length);
    store.set(name, own);
  }
  own.set(data);
  return { data: own, shape };
}
