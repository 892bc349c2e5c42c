import { defineConfig } from "vitest/config";

/** The slow suite, `npm run test:slow`: statistics, training runs, kills; CI runs it too. */
export default defineConfig({
  test: {
    include: ["test/**/*.slow.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ["default", "./test/helpers/summary-reporter.ts"],
    maxWorkers: 2,
    // files of one worker share the modules they import: three times as fast, and no module holds state
    isolate: false,
  },
});
