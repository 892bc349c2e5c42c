import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { definedPart, type Work } from "../core/index.ts";
import { MANIFEST_FILE } from "../corpus/index.ts";
import {
  corpusJob,
  estimateCost,
  growCorpus,
  loadCorpusTraining,
  useOfCounts,
  type CorpusJob,
  type CorpusTrainingSets,
  type InversionPlan,
} from "../inverse/index.ts";
import { makeFolders } from "../io/index.ts";
import { bytesText } from "./bytes-text.ts";
import type { CommandContext } from "./command.ts";
import { checkSpace } from "./disk-space.ts";

/** Which samples of a plan are kept, and where. */
interface KeptSamplesOptions {
  /** What is done, for errors. */
  readonly action: string;
  /** Beside the output folder. */
  readonly folder: string;
  readonly sampleCount: number;
  readonly workers: number;
  /** What renders, where it is not the CPU. */
  readonly device?: string | undefined;
}

/** Samples on the disk for as long as a training needs them: where they are or will be, and what they are. */
export interface KeptSamples {
  readonly folder: string;
  readonly job: CorpusJob;
}

/**
 * Plans the samples that a training grows for itself, and tells what they take of the disk before they are grown.
 *
 * @throws Error where the disk has no room for them
 */
export async function keepSamples(
  plan: InversionPlan,
  { action, folder, sampleCount, workers, device }: KeptSamplesOptions,
  { version: heterostemVersion, progress }: Pick<CommandContext, "version" | "progress">,
): Promise<KeptSamples> {
  const renderer = definedPart({ renderer: device });
  const job = corpusJob(plan, { sampleCount, heterostemVersion, ...renderer });
  if (existsSync(join(folder, MANIFEST_FILE))) {
    progress.write(`Samples: those of the call before, in ${folder}\n`);
    return { folder, job };
  }
  const { bytes } = await estimateCost(job, { workers, now: () => progress.now() });
  makeFolders(folder);
  checkSpace({ action, folder: dirname(folder), corpus: folder, bytes });
  progress.write(`Samples: about ${bytesText(bytes)} in ${folder} until all is done\n`);
  return { folder, job };
}

/**
 * Grows the samples that a training of its own recipe wants, or goes on with those of the call before.
 *
 * @returns those that are in memory, and how the others are read
 */
export async function growTrainingSets(
  plan: InversionPlan,
  place: Omit<KeptSamplesOptions, "sampleCount">,
  work: Pick<CommandContext, "version" | "progress"> & Work,
): Promise<CorpusTrainingSets> {
  const { trainCount, validationCount } = plan.counts;
  const { folder, job } = await keepSamples(
    plan,
    { ...place, sampleCount: trainCount + validationCount },
    work,
  );
  const { workers, startStage } = work;
  const corpus = await growCorpus(job, { folder, workers, startStage });
  return loadCorpusTraining(corpus, plan, { startStage, use: useOfCounts(plan) });
}
