import { setImmediate as nextTurn } from "node:timers/promises";
import { coefficientOfDetermination, mean, median, rootMeanSquareError } from "../core/index.ts";

/** A structural descriptor that realisations are compared by. */
export interface DescriptorDefinition {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
}

/** One comparison: the parameters an image was made with, and those the network found in it. */
export interface ParameterPair {
  readonly sampleIndex: number;
  readonly truth: Readonly<Record<string, number>>;
  readonly predicted: Readonly<Record<string, number>>;
}

/**
 * Grows realisations of the stochastic model and describes them; the simulator, handed in by the caller.
 * `purpose` and `sampleIndex` name the random stream. An empty list means that the parameters cannot be realised.
 */
export type DescribeRealisations = (
  parameters: Readonly<Record<string, number>>,
  stream: { readonly purpose: "predicted" | "true" | "true again"; readonly sampleIndex: number },
) => readonly Readonly<Record<string, number>>[];

/** How far the structures grown from predicted parameters are from those grown from the true ones. */
export interface DescriptorScore extends DescriptorDefinition {
  /** Mean over realisations, one value per image whose realisations have the descriptor. */
  readonly fromTrue: readonly number[];
  readonly fromPredicted: readonly number[];
  readonly r2: number;
  readonly rmse: number;
  /** The same error between two sets of realisations of the true parameters: what no method can beat. */
  readonly floorRmse: number;
  /** Error of always answering the mean over all images. */
  readonly baselineRmse: number;
  /** Median over the images of |predicted - true| / |true|. */
  readonly medianRelativeError: number;
  /** Every single structure, of all images together: the distributions that are compared. */
  readonly distributions: { readonly fromTrue: readonly number[]; readonly fromPredicted: readonly number[] };
  /** Distance between the two distributions (Wasserstein's first) over the mean from true parameters. */
  readonly relativeDistance: number;
}

/** The comparison over all images. */
export interface RealisationComparison {
  readonly imageCount: number;
  /** Images from whose predicted or true parameters no structure could be grown; left out of the scores. */
  readonly unrealisableCount: number;
  readonly descriptors: readonly DescriptorScore[];
}

/**
 * The error analysis on structures: realisations from predicted against realisations from true parameters.
 *
 * @param pairs true and predicted parameters of held-out images
 * @param definitions descriptors to compare, the most important first
 * @param describe grows and describes the realisations of one parameter set
 * @param onProgress called with the number of images done
 * @returns scores per descriptor
 */
export async function compareRealisations(
  pairs: readonly ParameterPair[],
  definitions: readonly DescriptorDefinition[],
  describe: DescribeRealisations,
  onProgress: (done: number) => void = () => {},
): Promise<RealisationComparison> {
  const triples: Triple[] = [];
  for (const { sampleIndex, truth, predicted } of pairs) {
    const fromTrue = describe(truth, { purpose: "true", sampleIndex });
    const again = describe(truth, { purpose: "true again", sampleIndex });
    const fromPredicted = describe(predicted, { purpose: "predicted", sampleIndex });
    triples.push({ fromTrue, again, fromPredicted });
    onProgress(triples.length);
    await nextTurn();
  }
  const usable = triples.filter(
    (t) => t.fromTrue.length > 0 && t.again.length > 0 && t.fromPredicted.length > 0,
  );
  const descriptors = definitions.map((definition) => {
    const parts = ["fromTrue", "again", "fromPredicted"] as const;
    const meansOf = (triple: Triple) => parts.map((part) => meanOfDefined(triple[part], definition.key));
    // structures without one of the materials have no clusters of it
    const rows = usable.map(meansOf).filter((row) => row.every(Number.isFinite));
    const [fromTrue, again, fromPredicted] = parts.map((_, k) => rows.map((row) => row[k]));
    const values = (part: "fromTrue" | "fromPredicted") =>
      usable
        .flatMap((triple) => triple[part].map((record) => record[definition.key]))
        .filter(Number.isFinite);
    const distributions = { fromTrue: values("fromTrue"), fromPredicted: values("fromPredicted") };
    return scoreDescriptor(definition, distributions, { fromTrue, again, fromPredicted });
  });
  return { imageCount: usable.length, unrealisableCount: pairs.length - usable.length, descriptors };
}

/** Descriptors of the realisations of one image. */
type Triple = Readonly<
  Record<"fromTrue" | "again" | "fromPredicted", readonly Readonly<Record<string, number>>[]>
>;

/** NaN where no realisation has the descriptor. */
function meanOfDefined(records: readonly Readonly<Record<string, number>>[], key: string): number {
  return mean(records.map((record) => record[key]).filter(Number.isFinite));
}

interface DescriptorMeans {
  readonly fromTrue: readonly number[];
  readonly again: readonly number[];
  readonly fromPredicted: readonly number[];
}

function scoreDescriptor(
  definition: DescriptorDefinition,
  distributions: DescriptorScore["distributions"],
  means: DescriptorMeans,
): DescriptorScore {
  const { fromTrue, again, fromPredicted } = means;
  const center = mean(fromTrue);
  const relative = fromTrue
    .map((value, i) => Math.abs(fromPredicted[i] - value) / Math.abs(value))
    .filter((value) => Number.isFinite(value));
  return {
    ...definition,
    fromTrue,
    fromPredicted,
    r2: coefficientOfDetermination(fromPredicted, fromTrue),
    rmse: rootMeanSquareError(fromPredicted, fromTrue),
    floorRmse: rootMeanSquareError(again, fromTrue),
    baselineRmse: rootMeanSquareError(
      fromTrue.map(() => center),
      fromTrue,
    ),
    medianRelativeError: median(relative),
    distributions,
    relativeDistance: quantileDistance(distributions) / Math.abs(mean(distributions.fromTrue)),
  };
}

/** Quantiles that stand for the whole of a distribution. */
const QUANTILE_COUNT = 100;

/** W1 = integral of |Q_1(p) - Q_2(p)| dp, by the midpoint rule. */
function quantileDistance({ fromTrue, fromPredicted }: DescriptorScore["distributions"]): number {
  const [a, b] = [fromTrue, fromPredicted].map((values) => Float64Array.from(values).sort());
  const at = (sorted: Float64Array, p: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
  let sum = 0;
  for (let i = 0; i < QUANTILE_COUNT; i++) {
    const p = (i + 0.5) / QUANTILE_COUNT;
    sum += Math.abs(at(a, p) - at(b, p));
  }
  return sum / QUANTILE_COUNT;
}
