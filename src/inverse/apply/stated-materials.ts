import { counted, definedPart, rangeError, type Material } from "../../core/index.ts";
import type { ConditioningValues, InversionModel } from "../../posterior/index.ts";
import { hasOneMaterial } from "../../stochastic/index.ts";
import { microscopeChoices, strengthsPerNm, type Microscope } from "../../stem-sim/index.ts";
import { recipeOfModel } from "./open-inversion.ts";

/** What is known of an image's materials under its microscope. */
export interface StatedMaterials {
  /** The one that scatters less first; a powder of one material has it twice. */
  readonly materials: readonly [Material, Material];
  /** Share of the beam on the detector per nanometre of each, thin limit [1/nm]. */
  readonly strengths: readonly [number, number];
  /** Whether energy and angles of the microscope were stated. */
  readonly isMicroscopeKnown: boolean;
  readonly notes: readonly string[];
  /** What was taken for known of the microscope, where the answer hangs on how much is scattered. */
  readonly assumed: readonly string[];
  readonly doubts: readonly string[];
}

/** Whether a network was trained on powders of one material. */
export function isOfOneMaterial(model: InversionModel): boolean {
  const recipe = recipeOfModel(model);
  return recipe !== null && hasOneMaterial(recipe.aggregate);
}

/** Ratio of scattering below which two materials look alike: their particles' sizes differ more than their brightness. */
const ALIKE_RATIO = 1.3;

/**
 * How strongly the materials of an image scatter into its microscope's detector.
 *
 * What is not stated of the microscope is taken from the first that the network was trained with.
 *
 * @param materials one or two, in any order
 * @param model whose recipe says what microscopes there are
 * @param stated energy and angles, as far as they are known
 * @throws RangeError for two names of one material, or a model that was trained on another number of materials
 */
export function scatteringOf(
  materials: readonly Material[],
  model: InversionModel,
  stated: ConditioningValues,
): StatedMaterials {
  const [first, second = first] = materials;
  if (materials.length === 2 && first.name === second.name) {
    throw rangeError(
      { action: "take the stated materials" },
      "two materials must differ",
      `${first.name} twice`,
    );
  }
  const recipe = recipeOfModel(model);
  if (recipe === null) {
    throw rangeError(
      { action: "take the stated materials" },
      "the model must say what it was trained on",
      "no recipe",
    );
  }
  const wantedCount = hasOneMaterial(recipe.aggregate) ? 1 : 2;
  if (materials.length !== wantedCount) {
    throw rangeError(
      { action: "take the stated materials" },
      `the network was trained on ${wantedCount === 1 ? "powders of one material" : "pairs of materials"}`,
      counted(materials.length, "name"),
    );
  }
  const { microscope, missing } = microscopeOf(microscopeChoices(recipe.microscope)[0], stated);
  const known = [first, second].map((material) => ({
    material,
    strength: strengthsPerNm(microscope, [material])[0],
  }));
  const [light, heavy] = known.sort((a, b) => a.strength - b.strength);
  const ratio = heavy.strength / light.strength;
  const isPair = materials.length === 2;
  return {
    materials: [light.material, heavy.material],
    strengths: [light.strength, heavy.strength],
    isMicroscopeKnown: missing.length === 0,
    notes: isPair
      ? [
          `${heavy.material.name} scatters ${Number(ratio.toPrecision(3))} times as much as ${light.material.name}; the number fraction is that of ${heavy.material.name}`,
        ]
      : [],
    assumed:
      missing.length === 0
        ? []
        : [`scattering computed for ${microscopeText(microscope)}: ${missing.join(", ")} not stated`],
    doubts:
      isPair && ratio < ALIKE_RATIO
        ? [
            `${light.material.name} and ${heavy.material.name} scatter so alike that they cannot be told apart`,
          ]
        : [],
  };
}

/** A network's microscope with what is stated of an image's in its place, and what is not stated. */
function microscopeOf(usual: Microscope, stated: ConditioningValues) {
  const { beamEnergyKeV, semiAngleMrad, innerMrad, outerMrad } = stated;
  const isAnnulusKnown = innerMrad !== undefined && outerMrad !== undefined;
  const missing = [
    ...(beamEnergyKeV === undefined ? ["beam energy"] : []),
    ...(isAnnulusKnown ? [] : ["detector angles"]),
  ];
  const detector = isAnnulusKnown ? { innerMrad, outerMrad } : undefined;
  return { missing, microscope: { ...usual, ...definedPart({ beamEnergyKeV, semiAngleMrad, detector }) } };
}

function microscopeText({ beamEnergyKeV, semiAngleMrad, detector }: Microscope): string {
  const angles =
    "innerMrad" in detector ? `${detector.innerMrad} to ${detector.outerMrad} mrad` : "a measured detector";
  return `${beamEnergyKeV} keV, ${angles}, semi-angle ${semiAngleMrad} mrad`;
}
