import { asset } from "./assets.ts";
import { particlesOf, readyDetector } from "./find.ts";
import { answerOf, readyInversion } from "./invert.ts";
import type { AnswerOrder, WarmUpStep } from "./protocol.ts";
import { readImage } from "./read-image.ts";

/** Steps that have been taken: this worker needs none of them twice. */
const taken = new Set<WarmUpStep>();

/** Takes a step towards the first image, once. */
export async function prepareStep(step: WarmUpStep): Promise<void> {
  if (taken.has(step)) return;
  taken.add(step);
  switch (step) {
    case "particles-haadf.onnx":
      return readyDetector("haadf");
    case "read":
      return void (await readImage(await sampleOrder()));
    case "answer":
      return void (await answerOf(await sampleOrder()));
    case "particles":
      return void (await particlesOf(await sampleOrder()));
    default:
      return readyInversion(step);
  }
}

let sample: AnswerOrder | null = null;

/** The sample that the networks know. */
async function sampleOrder(): Promise<AnswerOrder> {
  if (sample !== null) return sample;
  const file = new File([await asset("known.tif")], "known.tif", { lastModified: 0 });
  sample = { file, taken: { modality: null, materials: [], stated: {} } };
  return sample;
}
