import type { Material } from "../../core/index.ts";
import { choicesOf, tiltRangeOf, type SampleRecipe } from "../../corpus/index.ts";
import type { ConditioningKey, InputScale, PosteriorHead } from "../../posterior/index.ts";
import { microscopeChoices, prepareMicroscope } from "../../stem-sim/index.ts";
import { materialChoices, materialsOfPrior } from "../../stochastic/index.ts";
import type { InversionRecipe } from "./inversion-recipe.ts";
import { namesOf, planTargets, type TargetPlan } from "./plan-targets.ts";

/** A network as it is decided before any image is drawn. */
export interface NetworkPlan {
  /** Edge of its images [px]. */
  readonly widthPx: number;
  /** Channels of each level. */
  readonly widths: readonly number[];
  readonly head: PosteriorHead;
  readonly memberCount: number;
  /** Whether it is also taught to count particles and contacts cell by cell. */
  readonly hasCountMaps: boolean;
  /** What the embedding's units do below zero. */
  readonly embeddingUnits: InversionRecipe["training"]["embeddingUnits"];
  /** What the intensities of its images mean. */
  readonly intensities: InputScale;
  /** What its lengths are; in pixels it is told of in every layer of its body what it is given beside an image. */
  readonly lengths: InversionRecipe["lengths"];
  /** What it is given beside an image. */
  readonly inputs: readonly ConditioningKey[];
  readonly targets: TargetPlan;
}

/** How a network is trained. */
export interface TrainingPlan extends Pick<
  InversionRecipe["training"],
  "epochs" | "batchSize" | "partCount" | "learningRate"
> {
  /** What a checkpoint must share to be continued: other priors, microscopes or targets are another training. */
  readonly subject: string;
}

/** All that an inversion does, decided before anything is drawn: plain data, made once and handed down. */
export interface InversionPlan {
  readonly name: string;
  /** Seed of every random stream. */
  readonly seed: number;
  readonly materials: readonly [Material, Material];
  /** What the materials are called in answers: by their names, or by their order where samples choose theirs. */
  readonly materialNames: readonly [string, string];
  /** What samples are drawn from: prior, prepared microscope, seed. */
  readonly samples: SampleRecipe;
  readonly counts: InversionRecipe["corpus"];
  readonly network: NetworkPlan;
  readonly training: TrainingPlan;
  /** Powders of several images each. */
  readonly pools: InversionRecipe["pools"];
  /** Structures that are grown again from what was found. */
  readonly errorAnalysis: InversionRecipe["errorAnalysis"];
  /** What it was planned from, for the files that keep it; nobody below reads it. */
  readonly recipe: InversionRecipe;
}

/**
 * Plans an inversion: resolves materials, prepares the microscope, decides network and targets; a few tenths of a second.
 *
 * @param recipe with its defaults filled in
 * @returns the plan that samples, training, validation and reports are made by
 * @throws RangeError for an unknown material
 * @example
 * import { inversionRecipeSchema, planInversion } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * const plan = planInversion(inversionRecipeSchema.parse({ training: { head: "gaussian" } }));
 * expect(plan.materials.map(({ name }) => name)).toEqual(["TiO2-anatase", "WO3"]);
 * expect(plan.network.head).toEqual({ kind: "gaussian" });
 */
export function planInversion(recipe: InversionRecipe): InversionPlan {
  const { name, seed, lengths, corpus, pools, errorAnalysis, aggregate, microscope, training } = recipe;
  const { epochs, batchSize, partCount, learningRate } = training;
  return {
    name,
    seed,
    materials: materialsOfPrior(aggregate),
    materialNames: namesOf(aggregate),
    samples: sampleRecipe(recipe),
    counts: corpus,
    network: planNetwork(recipe),
    training: {
      epochs,
      batchSize,
      partCount,
      learningRate,
      subject: JSON.stringify({ aggregate, microscope, training, ...(lengths === "nm" ? {} : { lengths }) }),
    },
    pools,
    errorAnalysis,
    recipe,
  };
}

/** The part of a plan that decides a network's shape; costs nothing. */
export function planNetwork(recipe: InversionRecipe): NetworkPlan {
  const { aggregate, microscope, training, lengths } = recipe;
  const head = headOfRecipe(recipe);
  // a network that states points works on the prior's own scale
  const isBounded = training.targetScale === "bounded" && head.kind !== "point";
  return {
    widthPx: microscope.widthPx,
    widths: training.widths,
    head,
    memberCount: training.members,
    hasCountMaps: training.countMaps,
    embeddingUnits: training.embeddingUnits,
    // a network whose lengths are pixels takes absolute intensities as thicknesses in pixels
    intensities:
      lengths === "pixels" && training.intensities === "absolute" ? "thickness" : training.intensities,
    lengths,
    inputs: training.inputs,
    targets: planTargets(aggregate, { descriptors: training.descriptors, isBounded, lengths }),
  };
}

/** Whether the samples of a recipe choose materials or microscope, or need to say what they were imaged with. */
export function leavesChoice({ aggregate, microscope, lengths }: InversionRecipe): boolean {
  const count = materialChoices(aggregate).length * microscopeChoices(microscope).length;
  return count > 1 || lengths === "pixels";
}

function sampleRecipe(recipe: InversionRecipe): SampleRecipe {
  const { seed, aggregate, lengths, views } = recipe;
  const seen = views === undefined ? {} : { views };
  const microscope = microscopeOf(recipe);
  const [pairs, microscopes] = [materialChoices(aggregate), microscopeChoices(microscope)];
  const one = { seed, prior: aggregate, prepared: prepareMicroscope(microscopes[0], pairs[0]), ...seen };
  if (!leavesChoice(recipe)) return one;
  const choices = choicesOf(aggregate, microscope);
  return lengths === "nm" ? { ...one, choices } : { ...one, choices, lengths };
}

/** The recipe's microscope, whose tables hold the film of every view. */
function microscopeOf({ microscope, views }: InversionRecipe): InversionRecipe["microscope"] {
  if (views === undefined) return microscope;
  return { ...microscope, tiltDeg: { uniform: [...tiltRangeOf(views)] } };
}

/** Gaussians of a mixture head: enough for two answers and their tails. */
const MIXTURE_COMPONENTS = 4;

function headOfRecipe({ training: { head: kind } }: InversionRecipe): PosteriorHead {
  return kind === "mixture" ? { kind, components: MIXTURE_COMPONENTS } : { kind };
}
