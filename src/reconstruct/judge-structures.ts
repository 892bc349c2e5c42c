import { median, quantile } from "../core/index.ts";
import { AGGREGATE_DESCRIPTORS, nameMaterials } from "../stochastic/index.ts";
import type { AggregateDescriptorKey } from "../stochastic/index.ts";
import type { Convergence } from "./convergence.ts";
import type { DrawnStructures } from "./draw-structures.ts";
import type { PriorPlan } from "./plan-prior.ts";

/** A descriptor with the materials named in its label. */
export interface NamedDescriptor {
  readonly key: AggregateDescriptorKey;
  readonly label: string;
  readonly unit: string;
}

/** What the structures say of a descriptor. */
export interface StructureSummary extends NamedDescriptor, Convergence {
  readonly median: number;
  /** 5 % and 95 % of the structures. */
  readonly range: readonly [number, number];
}

/** The descriptors of structures, materials by their names where there are two. */
export function namedDescriptors({ names }: Pick<PriorPlan, "names">): readonly NamedDescriptor[] {
  return AGGREGATE_DESCRIPTORS.map(({ key, label, unit }) => ({
    key,
    label: names.length === 2 ? nameMaterials(label, [names[0], names[1]]) : label,
    unit,
  }));
}

/** Middle and 90 % of the structures for each descriptor that any of them has, and whether the chains agree on it. */
export function summariseStructures({
  reconstruction: { draws, convergence },
  plan,
}: Pick<DrawnStructures, "reconstruction" | "plan">): StructureSummary[] {
  return namedDescriptors(plan).flatMap((own) => {
    const values = draws.map(({ descriptors }) => descriptors[own.key]).filter(Number.isFinite);
    if (values.length === 0) return [];
    const range = [quantile(values, 0.05), quantile(values, 0.95)] as const;
    return [{ ...own, ...convergence[own.key], median: median(values), range }];
  });
}

/** What structures leave of an image: medians over all of them. */
export interface ExplainedView {
  readonly reducedChiSquare: number;
  /** Share of the variance, 0 to 1. */
  readonly explained: number;
}

/** How much the structures explain of each image. */
export function explainedViews({ views, rendered }: DrawnStructures): ExplainedView[] {
  return views.map((_, v) => ({
    reducedChiSquare: median(rendered.map((own) => own[v].reducedChiSquare)),
    explained: median(rendered.map((own) => own[v].explained)),
  }));
}

/** R-hat above which chains are said not to agree [gelman2013]. */
const MOST_R_HAT = 1.1;
/** Share of the variance that structures of a whole list explain, and particles over those listed, beyond which a list lacks some. */
const LEAST_EXPLAINED = 0.97;
const MOST_HIDDEN = 1.15;

/** Why not all of it should be believed, a sentence each. */
export function structureDoubts(drawn: DrawnStructures): string[] {
  return [...chainDoubts(drawn), ...hiddenDoubts(drawn), ...rangeDoubts(drawn)];
}

/**
 * Shares [%] of simulated aggregates whose truth lay in the 90 % range of structures over what the detector found: 60 with one view, 40 with three
 * (`npm run bench -- ceiling --list detected`, docs/decisions/three-d.md).
 */
const HELD_SHARES = {
  one: { heteroCoordination: 28, coordination: 73 },
  several: { heteroCoordination: 20, coordination: 88 },
} as const;

/** Structures differ by the depths of what was found, not by what the detector may have missed or mistaken. */
function rangeDoubts({ views, plan }: DrawnStructures): string[] {
  if (views[0].found.particles.every(({ source }) => source !== "detected")) return [];
  const held = HELD_SHARES[views.length === 1 ? "one" : "several"];
  const [name, share] =
    plan.names.length === 2
      ? ["hetero-coordination number", held.heteroCoordination]
      : ["coordination number", held.coordination];
  return [
    `structures differ by the depths of what was found alone: on simulated images their 90 % range of the ${name} held the truth in ${share} % of the cases; heterostem invert gives ranges that hold`,
  ];
}

/** Largest R-hat of all descriptors, 1 where the chains agree, and whether they do well enough. */
export function chainAgreement({ convergence }: DrawnStructures["reconstruction"]): {
  readonly worstRHat: number;
  readonly doAgree: boolean;
} {
  const known = Object.values(convergence).map(({ rHat }) => rHat);
  const worstRHat = Math.max(...known.filter(Number.isFinite));
  return { worstRHat, doAgree: worstRHat <= MOST_R_HAT };
}

function chainDoubts({ reconstruction }: DrawnStructures): string[] {
  const { worstRHat, doAgree } = chainAgreement(reconstruction);
  if (doAgree) return [];
  return [
    `the chains do not agree (R-hat up to ${worstRHat.toFixed(2)}): take the spread of these structures for too small`,
  ];
}

/** Structures hold what is listed: where more lies hidden their contacts are too few. */
function hiddenDoubts(drawn: DrawnStructures): string[] {
  const [{ found, particles }] = drawn.views;
  const [{ explained }] = explainedViews(drawn);
  const whole = found.countWithHidden?.value ?? particles.count;
  if (explained > LEAST_EXPLAINED && whole < MOST_HIDDEN * particles.count) return [];
  return [
    `particles are missing from the list (by simulated images as crowded there are ${Math.round(whole)}, and ${(100 * (1 - explained)).toFixed(0)} % of the variance is left): structures hold those that are listed, and contacts with the others are not counted`,
  ];
}

/** Every figure of the structures, as plain data. */
export function structureResults({ views, plan, reconstruction, rendered }: DrawnStructures) {
  return {
    materials: plan.names,
    necking: plan.necking,
    views: views.map(({ particles, found }) => ({
      image: found.name,
      countWithHidden: found.countWithHidden,
      modality: found.modality,
      particles: particles.count,
      errorNm: particles.errorNm,
    })),
    convergence: reconstruction.convergence,
    structures: reconstruction.draws.map(({ chain, descriptors }, k) => ({
      chain,
      descriptors,
      views: rendered[k].map(({ reducedChiSquare, explained }) => ({ reducedChiSquare, explained })),
    })),
  };
}
