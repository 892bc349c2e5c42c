import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The decoder's WebAssembly, as it lies in its package; the studio's page is built with its bytes in this module's place. */
export const jpegWasm = (): Uint8Array =>
  readFileSync(createRequire(import.meta.url).resolve("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm"));
