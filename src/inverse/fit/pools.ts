import { setImmediate as nextTurn } from "node:timers/promises";
import {
  coefficientOfDetermination,
  mean,
  rangeError,
  rootMeanSquareError,
  type StartStage,
} from "../../core/index.ts";
import { drawPowders, type Sample, type SampleRecipe } from "../../corpus/index.ts";
import {
  decodeTarget,
  drawCodes,
  drawnValues,
  encodeTarget,
  expectedCoverage,
  fromScaleCode,
  pointValue,
  poolOutputs,
  residualRows,
  sharpness,
  toScaleCode,
  type InversionModel,
  type PoolCalibration,
  type PoolingRule,
  type NetworkOutput,
  type Target,
} from "../../posterior/index.ts";
import { codeRows } from "./calibrate-inversion.ts";
import { gatherDataSet, type DataSet } from "../data/data-set.ts";
import type { Inversion } from "../apply/open-inversion.ts";
import { predictDataSet } from "./predict.ts";
import type { InversionPlan } from "../data/plan-inversion.ts";

/** Images of one powder: the sizes of pools that are calibrated and measured. */
export const POOL_SIZES = [1, 4, 16] as const;
/** How outputs are pooled by models that are calibrated now. */
const RULE: PoolingRule = "flat prior";
const LARGEST_POOL = POOL_SIZES[POOL_SIZES.length - 1];

/** How well one target is known from pools of one size. */
export interface PoolScore {
  readonly key: string;
  readonly imageCount: number;
  readonly r2OnScale: number;
  readonly rmse: number;
  /** Mean width of the central 68 % interval in the target's unit. */
  readonly sharpness: number;
  readonly coverage: Readonly<Record<string, number>>;
}

/**
 * Simulates powders: for each, parameters from the prior and images of sixteen aggregates grown from them.
 */
export async function simulatePowders(
  { samples, network }: Pick<InversionPlan, "samples" | "network">,
  powders: { readonly count: number; readonly purpose: "calibration" | "test" },
  startStage: StartStage,
): Promise<DataSet> {
  const count = powders.count * LARGEST_POOL;
  const stage = startStage(`Imaging ${powders.count} powders for ${powders.purpose}`, count);
  const onSample = (done: number) => stage.update(done);
  const scale = network.intensities;
  const data = await gatherDataSet(powderImages(samples, powders), { count, scale, onSample });
  stage.finish(`${count} images`);
  return data;
}

/** Seeds of powders must differ from the corpus's: its samples are trained on. */
const POWDER_SEED_OFFSET = { calibration: 1_000_003, test: 2_000_003 } as const;

async function* powderImages(
  recipe: SampleRecipe,
  { count, purpose }: { readonly count: number; readonly purpose: "calibration" | "test" },
): AsyncGenerator<Sample, void, undefined> {
  const seed = recipe.seed + POWDER_SEED_OFFSET[purpose];
  const counts = { powderCount: count, imageCount: LARGEST_POOL };
  for (const { sample } of drawPowders({ ...recipe, seed }, counts)) {
    yield sample;
    await nextTurn();
  }
}

/** Measures how pooled outputs err, for every size of pool. */
export async function calibratePools(inversion: Inversion, powders: DataSet): Promise<PoolCalibration[]> {
  const pools = await poolPowders(inversion, powders, () => RULE);
  return pools.map(({ imageCount, outputs, codes }) => ({
    imageCount,
    rule: RULE,
    residuals: residualRows(outputs, codes).map((row) => row.map((value) => Number(value.toPrecision(5)))),
  }));
}

/** Calibrates a model for pools where the plan has powders for it. */
export async function withPools(
  plan: InversionPlan,
  inversion: Inversion,
  startStage: StartStage,
): Promise<InversionModel> {
  const count = plan.pools.calibrationCount;
  if (count === 0) return inversion.model;
  const powders = await simulatePowders(plan, { count, purpose: "calibration" }, startStage);
  return { ...inversion.model, pools: await calibratePools(inversion, powders) };
}

/** Scores pooled posteriors on powders that were neither trained on nor calibrated with. */
export async function scorePools(inversion: Inversion, powders: DataSet): Promise<PoolScore[]> {
  const { model } = inversion;
  const pools = await poolPowders(inversion, powders, (count) => poolCalibration(model, count).rule);
  return pools.flatMap((pool) => {
    const { residuals } = poolCalibration(model, pool.imageCount);
    const draws = pool.outputs.map((output) => drawCodes(output, residuals));
    return model.targets.map((target, t) => {
      const truthCodes = pool.codes.map((row) => row[t]);
      const values = draws.map((rows) => drawnValues(target, rows, t));
      const truths = truthCodes.map((code) => decodeTarget(target, code));
      const points = pool.outputs.map(({ centers }, i) =>
        pointValue(target, values[i], model.head.kind === "point" ? centers[t] : null),
      );
      const onScale = (numbers: readonly number[]) => numbers.map((value) => toScaleCode(target, value));
      return {
        key: target.key,
        imageCount: pool.imageCount,
        r2OnScale: coefficientOfDetermination(onScale(points), onScale(truths)),
        rmse: rootMeanSquareError(points, truths),
        sharpness: sharpness(values, 0.68),
        coverage: expectedCoverage(
          truthCodes,
          draws.map((rows) => rows.map((row) => row[t])),
        ),
      };
    });
  });
}

/**
 * What calibrates a pool: the record of the smallest calibrated pool that has at least as many images.
 *
 * Errors that all images share weigh more the larger the pool, so a larger one errs on the side of width.
 *
 * @throws RangeError where the model was not calibrated for pools
 */
export function poolCalibration({ pools }: InversionModel, imageCount: number): PoolCalibration {
  const known = pools.find((pool) => pool.imageCount >= imageCount) ?? pools.at(-1);
  if (known !== undefined) return known;
  throw rangeError(
    { action: "pool images" },
    "the model must be calibrated for pools",
    "one that is not; heterostem study makes one",
  );
}

interface PooledOutputs {
  readonly imageCount: number;
  readonly outputs: readonly NetworkOutput[];
  /** [poolCount][targetCount] truths; for descriptors the mean over the pool's aggregates. */
  readonly codes: readonly (readonly number[])[];
}

/** Every powder's images in disjoint pools of each size. */
async function poolPowders(
  { model, network }: Inversion,
  powders: DataSet,
  ruleOf: (imageCount: number) => PoolingRule,
): Promise<PooledOutputs[]> {
  const { outputs } = await predictDataSet(network, powders, model);
  const codes = codeRows(powders, model.targets);
  return POOL_SIZES.map((imageCount) => {
    const how = { rule: ruleOf(imageCount), prior: model.prior };
    const starts = Array.from({ length: outputs.length / imageCount }, (_, pool) => pool * imageCount);
    const partOf = <Row>(rows: readonly Row[], start: number) => rows.slice(start, start + imageCount);
    return {
      imageCount,
      outputs: starts.map((start) => poolOutputs(model.targets, partOf(outputs, start), how)),
      codes: starts.map((start) =>
        model.targets.map((target, t) => meanCode(target, partOf(codes, start), t)),
      ),
    };
  });
}

/** Code of the mean over a pool's images on the target's own scale; parameters are the same for all of them. */
function meanCode(target: Target, codes: readonly ArrayLike<number>[], t: number): number {
  if (target.transform === undefined) return mean(codes.map((row) => row[t]));
  const values = codes.map((row) => toScaleCode(target, decodeTarget(target, row[t])));
  return encodeTarget(target, fromScaleCode(target, mean(values)));
}
