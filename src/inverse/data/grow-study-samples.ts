import type { GrayImage, Work } from "../../core/index.ts";
import type { Sample, SampleLabels } from "../../corpus/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import { fieldStatistics, structureStatistics } from "../fit/structure-ceiling.ts";
import type { StructureStatistics } from "../fit/structure-ceiling.ts";
import { sliceDataSet, type DataSet } from "./data-set.ts";
import { drawDataSet, type TrainingSets } from "./draw-data-sets.ts";
import type { InversionPlan } from "./plan-inversion.ts";

/** An aggregate with its image, for the gallery. */
export interface GallerySample {
  readonly labels: SampleLabels;
  readonly aggregate: Aggregate;
  readonly image: GrayImage;
}

/** The samples of a study in memory, and what is kept of the aggregates behind them. */
export interface StudySamples extends TrainingSets {
  readonly heldOut: DataSet;
  /** Of all spheres of the validation and the held-out aggregates, in order. */
  readonly wholes: readonly StructureStatistics[];
  /** Of only those spheres that the image shows. */
  readonly fields: readonly StructureStatistics[];
  /** The first held-out samples. */
  readonly gallery: readonly GallerySample[];
  readonly rejectedDraws: number;
  readonly sampleCount: number;
}

/** Held-out samples shown in the report. */
const GALLERY_COUNT = 8;

/** Grows and images all samples of a plan; the aggregates themselves would fill the memory. */
export async function growStudySamples(plan: InversionPlan, work: Work): Promise<StudySamples> {
  const { trainCount, validationCount, testCount } = plan.counts;
  const testStart = trainCount + validationCount;
  const count = testStart + testCount;
  const { found, look } = keepOfAggregates(plan);
  const data = await drawDataSet(plan, { samples: plan.samples, count, look }, work);
  return {
    training: sliceDataSet(data, 0, trainCount),
    validation: sliceDataSet(data, trainCount, testStart),
    heldOut: sliceDataSet(data, testStart, count),
    ...found,
    rejectedDraws: data.labels.reduce((sum, line) => sum + line.rejectedDraws, 0),
    sampleCount: count,
  };
}

/** What a study wants of an aggregate is taken as it passes by. */
function keepOfAggregates({ counts: { trainCount, validationCount }, samples: { prepared } }: InversionPlan) {
  const found = {
    gallery: [] as GallerySample[],
    wholes: [] as StructureStatistics[],
    fields: [] as StructureStatistics[],
  };
  const look = (sample: Sample) => {
    const { sampleIndex } = sample.labels;
    const isHeldOut = sampleIndex >= trainCount + validationCount;
    if (isHeldOut && found.gallery.length < GALLERY_COUNT) found.gallery.push(sample);
    if (sampleIndex < trainCount) return;
    found.wholes.push(structureStatistics(sample));
    found.fields.push(fieldStatistics(sample, prepared));
  };
  return { look, found };
}
