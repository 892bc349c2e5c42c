/** Parts of the page that lie beside it as scripts, for a page on a disk may load scripts and nothing else. */
const waiting = new Map<string, (text: string) => void>();

declare global {
  /** What the script of a part calls. */
  var heterostemAsset: ((name: string, text: string) => void) | undefined;
}

globalThis.heterostemAsset = (name, text) => waiting.get(name)?.(text);

/**
 * Loads a part: a network, the runtime, the worker, a sample image.
 *
 * @throws Error where its script is not there
 */
export async function loadPart(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const text = await new Promise<string>((resolve, reject) => {
    const script = document.createElement("script");
    waiting.set(name, resolve);
    script.addEventListener("error", () =>
      reject(new Error(`Cannot load part of the page: ${name} must lie beside it, got nothing`)),
    );
    script.src = `${name}.part.js`;
    document.head.append(script);
    script.addEventListener("load", () => script.remove());
  });
  waiting.delete(name);
  const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
