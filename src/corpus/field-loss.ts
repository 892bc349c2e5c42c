import { mean, openRandomStream, priorRange } from "../core/index.ts";
import { drawMicroscopeSettings, placesInField, type Microscope } from "../stem-sim/index.ts";
import {
  drawAggregateParameters,
  growAggregate,
  materialsOfPrior,
  type AggregatePrior,
} from "../stochastic/index.ts";

/** What the field of view cuts off from the aggregates of a recipe. */
export interface FieldLoss {
  /** Aggregates that were grown for it. */
  readonly aggregateCount: number;
  /** Share of the particles' projected area outside the field, mean over aggregates. */
  readonly outsideShare: number;
  /** How many times wider and higher a field would leave no more than ACCEPTED_SHARE outside; below 1 where there is room. */
  readonly fittingFactor: number;
  /** Width and height of the field [nm]; in the middle of its range where the pixel size has a prior. */
  readonly fieldNm: readonly [number, number];
}

/** The part of a recipe that the field of view depends on. */
export interface FieldRecipe {
  readonly seed: number;
  readonly aggregate: AggregatePrior;
  readonly microscope: Microscope;
}

/** What the recipes that ship leave outside (docs/decisions/field-of-view.md). */
const ACCEPTED_SHARE = 0.05;
/** A share that spoils answers: the number fraction cannot pass an R2 of 0.94 beyond a tenth. */
const HARMFUL_SHARE = 0.15;
/** A few dozen aggregates give the share to some points; large ones take long, and say more each. */
const AGGREGATES = 32;
const MOST_PARTICLES = 5000;

/**
 * Estimates what the field of view cuts off: grows the first samples of a recipe, with the streams that its corpus uses.
 *
 * @param recipe prior of the aggregates, microscope and seed
 * @param sampleCount samples that the corpus has, where they are few
 * @returns share outside, and the field that would hold the aggregates; null where no draw could be realised
 * @example
 * import { estimateFieldLoss } from "../src/corpus/index.ts";
 * import { microscopeSchema } from "../src/stem-sim/index.ts";
 * import { aggregatePriorSchema } from "../src/stochastic/index.ts";
 * import { expect } from "vitest";
 * const aggregate = aggregatePriorSchema.parse({ particleCount: 40 });
 * const microscope = microscopeSchema.parse({ widthPx: 64, heightPx: 64, pixelSizeNm: 10 });
 * expect(estimateFieldLoss({ seed: 1, aggregate, microscope })?.outsideShare).toBe(0);
 */
export function estimateFieldLoss(recipe: FieldRecipe, sampleCount: number = AGGREGATES): FieldLoss | null {
  const { widthPx, heightPx, pixelSizeNm } = recipe.microscope;
  const samples = particlesInSamples(recipe, Math.min(AGGREGATES, sampleCount));
  if (samples.length === 0) return null;
  const shareBeyond = (edge: number) =>
    mean(
      samples.map((sample) => sample.reduce((sum, { place, share }) => sum + (place > edge ? share : 0), 0)),
    );
  const edges = samples.flatMap((sample) => sample.map(({ place }) => place)).sort((a, b) => a - b);
  const middleNm = mean(priorRange(pixelSizeNm));
  return {
    aggregateCount: samples.length,
    outsideShare: shareBeyond(1),
    fittingFactor: edges[firstWhere(edges.length, (k) => shareBeyond(edges[k]) <= ACCEPTED_SHARE)],
    fieldNm: [widthPx * middleNm, heightPx * middleNm],
  };
}

interface PlacedParticle {
  /** 0 in the middle of the field, 1 on its edge. */
  readonly place: number;
  /** Share of its aggregate's projected area. */
  readonly share: number;
}

/** The particles of the first samples, grown with the streams of sample.ts; without those whose first draw is rejected. */
function particlesInSamples(
  { seed, aggregate: prior, microscope }: FieldRecipe,
  count: number,
): PlacedParticle[][] {
  const materials = materialsOfPrior(prior);
  const samples: PlacedParticle[][] = [];
  let particleCount = 0;
  for (let index = 0; index < count && particleCount < MOST_PARTICLES; index++) {
    const rng = openRandomStream(seed, "sample", index);
    const parameters = drawAggregateParameters(rng.fork("aggregate", "parameters", 0), prior);
    particleCount += parameters.particleCount;
    const growth = growAggregate(rng.fork("aggregate", "growth", 0), parameters, materials, prior);
    if (growth.kind === "rejected") continue;
    const { aggregate } = growth;
    const settings = drawMicroscopeSettings(rng.fork("microscope"), microscope);
    const places = placesInField(aggregate, microscope, settings);
    const area = aggregate.radiiNm.reduce((sum, radius) => sum + radius * radius, 0);
    samples.push(Array.from(places, (place, i) => ({ place, share: aggregate.radiiNm[i] ** 2 / area })));
  }
  return samples;
}

/** The first index that holds, of those that do not hold before it and do from it on; the last always does. */
function firstWhere(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Says what a field of view cuts off, with the field that would hold the aggregates and how to get it.
 *
 * @param loss what estimateFieldLoss gave
 * @param microscope the recipe's
 * @returns one sentence; null where the loss does no harm
 */
export function fieldLossWarning(loss: FieldLoss, microscope: Microscope): string | null {
  if (loss.outsideShare <= HARMFUL_SHARE) return null;
  const { fittingFactor, fieldNm } = loss;
  const field = (factor: number) => fieldNm.map((edge) => (edge * factor).toFixed(0)).join(" x ");
  const { pixelSizeNm, widthPx, heightPx } = microscope;
  const wider = [widthPx, heightPx].map((edge) => Math.ceil(edge * fittingFactor));
  const coarser =
    typeof pixelSizeNm === "number"
      ? `pixelSizeNm to ${Number((pixelSizeNm * fittingFactor).toPrecision(2))}`
      : `pixelSizeNm to ${fittingFactor.toFixed(1)} times its range`;
  return (
    `the field of view of ${field(1)} nm leaves ${(100 * loss.outsideShare).toFixed(0)} % of the particles' projected area ` +
    `outside, one of ${field(fittingFactor)} nm would hold ${100 * (1 - ACCEPTED_SHARE)} %: ` +
    `set ${coarser}, or widthPx to ${wider[0]} and heightPx to ${wider[1]}`
  );
}
