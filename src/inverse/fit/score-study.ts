import type { StartStage } from "../../core/index.ts";
import type { RealisationComparison, StructureScores, Target } from "../../posterior/index.ts";
import type { Inversion } from "../apply/open-inversion.ts";
import { rerenderPosteriors, type Rerendering } from "../apply/rerender.ts";
import { sliceDataSet } from "../data/data-set.ts";
import type { HeldOutSamples, StudySamples } from "../data/study-samples.ts";
import type { InversionPlan } from "../data/plan-inversion.ts";
import { scoreAnswers } from "./answer-structures.ts";
import { compareStructures } from "./compare-structures.ts";
import { scorePools, simulatePowders, type PoolScore } from "./pools.ts";
import { structureCeilings } from "./structure-ceiling.ts";
import { projectedCeilings } from "./projected-ceiling.ts";
import { parameterPairs, validateInversion, type ValidationResult } from "./validate-inversion.ts";

/** How well a trained inversion does on samples that it has not seen. */
export interface StudyScores {
  readonly validation: ValidationResult;
  readonly structures: RealisationComparison;
  /** Structures grown from the answers against the aggregates that were imaged. */
  readonly answerStructures: StructureScores;
  /** Pools of images of one powder; empty where the plan has none. */
  readonly pools: readonly PoolScore[];
  /** R2 of a linear fit to all spheres of the imaged aggregate, by key of the parameter. */
  readonly ceilings: Readonly<Record<string, number>>;
  /** The same of only those of its particles that the image shows, descriptors as well. */
  readonly fieldCeilings: Readonly<Record<string, number>>;
  /** R2 of a forest that reads the exact list of those particles in projection, without their depths. */
  readonly listCeilings: Readonly<Record<string, number>>;
  /** Posterior-predictive checks of the first held-out images; only of plans with pools. */
  readonly rerenderings: readonly Rerendering[];
}

/** What a study is judged by: held-out samples, and those that baselines know. */
type JudgingSamples = HeldOutSamples & Pick<StudySamples, "validation" | "reference">;

/** Scores an inversion on a study's held-out samples, on powders, and on structures grown from its answers. */
export async function scoreStudy(
  plan: InversionPlan,
  inversion: Inversion,
  samples: JudgingSamples,
  startStage: StartStage,
): Promise<StudyScores> {
  const validation = await validateInversion(inversion, samples.heldOut, startStage, samples.reference);
  return {
    validation,
    pools: await testPools(plan, inversion, startStage),
    structures: await compareStructures(
      plan,
      parameterPairs(inversion.model, samples.heldOut, validation.outputs),
      startStage,
    ),
    answerStructures: await scoreAnswers(
      plan,
      inversion.model,
      { labels: samples.heldOut.labels, outputs: validation.outputs },
      startStage,
    ),
    ...(await ceilingsOf(inversion.model.targets, samples, startStage)),
    rerenderings: await checkPosteriors(plan, inversion, samples, startStage),
  };
}

async function testPools(
  plan: InversionPlan,
  inversion: Inversion,
  startStage: StartStage,
): Promise<PoolScore[]> {
  const count = plan.pools.testCount;
  if (count === 0 || inversion.model.pools.length === 0) return [];
  return scorePools(inversion, await simulatePowders(plan, { count, purpose: "test" }, startStage));
}

/** Fits to the validation aggregates, scored on the held-out ones. */
async function ceilingsOf(
  targets: readonly Target[],
  { validation, wholes, fields, lists }: JudgingSamples,
  startStage: StartStage,
): Promise<Pick<StudyScores, "ceilings" | "fieldCeilings" | "listCeilings">> {
  const halves = <Row>(rows: readonly Row[]) =>
    [rows.slice(0, validation.count), rows.slice(validation.count)] as const;
  // descriptors of an aggregate are known where all its spheres are
  const parameters = targets.filter(({ quantity }) => quantity !== "descriptor");
  const stage = startStage("Reading exact lists of particles", targets.length);
  const listCeilings = await projectedCeilings(targets, ...halves(lists), (done) => stage.update(done));
  stage.finish(`${lists.length} lists`);
  return {
    ceilings: structureCeilings(parameters, ...halves(wholes)),
    fieldCeilings: structureCeilings(targets, ...halves(fields)),
    listCeilings,
  };
}

/** Held-out images whose posteriors are imaged again. */
const RERENDERED_COUNT = 4;

async function checkPosteriors(
  plan: InversionPlan,
  inversion: Inversion,
  { heldOut }: JudgingSamples,
  startStage: StartStage,
): Promise<Rerendering[]> {
  if (plan.pools.testCount === 0) return [];
  return rerenderPosteriors(plan, inversion, sliceDataSet(heldOut, 0, RERENDERED_COUNT), startStage);
}
