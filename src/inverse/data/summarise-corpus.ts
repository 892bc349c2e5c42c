import { mean, quantile } from "../../core/index.ts";
import {
  MICROSCOPE_SETTINGS,
  readLabels,
  type Corpus,
  type SampleLabels,
  type SampleSelection,
} from "../../corpus/index.ts";
import {
  AGGREGATE_DESCRIPTORS,
  AGGREGATE_PARAMETERS,
  nameMaterials,
  type AggregateDescriptorKey,
  type AggregateParameterKey,
} from "../../stochastic/index.ts";
import { recipeOfCorpus } from "./recipe-of-corpus.ts";
import { namesOf } from "./plan-targets.ts";

/** Range of one column of the corpus; the median and the central 90 %. */
export interface ColumnSummary {
  readonly key: AggregateParameterKey | AggregateDescriptorKey | string;
  readonly label: string;
  readonly unit: string;
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly mean: number;
  /** Samples that have the quantity; the others have nothing to average over. */
  readonly count: number;
}

/** The columns of a corpus in numbers: the effective prior, what grew, and what was drawn for the microscope. */
export interface CorpusSummary {
  readonly parameters: readonly ColumnSummary[];
  readonly descriptors: readonly ColumnSummary[];
  /** Only settings that differ from image to image. */
  readonly microscope: readonly ColumnSummary[];
}

/** A column with its values, for histograms. */
export interface CorpusValues {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/**
 * Reads the numeric columns of a corpus that vary; no image is loaded.
 *
 * @param corpus an open corpus
 * @param selection which samples; all by default
 * @returns parameters, descriptors and varying microscope settings with their values
 */
export async function readCorpusValues(
  corpus: Corpus,
  selection: SampleSelection = {},
): Promise<Readonly<Record<keyof CorpusSummary, readonly CorpusValues[]>>> {
  const labels = await readLabels(corpus, selection);
  const { aggregate } = recipeOfCorpus(corpus.manifest, corpus.folder);
  const columnOf = <Key extends string>(
    info: { readonly key: Key; readonly label: string; readonly unit: string },
    valueOf: (line: SampleLabels) => number,
  ): CorpusValues => ({
    key: info.key,
    label: nameMaterials(info.label, namesOf(aggregate)),
    unit: info.unit,
    values: labels.map(valueOf).filter((value) => !Number.isNaN(value)),
  });
  const settings = Object.keys(labels[0]?.microscope ?? {}) as (keyof SampleLabels["microscope"])[];
  const microscope = settings.map((key) =>
    columnOf({ key, label: wordsOf(key), unit: MICROSCOPE_SETTINGS[key][0] }, (line) => line.microscope[key]),
  );
  return {
    parameters: AGGREGATE_PARAMETERS.map((info) => columnOf(info, (line) => line.parameters[info.key])),
    descriptors: AGGREGATE_DESCRIPTORS.map((info) => columnOf(info, (line) => line.descriptors[info.key])),
    microscope: microscope.filter(({ values }) => values.some((value) => value !== values[0])),
  };
}

/** The words of a setting's key, such as "electrons per pixel"; the unit stands beside them. */
function wordsOf(key: string): string {
  return key.replace(/(Nm|Deg|Us|Hz)$/, "").replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/**
 * Summarises the columns of a corpus.
 *
 * @param values from readCorpusValues
 * @returns quantiles of parameters, descriptors and varying microscope settings
 */
export function summariseCorpus(
  values: Readonly<Record<keyof CorpusSummary, readonly CorpusValues[]>>,
): CorpusSummary {
  return {
    parameters: values.parameters.map(summarise),
    descriptors: values.descriptors.map(summarise),
    microscope: values.microscope.map(summarise),
  };
}

function summarise({ key, label, unit, values }: CorpusValues): ColumnSummary {
  const [low, median, high] = [0.05, 0.5, 0.95].map((p) => quantile(values, p));
  return { key, label, unit, low, median, high, mean: mean(values), count: values.length };
}
