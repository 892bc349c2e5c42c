import { setImmediate as nextTurn } from "node:timers/promises";
import { Piscina } from "piscina";
import { openRandomStream } from "../../core/index.ts";
import { simulateHrtemField, type FieldRecipe, type HrtemField } from "./simulate-field.ts";

/** Which fields, and by how many threads. */
export interface FieldRun {
  readonly seed: number;
  readonly count: number;
  /** Worker threads; with 1 the caller's own thread does the work. The fields are the same. */
  readonly workers: number;
  /** Called with the number of finished fields. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Simulates many fields; field i is drawn from the stream [seed, "field", i], whatever the number of threads.
 */
export async function simulateHrtemFields(recipe: FieldRecipe, run: FieldRun): Promise<HrtemField[]> {
  const { seed, count, workers, onProgress } = run;
  if (workers === 1) {
    const fields: HrtemField[] = [];
    for (let index = 0; index < count; index++) {
      fields.push(simulateHrtemField(openRandomStream(seed, "field", index), recipe));
      onProgress?.(index + 1);
      await nextTurn();
    }
    return fields;
  }
  const pool = new Piscina<number, HrtemField>({
    filename: new URL("./field-worker.js", import.meta.url).href,
    name: "simulateOne",
    workerData: { recipe, seed },
    minThreads: workers,
    maxThreads: workers,
  });
  let done = 0;
  const simulated = async (index: number) => {
    const field = await pool.run(index);
    onProgress?.(++done);
    return field;
  };
  try {
    return await Promise.all(Array.from({ length: count }, (_, index) => simulated(index)));
  } finally {
    await pool.destroy();
  }
}
