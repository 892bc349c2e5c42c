import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkSamePlan, MANIFEST_FILE, openCorpus, planOfManifest, type Corpus } from "../../corpus/index.ts";
import { generateCorpus, type CorpusJob, type GenerateOptions } from "./generate-corpus.ts";

/**
 * Grows samples into a corpus that the work at hand alone needs, or goes on with the one that an earlier call left there.
 *
 * @param job from corpusJob
 * @param options folder, threads, progress
 * @returns the corpus, whole
 * @throws RangeError where the folder holds samples of another plan, naming the first key that differs
 */
export async function growCorpus(job: CorpusJob, options: GenerateOptions): Promise<Corpus> {
  const { folder } = options;
  if (existsSync(join(folder, MANIFEST_FILE))) {
    checkSamePlan(job.plan, planOfManifest(openCorpus(folder).manifest), folder);
  } else {
    await generateCorpus(job, options);
  }
  return openCorpus(folder);
}
