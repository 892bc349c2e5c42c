import type { AggregateParameters, AggregatePrior } from "../../stochastic/index.ts";

/** Largest objective aperture [mrad]; the least is 1. */
export const MOST_APERTURE_MRAD = 40;

/** The microscope's settings that have a slider; units are those of the recipe's section `microscope`. */
export interface ModelMicroscope {
  readonly beamEnergyKeV: number;
  readonly semiAngleMrad: number;
  readonly innerMrad: number;
  readonly outerMrad: number;
  /** Edge of a pixel [nm]. */
  readonly pixelSizeNm: number;
  /** Edge of the image [px]. */
  readonly edgePx: number;
  readonly probeFwhmNm: number;
  readonly defocusNm: number;
  readonly electronsPerPixel: number;
  /** Carbon film; 0 for none [nm]. */
  readonly filmThicknessNm: number;
  readonly tiltDeg: number;
  /** Objective aperture of the bright-field image, semi-angle [mrad]. */
  readonly apertureMrad: number;
}

/** An aggregate to be grown and imaged: every number fixed, so that a recipe of the command line says the same. */
export interface ModelOrder {
  readonly seed: number;
  readonly materials: readonly [string, string];
  readonly parameters: AggregateParameters;
  readonly placement: NonNullable<AggregatePrior["placement"]>;
  readonly microscope: ModelMicroscope;
  /** Whether a bright-field image is wanted beside the HAADF image. */
  readonly isBrightField: boolean;
}

/**
 * The order as a recipe, without its bright field, for `heterostem simulate`, `view` and `generate`, without defaults.
 *
 * @param order with all its numbers
 * @returns plain data, to be written as YAML
 */
export function recipeOf({ seed, materials, parameters, placement, microscope }: ModelOrder) {
  const { beamEnergyKeV, semiAngleMrad, innerMrad, outerMrad, edgePx, filmThicknessNm, ...rest } = microscope;
  const { apertureMrad: _, ...image } = rest;
  return {
    name: "studio",
    seed,
    aggregate: { materials, ...parameters, ...(placement === "tunable" ? {} : { placement }) },
    microscope: {
      beamEnergyKeV,
      semiAngleMrad,
      detector: { innerMrad, outerMrad },
      widthPx: edgePx,
      heightPx: edgePx,
      ...image,
      film: filmThicknessNm === 0 ? "none" : { material: "C", thicknessNm: filmThicknessNm },
    },
  };
}
