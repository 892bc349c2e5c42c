// Decodes one file after the other with the built reader; the parent ends this thread when an answer takes too long.
import { parentPort, workerData } from "node:worker_threads";

const { decodeHdf5 } = await import(workerData.decoder);

parentPort.on("message", async (bytes) => {
  let answer;
  try {
    const { axes } = await decodeHdf5(bytes, {});
    answer = { shape: axes.map((axis) => axis.size) };
  } catch (error) {
    answer = { name: error.constructor.name, message: error.message };
  }
  parentPort.postMessage(answer, []);
});
parentPort.postMessage({ message: "ready" }, []);
