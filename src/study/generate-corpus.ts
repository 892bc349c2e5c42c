import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mean, quantile, type StartStage } from "../core/index.ts";
import {
  appendSample,
  createCorpusFolder,
  drawSamples,
  writeManifest,
  type CorpusManifest,
  type SampleLabels,
  type SampleRecipe,
} from "../corpus/index.ts";
import { prepareMicroscope } from "../stem-sim/index.ts";
import {
  AGGREGATE_DESCRIPTORS,
  AGGREGATE_PARAMETERS,
  materialsOfPrior,
  type AggregateDescriptorKey,
  type AggregateParameterKey,
} from "../stochastic/index.ts";
import type { StudyConfig } from "./study-config.ts";
import { withMaterialNames } from "./targets.ts";

/** Where a corpus goes and with how many threads it is made. */
export interface GenerateOptions {
  readonly folder: string;
  readonly count: number;
  readonly workers: number;
  readonly heterostemVersion: string;
  readonly startStage: StartStage;
}

/** Range of one column of the corpus; the median and the central 90 %. */
export interface ColumnSummary {
  readonly key: AggregateParameterKey | AggregateDescriptorKey;
  readonly label: string;
  readonly unit: string;
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly mean: number;
}

/** A corpus as it was written. */
export interface GeneratedCorpus {
  readonly manifest: CorpusManifest;
  /** Effective prior: what was drawn and could be realised. */
  readonly parameters: readonly ColumnSummary[];
  readonly descriptors: readonly ColumnSummary[];
}

/**
 * What the samples of a study depend on, ready for the workers.
 *
 * @param config the study
 * @returns prior, prepared microscope and seed
 */
export function sampleRecipe(config: StudyConfig): SampleRecipe {
  const prepared = prepareMicroscope(config.microscope, materialsOfPrior(config.aggregate));
  return { seed: config.seed, prior: config.aggregate, prepared };
}

/**
 * Grows aggregates, images them and writes the pairs with their labels into a folder.
 *
 * @param config the study
 * @param options folder (empty), number of samples, threads
 * @returns manifest and the ranges of parameters and descriptors
 */
export async function generateCorpus(
  config: StudyConfig,
  options: GenerateOptions,
): Promise<GeneratedCorpus> {
  const { folder, count, workers, heterostemVersion, startStage } = options;
  createCorpusFolder(folder);
  const stage = startStage("Growing and imaging aggregates", count);
  const labels: SampleLabels[] = [];
  for await (const sample of drawSamples(sampleRecipe(config), { count, workers })) {
    appendSample(folder, sample);
    labels.push(sample.labels);
    stage.update(labels.length);
  }
  stage.finish(`${count} images`);
  const rejectedDraws = labels.reduce((sum, line) => sum + line.rejectedDraws, 0);
  const { seed } = config;
  const facts = { heterostemVersion, sampleCount: count, seed, rejectedDraws, recipe: config };
  const manifest = writeManifest(folder, facts);
  const named = <Info extends { readonly label: string }>(info: Info): Info => ({
    ...info,
    label: withMaterialNames(info.label, config.aggregate),
  });
  const parameters = AGGREGATE_PARAMETERS.map((info) =>
    summarise(
      named(info),
      labels.map((line) => line.parameters[info.key]),
    ),
  );
  const descriptors = AGGREGATE_DESCRIPTORS.map((info) =>
    summarise(
      named(info),
      labels.map((line) => line.descriptors[info.key]),
    ),
  );
  writeFileSync(join(folder, "summary.json"), `${JSON.stringify({ parameters, descriptors }, null, 2)}\n`);
  return { manifest, parameters, descriptors };
}

function summarise(
  { key, label, unit }: Pick<ColumnSummary, "key" | "label" | "unit">,
  values: readonly number[],
): ColumnSummary {
  const [low, median, high] = [0.05, 0.5, 0.95].map((p) => quantile(values, p));
  return { key, label, unit, low, median, high, mean: mean(values) };
}
