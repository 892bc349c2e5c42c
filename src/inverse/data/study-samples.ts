import type { GrayImage, StartStage, Work } from "../../core/index.ts";
import type { Corpus, SampleLabels } from "../../corpus/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import { fieldStatistics, structureStatistics } from "../fit/structure-ceiling.ts";
import type { StructureStatistics } from "../fit/structure-ceiling.ts";
import { listOfSample, type ListedAggregate } from "../fit/projected-ceiling.ts";
import { loadCorpusTraining, useOfCounts, type CorpusTrainingSets } from "./corpus-training.ts";
import { sliceDataSet, type DataSet } from "./data-set.ts";
import { drawDataSet } from "./draw-data-sets.ts";
import type { LabelledSample } from "./labelled-sample.ts";
import { loadCorpus, loadReference, type ReferenceSamples } from "./load-corpus.ts";
import type { InversionPlan } from "./plan-inversion.ts";

/** An aggregate with its image, for the gallery. */
export interface GallerySample {
  readonly labels: SampleLabels;
  readonly aggregate: Aggregate;
  readonly image: GrayImage;
}

/** The samples of a study as its training wants them. */
export interface StudySamples extends CorpusTrainingSets {
  /** Truths and measures of all training images. */
  readonly reference: ReferenceSamples;
  readonly rejectedDraws: number;
  readonly sampleCount: number;
  /** Gives what the study is judged by; asked for once the network is trained. */
  readonly readHeldOut: () => Promise<HeldOutSamples>;
}

/** Samples that nothing was trained on, and what is kept of the aggregates behind them. */
export interface HeldOutSamples {
  readonly heldOut: DataSet;
  /** Of all spheres of the validation and the held-out aggregates, in order. */
  readonly wholes: readonly StructureStatistics[];
  /** Of only those spheres that the image shows. */
  readonly fields: readonly StructureStatistics[];
  /** Of those spheres as one view lists them, without their depths. */
  readonly lists: readonly ListedAggregate[];
  /** The first held-out samples. */
  readonly gallery: readonly GallerySample[];
}

/** Held-out samples shown in the report. */
const GALLERY_COUNT = 8;

/** Grows and images all samples of a plan in memory; the aggregates themselves would fill it. */
export async function growStudySamples(plan: InversionPlan, work: Work): Promise<StudySamples> {
  const { trainCount, validationCount, testCount } = plan.counts;
  const testStart = trainCount + validationCount;
  const count = testStart + testCount;
  const { found, lookAtValidation, lookAtHeldOut } = keepOfAggregates(plan);
  const data = await drawDataSet(
    plan,
    {
      samples: plan.samples,
      count,
      look: (sample) => {
        const { sampleIndex } = sample.labels;
        if (sampleIndex >= testStart) lookAtHeldOut(sample);
        else if (sampleIndex >= trainCount) lookAtValidation(sample);
      },
    },
    work,
  );
  const training = sliceDataSet(data, 0, trainCount);
  return {
    training,
    validation: sliceDataSet(data, trainCount, testStart),
    reference: training,
    rejectedDraws: data.labels.reduce((sum, line) => sum + line.rejectedDraws, 0),
    sampleCount: count,
    readHeldOut: async () => ({ heldOut: sliceDataSet(data, testStart, count), ...found }),
  };
}

/**
 * Takes the samples of a study from the corpus that was grown for it: in memory are never more than a pool of training images and those
 * that validate or those that are held out.
 */
export async function loadStudySamples(
  corpus: Corpus,
  plan: InversionPlan,
  { startStage, poolBytes }: { readonly startStage: StartStage; readonly poolBytes?: number },
): Promise<StudySamples> {
  const { trainCount, validationCount, testCount } = plan.counts;
  const { hasCountMaps: hasAggregates, intensities: scale, lengths } = plan.network;
  const { found, lookAtValidation, lookAtHeldOut } = keepOfAggregates(plan);
  const sets = await loadCorpusTraining(corpus, plan, {
    startStage,
    use: useOfCounts(plan, poolBytes),
    look: (_, sample) => lookAtValidation(sample),
  });
  return {
    ...sets,
    reference:
      sets.streamed === undefined ? sets.training : await loadReference(corpus, plan, trainCount, startStage),
    rejectedDraws: corpus.manifest.rejectedDraws,
    sampleCount: corpus.count,
    async readHeldOut() {
      const heldOut = await loadCorpus(corpus, plan, {
        hasAggregates,
        scale,
        lengths,
        startStage,
        selection: { start: trainCount + validationCount, count: testCount },
        look: (_, sample) => lookAtHeldOut(sample),
      });
      return { heldOut, ...found };
    },
  };
}

/** What a study wants of an aggregate is taken as it passes by: those that validate first. */
function keepOfAggregates({ samples: { prepared } }: InversionPlan) {
  const found = {
    gallery: [] as GallerySample[],
    wholes: [] as StructureStatistics[],
    fields: [] as StructureStatistics[],
    lists: [] as ListedAggregate[],
  };
  const lookAtValidation = ({ labels, aggregate }: LabelledSample) => {
    if (aggregate === undefined) return;
    found.wholes.push(structureStatistics({ aggregate, labels }));
    found.fields.push(fieldStatistics({ aggregate, labels }, prepared));
    found.lists.push(listOfSample({ aggregate, labels }, prepared));
  };
  const lookAtHeldOut = (sample: LabelledSample) => {
    lookAtValidation(sample);
    const { labels, aggregate, image } = sample;
    if (aggregate === undefined || found.gallery.length >= GALLERY_COUNT) return;
    found.gallery.push({ labels, aggregate, image });
  };
  return { found, lookAtValidation, lookAtHeldOut };
}
