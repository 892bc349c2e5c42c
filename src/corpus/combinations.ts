import type { Material, RandomStream } from "../core/index.ts";
import { microscopeChoices, type Microscope, type PreparedMicroscope } from "../stem-sim/index.ts";
import { materialChoices, type AggregatePrior } from "../stochastic/index.ts";

/** What a recipe lets each sample choose from; plain data. */
export interface Choices {
  readonly materials: readonly (readonly [Material, Material])[];
  readonly microscopes: readonly Microscope[];
}

/** The choices of one sample. */
export interface Combination {
  readonly materials: readonly [Material, Material];
  readonly microscope: Microscope;
}

/** What a user may know of how a sample was imaged, where a recipe lets it differ. */
export interface CombinationLabels {
  /** First and second, in the order of the labels: the one that scatters less comes first. */
  readonly materials: readonly [string, string];
  /** Share of the beam on the detector per nanometre of each, thin limit [1/nm]. */
  readonly strengthsPerNm: readonly [number, number];
  readonly beamEnergyKeV: number;
  readonly semiAngleMrad: number;
  /** NaN for a detector with a measured sensitivity curve. */
  readonly innerMrad: number;
  readonly outerMrad: number;
}

/** The choices of a prior and a microscope. */
export function choicesOf(prior: AggregatePrior, microscope: Microscope): Choices {
  return { materials: materialChoices(prior), microscopes: microscopeChoices(microscope) };
}

/** All combinations of the choices: every pair under every microscope. */
export function allCombinations({ materials, microscopes }: Choices): Combination[] {
  return materials.flatMap((pair) => microscopes.map((microscope) => ({ materials: pair, microscope })));
}

/** Draws one pair and one microscope, each as likely as the others. */
export function drawCombination(rng: RandomStream, { materials, microscopes }: Choices): Combination {
  return {
    materials: materials[rng.fork("materials").integerBelow(materials.length)],
    microscope: microscopes[rng.fork("microscope").integerBelow(microscopes.length)],
  };
}

/** The combination with the material first that scatters less. */
export function lightFirst(
  { materials: [first, second], microscope }: Combination,
  { detectedPerNm: [one, other] }: Pick<PreparedMicroscope, "detectedPerNm">,
): Combination {
  return { microscope, materials: one <= other ? [first, second] : [second, first] };
}

/** What is recorded of a combination. */
export function labelsOfCombination({
  microscope,
  materialNames,
  detectedPerNm,
}: PreparedMicroscope): CombinationLabels {
  const { beamEnergyKeV, semiAngleMrad, detector } = microscope;
  const { innerMrad, outerMrad } = "innerMrad" in detector ? detector : { innerMrad: NaN, outerMrad: NaN };
  return {
    materials: materialNames,
    strengthsPerNm: detectedPerNm,
    beamEnergyKeV,
    semiAngleMrad,
    innerMrad,
    outerMrad,
  };
}
