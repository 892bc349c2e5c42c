/** In place of node:worker_threads: the page's work is done in a worker already, which starts no other. */
export function Worker(): never {
  throw new Error("Cannot start thread: the page works in one of its own");
}

export const parentPort = null;
export const workerData = null;
