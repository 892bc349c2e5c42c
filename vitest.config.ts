import { defineConfig } from "vitest/config";

/** The fast suite, `npm test`: under three minutes on two cores. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/**/*.slow.test.ts", "test/**/*.cluster.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "./test/helpers/summary-reporter.ts"],
    maxWorkers: 2,
    // files of one worker share the modules they import: three times as fast, and no module holds state
    isolate: false,
  },
});
