import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { jointAnswer } from "./symmetries.ts";
import { openSegmenter } from "./open-segmenter.ts";
import type { Segmenter } from "./open-segmenter.ts";
import { usageError } from "../../core/index.ts";
import type { Device } from "../../graph/index.ts";

/** Flags that say whose answers are averaged. */
export interface EnsembleFlags {
  /** Views over those of the first model. */
  readonly views: number | undefined;
  /** Further models, with commas between. */
  readonly ensemble: string | undefined;
}

/** How they run. */
interface EnsembleRuntime {
  readonly threads: number;
  /** The processor by default. */
  readonly device?: Device;
}

/** Models that answer together. */
export interface Ensemble extends Omit<Segmenter, "tileProbabilities" | "tileEmbedding"> {
  readonly models: readonly string[];
  readonly views: number;
  /** Mean probabilities, and how far the answers differ. */
  answer: (image: Parameters<Segmenter["probabilities"]>[0]) => ReturnType<typeof jointAnswer>;
  readonly segmenters: readonly Segmenter[];
}

/**
 * Opens a model, and further ones that answer with it.
 *
 * @param action what is done with them, for errors
 * @param model first model, whose metadata are taken
 * @param options further models, views, threads, what runs them
 * @returns all of them as one segmenter; dispose it when done
 * @throws UsageError when a model is missing or has other classes
 */
export function openEnsemble(
  action: string,
  model: string,
  { views: wanted, ensemble, threads, device = "cpu" }: EnsembleFlags & EnsembleRuntime,
): Ensemble {
  const models = [model, ...(ensemble?.split(",") ?? [])].map(modelPath);
  const segmenters = models.map((path) =>
    openSegmenter(readFileSync(path), { where: path, threads, device }),
  );
  checkSameClasses(action, segmenters, models);
  const { metadata } = segmenters[0];
  const views = wanted ?? metadata.postProcessing.views;
  const answer: Ensemble["answer"] = (image) => jointAnswer(segmenters, image, views);
  return {
    models,
    views,
    metadata,
    segmenters,
    answer,
    probabilities: async (image) => (await answer(image)).map,
    async dispose() {
      for (const segmenter of segmenters) await segmenter.dispose();
    },
  };
}

function checkSameClasses(action: string, segmenters: readonly Segmenter[], models: readonly string[]): void {
  const classesOf = (segmenter: Segmenter) => segmenter.metadata.classNames.join(", ");
  const other = segmenters.findIndex((segmenter) => classesOf(segmenter) !== classesOf(segmenters[0]));
  if (other < 0) return;
  const wanted = `models of an ensemble must share the classes ${classesOf(segmenters[0])}`;
  throw usageError({ action, where: models[other] }, wanted, classesOf(segmenters[other]));
}

/** A model file, or the folder of a training. */
export function modelPath(path: string): string {
  const inside = join(path, "model.onnx");
  const found = existsSync(inside) ? inside : path;
  if (existsSync(found)) return found;
  throw usageError(
    { action: "open model" },
    "wanted a .onnx file or the folder of a training",
    `nothing at ${path}`,
  );
}
