import { openRandomStream } from "../src/core/index.ts";
import { openCorpus } from "../src/corpus/index.ts";
import { planInversion, recipeOfCorpus, type InversionPlan } from "../src/inverse/index.ts";
import { corpusStream, poolSizeOf } from "../src/inverse/data/corpus-stream.ts";
import { fitEncoding } from "../src/inverse/data/fit-encoding.ts";
import { loadCorpus } from "../src/inverse/data/load-corpus.ts";

/** Samples that set the encoding. */
const REFERENCE = 64;
/** Samples that are read while the clock runs, where nobody says. */
const COUNT = 2000;

/**
 * `npm run bench -- read-corpus FOLDER [POOL_MB] [COUNT]`: how fast training images come from the disk, shuffled, decoded, encoded and
 * turned, as a training takes them; and the peak memory of all that. `npm run bench -- train-step` says what a trainer takes.
 */
export async function run([
  folder = "runs/corpus",
  poolMb = "256",
  samples = String(COUNT),
]: readonly string[]): Promise<void> {
  const corpus = openCorpus(folder);
  const plan: InversionPlan = planInversion(recipeOfCorpus(corpus.manifest, folder));
  const { hasCountMaps: hasAggregates, intensities: scale, lengths, widthPx } = plan.network;
  const startStage = () => ({ update: () => {}, finish: () => 0 });
  const selection = { start: 0, count: REFERENCE };
  const reference = await loadCorpus(corpus, plan, { hasAggregates, scale, lengths, startStage, selection });
  const encoding = fitEncoding(plan, reference);
  const poolSize = poolSizeOf(widthPx, Number(poolMb) * 2 ** 20);
  const stream = corpusStream(plan, { corpus, trainCount: corpus.count, poolSize }, encoding);
  const rng = openRandomStream(1, "augment");
  const cells =
    encoding.countMaps === null
      ? 0
      : encoding.countMaps.units.length * (widthPx / encoding.countMaps.cellPx) ** 2;
  const x = new Float32Array(widthPx ** 2);
  const target = new Float32Array(encoding.targets.length + cells);
  const wanted = Number(samples);
  const started = performance.now();
  let [read, firstMs] = [0, 0];
  for await (const sample of stream.samplesFrom(0)) {
    sample.fillInto(rng, x, target);
    if (read === 0) firstMs = performance.now() - started;
    if (++read === wanted) break;
  }
  const seconds = (performance.now() - started) / 1000;
  const line = {
    folder,
    count: corpus.count,
    edgePx: widthPx,
    poolSize,
    read,
    imagesPerSecond: Number((read / seconds).toPrecision(3)),
    firstImageSeconds: Number((firstMs / 1000).toPrecision(3)),
    processorSeconds: Number((process.cpuUsage().user / 1e6).toPrecision(3)),
    peakMemoryMB: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
