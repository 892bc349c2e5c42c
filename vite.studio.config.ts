import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import type { Plugin } from "vite";

const STUDIO = resolve(import.meta.dirname, "src/studio");

/** Nobody in a page asks a module where it lies, and threads are not started from there: Vite would bundle them. */
const withoutPlaces: Plugin = {
  name: "without-places",
  enforce: "pre",
  transform: (code) => code.replaceAll("import.meta.url", '"https://heterostem.invalid/studio.js"'),
};

/** The WebAssembly of the JPEG decoder stands in the worker as text: a page can read no package. */
const withJpegDecoder: Plugin = {
  name: "with-jpeg-decoder",
  enforce: "pre",
  load(id) {
    if (id !== resolve(import.meta.dirname, "src/micrograph/jpeg-wasm.ts")) return null;
    const { resolve: find } = createRequire(import.meta.url);
    const wasm = readFileSync(find("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm"), "base64");
    return `export const jpegWasm = () => Buffer.from("${wasm}", "base64");`;
  },
};

/** Zstandard's decoder would fetch its own bytes from an address of data, which the page's policy forbids. */
const withoutFetch: Plugin = {
  name: "without-fetch",
  enforce: "pre",
  transform: (code, id) =>
    id.includes("/zstddec/") ? code.replace("typeof fetch !== 'undefined'", "false") : null,
};

/** The runtime's WebAssembly lies beside the worker, which gets it from the page. */
const withRuntime: Plugin = {
  name: "with-runtime",
  generateBundle() {
    const wasm = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
    this.emitFile({ type: "asset", fileName: "onnxruntime.wasm", source: readFileSync(wasm) });
  },
};

/** gpu.js translates the text of the kernel, which must be handed to it as it was written: the minifier would rewrite it. */
const withKernelText: Plugin = {
  name: "with-kernel-text",
  transform(code, id) {
    if (id !== resolve(import.meta.dirname, "src/stem-sim/kernel/share-kernel.ts")) return null;
    return code.replace(
      /export (function shareKernel\([\s\S]*?\n\})/,
      (_, kernel: string) => `export const shareKernel = { toString: () => ${JSON.stringify(kernel)} };`,
    );
  },
};

/** Entries of the bundles, by mode. */
const ENTRIES: Readonly<Record<string, string>> = {
  page: "page/main.tsx",
  worker: "worker/worker.ts",
  "model-worker": "worker/model-worker.ts",
};

/** What modules of the bundle import of Node and never call in a page; a further one is told by the build. */
const NEVER_CALLED = ["fs", "module", "node:timers/promises", "path"];

/** Whether a message is about one of them. */
const isExpected = (message: string): boolean =>
  NEVER_CALLED.some((name) => message.includes(`Module "${name}" has been externalized`));

/**
 * Bundles the studio's page and its workers into dist/web/studio, one file each: `vite build --mode page`, `--mode worker`, `--mode model-worker`.
 *
 * The worker runs the modules of the command line. What these take from Node is here given to them by stand-ins, and ONNX Runtime by
 * its WebAssembly build, which has the same interface (docs/decisions/studio.md).
 */
export default defineConfig(({ mode }) => ({
  logLevel: "warn",
  publicDir: false,
  resolve: {
    alias: [
      { find: /^node:(\w+)$/, replacement: `${STUDIO}/stand-ins/$1.ts` },
      { find: /^onnxruntime-node$/, replacement: "onnxruntime-web/wasm" },
      { find: /^webgpu$/, replacement: `${STUDIO}/stand-ins/webgpu.ts` },
    ],
  },
  plugins: [
    withoutPlaces,
    withJpegDecoder,
    withoutFetch,
    withKernelText,
    ...(mode === "worker" ? [withRuntime] : []),
  ],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: resolve(import.meta.dirname, "dist/web/studio"),
    emptyOutDir: false,
    target: "es2022",
    lib: {
      entry: resolve(STUDIO, ENTRIES[mode]),
      name: "heterostemStudio",
      formats: ["iife"],
      fileName: () => `${mode}.js`,
      cssFileName: "page",
    },
    rolldownOptions: {
      experimental: { lazyBarrel: true },
      onLog: (level, log, report) => {
        if (!isExpected(log.message)) report(level, log);
      },
      // the page's policy forbids what zod would compile
      output: { banner: "globalThis.__zod_globalConfig = { jitless: true };" },
      // an index that is imported for one function brings the others only where they are used
      treeshake: {
        moduleSideEffects: (id) =>
          !id.startsWith(resolve(import.meta.dirname, "src")) || id.startsWith(STUDIO),
      },
      transform: {
        inject: { Buffer: ["buffer", "Buffer"], process: [`${STUDIO}/stand-ins/process.ts`, "process"] },
      },
    },
  },
}));
