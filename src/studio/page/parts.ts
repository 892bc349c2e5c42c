/** Parts of the page that lie beside it as scripts, for a page on a disk may load scripts and nothing else. */
const waiting = new Map<string, (text: string) => void>();
/** Texts that are on their way: two who want a part at the same time get it by one script. */
const coming = new Map<string, Promise<string>>();

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
  const own = coming.get(name) ?? textOf(name);
  coming.set(name, own);
  const packed = bytesOf(await own.finally(() => coming.delete(name)));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function textOf(name: string): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const script = document.createElement("script");
    waiting.set(name, resolve);
    script.addEventListener("error", () => {
      script.remove();
      reject(new Error(`Cannot load part of the page: ${name} must lie beside it, got nothing`));
    });
    script.src = `${name}.part.js`;
    document.head.append(script);
    script.addEventListener("load", () => script.remove());
  }).finally(() => waiting.delete(name));
}

/** Bytes of base64, in a plain loop: a function called for each of millions of characters holds up the page. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
