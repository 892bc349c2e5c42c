import type { FromWorker } from "./protocol.ts";

/** Parts of the page that are loaded when they are wanted, by name: networks and the runtime's WebAssembly. */
const wanted = new Map<
  string,
  { promise: Promise<Uint8Array<ArrayBuffer>>; settle: (bytes: Uint8Array<ArrayBuffer> | null) => void }
>();

/**
 * Asks the page for a part of itself; a second time it is there already.
 *
 * @throws Error where the page lacks it
 */
export function asset(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const known = wanted.get(name);
  if (known !== undefined) return known.promise;
  let settle: (bytes: Uint8Array<ArrayBuffer> | null) => void = () => {};
  const promise = new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
    settle = (bytes) => {
      if (bytes !== null) return resolve(bytes);
      wanted.delete(name);
      reject(new Error(`Cannot load part of the page: wanted ${name}, got nothing; load the page again`));
    };
  });
  wanted.set(name, { promise, settle });
  postMessage({ kind: "wanted", name } satisfies FromWorker);
  return promise;
}

/** Hands over what was asked for; null where the page could not load it. */
export function giveAsset(name: string, bytes: Uint8Array<ArrayBuffer> | null): void {
  wanted.get(name)?.settle(bytes);
}
