import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  beginCorpus,
  endCorpus,
  manifestOf,
  planCorpus,
  writeManifest,
  writeShards,
  type CorpusManifest,
  type PlanOptions,
  type SampleRecipe,
} from "../../src/corpus/index.ts";
import { microscopeSchema, prepareMicroscope } from "../../src/stem-sim/index.ts";
import { aggregatePriorSchema, materialsOfPrior } from "../../src/stochastic/index.ts";

const prior = aggregatePriorSchema.parse({ particleCount: { uniform: [8, 15] } });
const microscope = microscopeSchema.parse({
  widthPx: 32,
  heightPx: 32,
  pixelSizeNm: 4,
  electronsPerPixel: { logUniform: [3000, 9000] },
});

/** Small aggregates in small images: a millisecond a sample. */
export const SMALL_RECIPE: SampleRecipe = {
  seed: 3,
  prior,
  prepared: prepareMicroscope(microscope, materialsOfPrior(prior)),
};

/** Ten samples in shards of four: the last shard is short. */
export function smallPlan(changes: Partial<PlanOptions> = {}) {
  return planCorpus(SMALL_RECIPE, {
    sampleCount: 10,
    samplesPerShard: 4,
    heterostemVersion: "0",
    recipe: { aggregate: prior, microscope },
    ...changes,
  });
}

/** Makes a corpus in a folder that exists, or goes on with it. */
export async function makeCorpus(
  folder: string,
  plan = smallPlan(),
  onProgress: (done: number) => void = () => {},
): Promise<CorpusManifest> {
  beginCorpus(folder, plan);
  const shards = await writeShards(SMALL_RECIPE, plan, { folder, workers: 1, onProgress });
  const manifest = manifestOf(plan, shards);
  writeManifest(folder, manifest);
  endCorpus(folder);
  return manifest;
}

/** All files below a folder with their bytes as text. */
export function contents(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(root.length), readFileSync(path, "latin1")]));
}
