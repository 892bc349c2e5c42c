import type { Network } from "../../train/index.ts";
import { buildUnet } from "../../train/index.ts";
import type { SegmentConfig } from "../segment-config.ts";

/** The part of a study that says what the network looks like. */
export type NetworkRecipe = Pick<SegmentConfig["model"], "widths" | "bottomWidth" | "batchNormalisation">;

/**
 * The U-Net of a study for images of any size that it can halve.
 *
 * @param recipe widths and normalisation
 * @param size height and width of its input [px]; multiples of 2 to the count of widths
 * @param classCount classes with the background; 2 gives one logit a pixel, more give one a class
 * @returns a network; its parameters do not depend on the size
 */
export function segmenterNetwork(
  recipe: NetworkRecipe,
  size: { readonly width: number; readonly height: number },
  classCount: number,
): Network {
  const outputs = classCount === 2 ? 1 : classCount;
  const { widths, bottomWidth } = recipe;
  const network = buildUnet({
    inputSize: 2 ** widths.length,
    outputs,
    widths,
    bottomWidth,
    ...(recipe.batchNormalisation ? { normalisation: { kind: "batch" as const } } : {}),
  });
  // convolutions and poolings take any size
  const { width, height } = size;
  return { ...network, inputShape: [1, height, width], outputShape: [outputs, height, width] };
}

/**
 * How far the result at a pixel looks, and the grid that tiles must keep to.
 *
 * With L levels of two 3x3 convolutions, a pooling, an upsampling convolution and two more, strides 2^l, and two convolutions at the bottom:
 * 6 (2^L - 1) + 2 2^L = 8 2^L - 6 pixels, rounded up to the grid.
 *
 * @param recipe widths of the levels
 * @returns reach and grid [px]
 */
export function networkReach({ widths }: Pick<NetworkRecipe, "widths">): {
  readonly marginPx: number;
  readonly gridPx: number;
} {
  const gridPx = 2 ** widths.length;
  return { marginPx: 8 * gridPx, gridPx };
}
