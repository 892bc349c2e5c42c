import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** The tests that run networks, once more on other kernels of the runtime: `npm run test:kernels`. */
export default defineConfig({
  resolve: {
    alias: { "onnxruntime-node": resolve(import.meta.dirname, "test/helpers/other-kernels.ts") },
  },
  test: {
    include: ["forest", "golden", "graph", "hrtem", "inverse", "segment", "train", "ucs"].map(
      (room) => `test/${room}/**/*.test.ts`,
    ),
    exclude: [
      "test/**/*.slow.test.ts",
      "test/**/*.cluster.test.ts",
      // the longest that run no network, by a record of the sessions opened
      "test/inverse/{find-aggregates,structure-ceiling,to-frame,views}.test.ts",
      "test/ucs/masked.test.ts",
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["default", "./test/helpers/summary-reporter.ts"],
    maxWorkers: 2,
    // files of one worker share the modules they import: three times as fast, and no module holds state
    isolate: false,
  },
});
