import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { drawSample, type drawSamples as DrawSamples } from "../../src/corpus/index.ts";
import { SMALL_RECIPE } from "./small-corpus.ts";

/** Worker threads run the built program only; `npm run test:slow` builds it first. */
const BUILT = join(import.meta.dirname, "../../dist/src/corpus/index.js");

/** Processor time that this process and its threads take in half a second [ms]. */
async function busyMs(): Promise<number> {
  const before = process.cpuUsage();
  await wait(500);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test.skipIf(!existsSync(BUILT))(
  "a stream without end gives fresh samples from workers, which rest once they are far enough ahead",
  async () => {
    const { drawSamples } = (await import(BUILT)) as { drawSamples: typeof DrawSamples };
    const stream = drawSamples(SMALL_RECIPE, { start: 100, workers: 2, ahead: 64 });
    const first = await stream.next();
    expect(first.value).toEqual(drawSample(SMALL_RECIPE, 100));
    let busy = Infinity;
    // ahead 64: the threads start, draw 64 samples of some milliseconds, and have nothing to do
    for (let i = 0; i < 40 && busy > 100; i++) busy = await busyMs();
    expect(busy).toBeLessThan(100);
    for (let index = 101; index < 300; index++) {
      const next = await stream.next();
      expect(next.value?.labels.sampleIndex).toBe(index);
    }
    expect((await stream.next()).value).toEqual(drawSample(SMALL_RECIPE, 300));
    await stream.return();
  },
);
