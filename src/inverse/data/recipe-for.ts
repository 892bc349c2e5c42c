import { estimateFieldLoss } from "../../corpus/index.ts";
import type { z } from "zod";
import { inversionRecipeSchema } from "./inversion-recipe.ts";

/** A recipe as it stands in a file: what is not there has its default. */
export type RecipeFile = z.input<typeof inversionRecipeSchema>;

/** What somebody knows of a powder and of the microscope before a network is trained for them. */
export interface PowderFacts {
  /** By name: two, or one for a powder of one material. */
  readonly materials: readonly [string] | readonly [string, string];
  readonly beamEnergyKeV: number;
  readonly semiAngleMrad: number;
  readonly innerMrad: number;
  readonly outerMrad: number;
  /** Of the images [nm]. */
  readonly pixelSizeNm: number;
  /** Least and most primary particles of an aggregate. */
  readonly particleCount: readonly [number, number];
  /** Least and largest mean radius of the particles of a material [nm]. */
  readonly radiusNm: readonly [number, number];
  /** Least and most electrons in a pixel of the images. */
  readonly electronsPerPixel: readonly [number, number];
}

/** Edges of a network's images [px]: multiples of the step; the first is what the field is measured with. */
const [USUAL_PX, LEAST_PX, MOST_PX, STEP_PX] = [160, 96, 320, 16];

/**
 * Writes a recipe around a powder and a microscope: its field holds 95 % of what the aggregates project, by wider images as long as two cores can train on them, and
 * by larger pixels beyond.
 *
 * @param facts of the powder and the microscope
 * @returns the recipe; pixels larger than those of the images where nothing else fits
 * @throws ZodError for a number outside what the model allows
 * @example
 * import { recipeFor } from "../src/inverse/index.ts";
 * import { expect } from "vitest";
 * const recipe = recipeFor({
 *   materials: ["CeO2", "Au"], beamEnergyKeV: 200, semiAngleMrad: 20, innerMrad: 50, outerMrad: 180,
 *   pixelSizeNm: 0.4, particleCount: [5, 20], radiusNm: [2, 4], electronsPerPixel: [2000, 20_000],
 * });
 * expect(recipe.microscope?.pixelSizeNm).toBe(0.4);
 */
export function recipeFor(facts: PowderFacts): RecipeFile {
  const usual = recipeWith(facts, { widthPx: USUAL_PX, pixelSizeNm: facts.pixelSizeNm });
  const loss = estimateFieldLoss(inversionRecipeSchema.parse(usual));
  const wanted = USUAL_PX * (loss?.fittingFactor ?? 1);
  const widthPx = Math.min(MOST_PX, Math.max(LEAST_PX, STEP_PX * Math.ceil(wanted / STEP_PX)));
  const pixelSizeNm = facts.pixelSizeNm * Math.max(1, wanted / MOST_PX);
  return recipeWith(facts, { widthPx, pixelSizeNm: Number(pixelSizeNm.toPrecision(3)) });
}

/** What the network sees at once. */
interface Field {
  readonly widthPx: number;
  readonly pixelSizeNm: number;
}

function recipeWith(facts: PowderFacts, { widthPx, pixelSizeNm }: Field): RecipeFile {
  const { materials, beamEnergyKeV, semiAngleMrad, innerMrad, outerMrad, particleCount, radiusNm } = facts;
  const range = <Key extends "uniform" | "logUniform">(key: Key, [low, high]: readonly [number, number]) =>
    ({ [key]: [low, high] }) as Record<Key, [number, number]>;
  const isPair = materials.length === 2;
  const spread = { uniform: [1.05, 1.6] as [number, number] };
  const cluster = { logUniform: [1, 50] as [number, number] };
  const dose = (pixelSizeNm / facts.pixelSizeNm) ** 2;
  const [least, most] = facts.electronsPerPixel;
  return {
    name: materials.join("-").toLowerCase(),
    seed: 1,
    aggregate: {
      materials: isPair ? [materials[0], materials[1]] : [materials[0]],
      particleCount: range("logUniform", particleCount),
      radiusFirstNm: range("uniform", radiusNm),
      radiusSpreadFirst: spread,
      fractalDimension: range("uniform", [1.5, 2.3]),
      fractalPrefactor: 1.3,
      necking: range("uniform", [0, 0.25]),
      ...(isPair
        ? {
            numberFraction: range("uniform", [0.05, 0.95]),
            radiusSecondNm: range("uniform", radiusNm),
            radiusSpreadSecond: spread,
            clusterSizeFirst: cluster,
            clusterSizeSecond: cluster,
          }
        : {}),
    },
    microscope: {
      beamEnergyKeV,
      semiAngleMrad,
      detector: { innerMrad, outerMrad },
      pixelSizeNm,
      widthPx,
      heightPx: widthPx,
      probeFwhmNm: range("uniform", [0.2, Math.max(0.5, pixelSizeNm)]),
      electronsPerPixel: range("logUniform", [least * dose, most * dose].map(Math.round) as [number, number]),
      orientation: "random",
      film: { material: "C", thicknessNm: range("uniform", [3, 30]) },
    },
    corpus: { trainCount: 20_000, validationCount: 2000, testCount: 1000 },
    training: {
      epochs: 6,
      batchSize: 8,
      partCount: 2,
      learningRate: 0.002,
      widths: [16, 32, 64, 96, 96],
      head: "gaussian",
      targetScale: "bounded",
      embeddingUnits: "leaky",
      countMaps: true,
      descriptors: isPair
        ? ["meanCoordination", "heteroCoordinationAll", "heteroContactFraction", "radiusOfGyrationNm"]
        : ["meanCoordination", "radiusOfGyrationNm"],
    },
  };
}
