import { defineConfig } from "vitest/config";

/** Job files in the hands of the engines they are for, `npm run test:cluster`: Slurm, Snakemake and GNU parallel of Debian. */
export default defineConfig({
  test: {
    include: ["test/**/*.cluster.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    reporters: ["default", "./test/helpers/summary-reporter.ts"],
    // each of them takes both cores
    fileParallelism: false,
  },
});
