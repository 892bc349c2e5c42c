import { setImmediate as nextTurn } from "node:timers/promises";
import { openRandomStream, type RandomStream, type StartStage } from "../../core/index.ts";
import {
  decodeTarget,
  drawCodes,
  encodeTarget,
  scoreStructures,
  tiltedWeights,
  type InversionModel,
  type NetworkOutput,
  type StructureSet,
  type StructureScores,
} from "../../posterior/index.ts";
import {
  AGGREGATE_DESCRIPTORS,
  describeAggregate,
  growAggregate,
  nameMaterials,
  type Aggregate,
  type AggregateDescriptors,
  type AggregateParameters,
} from "../../stochastic/index.ts";
import type { SampleLabels } from "../../corpus/index.ts";
import type { InversionPlan } from "../data/plan-inversion.ts";
import { heteroCoordinationFirst } from "./compare-structures.ts";
import { namesOf } from "../data/plan-targets.ts";

/** A structure that an answer allows, and how much it counts among those of its image. */
export interface AnswerStructure {
  readonly aggregate: Aggregate;
  readonly descriptors: AggregateDescriptors;
  readonly weight: number;
}

/**
 * Grows structures of the answer to one image: parameters from their posterior, weights by the posterior of this very aggregate's
 * descriptors.
 *
 * Parameters say what powder it is; how this one aggregate fell out the network reads off the image as well, as descriptors. Structures
 * whose descriptors are like those get the weight.
 *
 * @param rng stream of the growth
 * @param plan prior and materials
 * @param model targets and what calibrates the posterior
 * @param options what the network says of the image, the parameters it says nothing of, and how many are grown
 * @returns structures; fewer where parameters of the posterior cannot be realised
 */
export function growAnswer(
  rng: RandomStream,
  { samples: { prior }, materials }: Pick<InversionPlan, "samples" | "materials">,
  model: Pick<InversionModel, "targets" | "calibration">,
  options: {
    readonly output: NetworkOutput;
    readonly known: AggregateParameters;
    readonly structureCount: number;
  },
): AnswerStructure[] {
  const draws = drawCodes(options.output, model.calibration.network);
  const parameters = model.targets.filter(({ quantity }) => quantity !== "descriptor");
  const grown: { aggregate: Aggregate; descriptors: AggregateDescriptors }[] = [];
  for (let k = 0; k < options.structureCount; k++) {
    const own = rng.fork(k);
    const codes = draws[own.integerBelow(draws.length)];
    const drawn = parameters.map((target) => [
      target.key,
      decodeTarget(target, codes[model.targets.indexOf(target)]),
    ]);
    const values = { ...options.known, ...(Object.fromEntries(drawn) as Partial<AggregateParameters>) };
    const whole = { ...values, particleCount: Math.round(values.particleCount) };
    const growth = growAggregate(own.fork("aggregate"), whole, materials, prior);
    if (growth.kind === "grown") {
      grown.push({ aggregate: growth.aggregate, descriptors: describeAggregate(growth.aggregate) });
    }
  }
  return weighed(grown, model.targets, draws);
}

function weighed(
  grown: readonly Omit<AnswerStructure, "weight">[],
  targets: InversionModel["targets"],
  draws: readonly Float64Array[],
): AnswerStructure[] {
  const read = targets
    .map((target, t) => ({ target, t }))
    .filter(({ target }) => target.quantity === "descriptor");
  const rows = grown.map(({ descriptors }) =>
    read.map(({ target }) => encodeTarget(target, descriptors[target.key as keyof AggregateDescriptors])),
  );
  // a structure without one of the materials has no cluster of it: it cannot be compared, and is left out
  const isWhole = rows.map((row) => row.every(Number.isFinite));
  const weights = tiltedWeights({
    grown: rows.filter((_, k) => isWhole[k]),
    wanted: draws.map((codes) => read.map(({ t }) => codes[t])),
  });
  return grown.filter((_, k) => isWhole[k]).map((structure, k) => ({ ...structure, weight: weights[k] }));
}

/**
 * Scores structures grown from the answers to images against the aggregates that were imaged.
 *
 * @param plan how many images and structures
 * @param model the network's record
 * @param heldOut labels of the images and what the network says of them
 */
export async function scoreAnswers(
  plan: Pick<InversionPlan, "samples" | "materials" | "seed" | "errorAnalysis">,
  model: Pick<InversionModel, "targets" | "calibration">,
  heldOut: { readonly labels: readonly SampleLabels[]; readonly outputs: readonly NetworkOutput[] },
  startStage: StartStage,
): Promise<StructureScores> {
  const { imageCount, structureCount } = plan.errorAnalysis;
  const labels = heldOut.labels.slice(0, imageCount);
  const stage = startStage("Growing structures of the answers", labels.length);
  const sets: StructureSet[] = [];
  for (const [i, { sampleIndex, parameters, descriptors }] of labels.entries()) {
    const structures = growAnswer(openRandomStream(plan.seed, "answer", sampleIndex), plan, model, {
      output: heldOut.outputs[i],
      known: parameters,
      structureCount,
    });
    sets.push({
      truth: { ...descriptors },
      structures: structures.map((structure) => ({ ...structure.descriptors })),
      weights: structures.map(({ weight }) => weight),
    });
    stage.update(i + 1);
    await nextTurn();
  }
  const definitions = heteroCoordinationFirst(AGGREGATE_DESCRIPTORS).map(({ key, label, unit }) => ({
    key,
    label: nameMaterials(label, namesOf(plan.samples.prior)),
    unit,
  }));
  const scores = scoreStructures(sets, definitions);
  stage.finish(`${scores.imageCount} images, up to ${structureCount} structures each`);
  return scores;
}
