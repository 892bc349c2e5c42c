import { beyondMemory, counted, failureText, type Work } from "../../core/index.ts";
import { simulateHrtemFields } from "../simulate/simulate-fields.ts";
import type { HrtemStudyConfig } from "../study-config.ts";
import { labelledField, type LabelledImage } from "./labelled-image.ts";

/** Single precision as recorded and as prepared, and the map. */
const BYTES_PER_PIXEL = 9;

/**
 * Simulates labelled images.
 *
 * @param config specimen and microscope
 * @param options.seed of the images; options.count how many; options.set name of the set they make
 * @param work threads and progress
 * @returns prepared images with their particles
 * @throws RangeError where all of them need more than the memory budget
 */
export async function simulateLabelled(
  config: HrtemStudyConfig,
  options: { readonly seed: number; readonly count: number; readonly set: string },
  { workers, startStage }: Work,
): Promise<LabelledImage[]> {
  const { pixelSizeNm, fieldSize, specimen, microscope, sliceThicknessNm } = config;
  const { seed, count, set } = options;
  checkMemory(count, fieldSize);
  const recipe = { grid: { side: fieldSize, pixelSizeNm }, specimen, microscope, sliceThicknessNm };
  const stage = startStage("Simulating images", count);
  const onProgress = (done: number) => stage.update(done);
  const fields = await simulateHrtemFields(recipe, { seed, count, workers, onProgress });
  stage.finish(`${count} images`);
  return fields.map((field, i) => labelledField(field, { name: `seed ${seed} field ${i}`, set }));
}

function checkMemory(count: number, fieldSize: number): void {
  const beyond = beyondMemory(BYTES_PER_PIXEL * count * fieldSize ** 2);
  if (beyond === null) return;
  const wanted = `${counted(count, "image")} of ${fieldSize} x ${fieldSize} px must ${beyond.wanted}`;
  const text = failureText({ action: "simulate HRTEM images" }, wanted, beyond.got);
  throw new RangeError(`${text}; take fewer or smaller images, or ${beyond.remedy}`);
}
