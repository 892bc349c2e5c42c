import { openRandomStream, type StartStage } from "../../core/index.ts";
import {
  compareRealisations,
  type ParameterPair,
  type RealisationComparison,
} from "../../posterior/index.ts";
import {
  AGGREGATE_DESCRIPTORS,
  describeAggregate,
  growAggregate,
  nameMaterials,
  type AggregateDescriptorInfo,
  type AggregateParameters,
} from "../../stochastic/index.ts";
import type { InversionPlan } from "../data/plan-inversion.ts";
import { namesOf } from "../data/plan-targets.ts";

/** Growth from one parameter set may fail by chance; so many streams are tried per realisation. */
const TRIES = 3;

/**
 * The paper's error analysis: structures grown from predicted parameters against structures grown from true ones.
 */
export async function compareStructures(
  { seed, materials, samples: { prior }, errorAnalysis }: InversionPlan,
  pairs: readonly ParameterPair[],
  startStage: StartStage,
): Promise<RealisationComparison> {
  const { imageCount, realisationCount } = errorAnalysis;
  const chosen = pairs.slice(0, imageCount);
  const stage = startStage("Growing structures from predicted and from true parameters", chosen.length);
  const study = await compareRealisations(
    chosen,
    heteroCoordinationFirst(AGGREGATE_DESCRIPTORS).map(({ key, label, unit }) => ({
      key,
      label: nameMaterials(label, namesOf(prior)),
      unit,
    })),
    (values, { purpose, sampleIndex }) => {
      const parameters = {
        ...values,
        particleCount: Math.round(values["particleCount"]),
      } as unknown as AggregateParameters;
      const rng = openRandomStream(seed, "error analysis", purpose, sampleIndex);
      return Array.from({ length: realisationCount }, (_, realisation) => {
        for (let attempt = 0; attempt < TRIES; attempt++) {
          const growth = growAggregate(rng.fork(realisation, attempt), parameters, materials, prior);
          if (growth.kind === "grown") return { ...describeAggregate(growth.aggregate) };
        }
        return null;
      }).filter((descriptors) => descriptors !== null);
    },
    (done) => stage.update(done),
  );
  stage.finish(`${study.imageCount} images x ${realisationCount} structures, twice`);
  return study;
}

/** The descriptors, that of the paper first. */
export function heteroCoordinationFirst(
  descriptors: readonly AggregateDescriptorInfo[],
): AggregateDescriptorInfo[] {
  const isHetero = ({ key }: AggregateDescriptorInfo) => key.startsWith("hetero");
  return [...descriptors.filter(isHetero), ...descriptors.filter((descriptor) => !isHetero(descriptor))];
}
