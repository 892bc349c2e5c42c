import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { FORMATS } from "../../fuzz/formats.ts";
import type { fuzzFormat } from "../../fuzz/run-fuzz.ts";
import type { killRuns } from "../../fuzz/kill-runs.ts";

/** As built: readers run in processes of their own. */
const BUILT = resolve(import.meta.dirname, "../../dist/fuzz");
/** Mutants of these formats together; `npm run fuzz -- --count 5000` reads so many of each. */
const COUNT = 200;

/** Read by the hundred in test/micrograph/fuzz.slow.test.ts; a process of its own for each format is most of the time here. */
const READ_ELSEWHERE = ["tiff", "png", "jpeg", "dm", "ser", "mrc", "npy", "hdf5"];

describe.skipIf(!existsSync(BUILT))("damaged files of the formats the program reads", () => {
  test(`end ${COUNT} in time, memory and words`, async () => {
    const built: { fuzzFormat: typeof fuzzFormat } = await import(resolve(BUILT, "run-fuzz.js"));
    const names = Object.keys(FORMATS).filter((name) => !READ_ELSEWHERE.includes(name));
    expect(names.length).toBe(Object.keys(FORMATS).length - READ_ELSEWHERE.length);
    let [read, refused] = [0, 0];
    for (const format of names) {
      const ended = await built.fuzzFormat(format, { count: Math.ceil(COUNT / names.length), seed: 1 });
      expect(ended.faults.map(({ index, name, fault }) => `${format} ${index} ${name}: ${fault}`)).toEqual(
        [],
      );
      read += ended.read;
      refused += ended.refused;
    }
    expect(read + refused).toBeGreaterThanOrEqual(COUNT);
    // damage to pixels leaves a readable image: readers that refused everything would pass the rest
    expect(read).toBeGreaterThan(COUNT / 10);
  });

  test("runs that are killed at random moments end with the bytes of those that were not", async () => {
    const built: { killRuns: typeof killRuns } = await import(resolve(BUILT, "kill-runs.js"));
    for await (const line of built.killRuns({ count: 2, seed: 1, commands: ["train", "segment train"] })) {
      expect(line).toMatch(/2 kills in \d+ runs, all bytes equal$/);
    }
  });
});
