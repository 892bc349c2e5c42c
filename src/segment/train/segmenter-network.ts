import type { Network } from "../../train/index.ts";
import { buildUnet, channelsToPixels, pixelsToChannels } from "../../train/index.ts";
import type { SegmentConfig } from "../segment-config.ts";

/** The part of a study that says what the network looks like. */
export type NetworkRecipe = Pick<
  SegmentConfig["model"],
  "widths" | "bottomWidth" | "batchNormalisation" | "blockPx"
>;

/**
 * The U-Net of a study for images of any size that it can halve.
 *
 * With blocks of pixels it works on a coarser raster: what lies in a block are its channels, both where it begins and where it ends.
 * All pixels of a block begin with the same last filter [aitken2017]; first weights of their own would leave a pattern of the block's period.
 *
 * @param size height and width of its input [px]; multiples of the block times 2 to the count of widths
 */
export function segmenterNetwork(
  recipe: NetworkRecipe,
  size: { readonly width: number; readonly height: number },
  classCount: number,
): Network {
  const outputs = classCount === 2 ? 1 : classCount;
  const { widths, bottomWidth, blockPx } = recipe;
  const channels = blockPx * blockPx;
  const network = buildUnet({
    inputSize: 2 ** widths.length,
    inputChannels: channels,
    outputs: outputs * channels,
    outputCopies: channels,
    widths,
    bottomWidth,
    ...(recipe.batchNormalisation ? { normalisation: { kind: "batch" as const } } : {}),
  });
  const { width, height } = size;
  return {
    ...network,
    // convolutions and poolings take any size
    inputShape: [1, height, width],
    outputShape: [outputs, height, width],
    forward(x, scope) {
      if (blockPx === 1) return network.forward(x, scope);
      const { output, embedding } = network.forward(pixelsToChannels(x, blockPx), scope);
      return { output: channelsToPixels(output, blockPx), embedding };
    },
  };
}

/**
 * How far the result at a pixel looks, and the grid that tiles must keep to.
 *
 * With L levels of two 3x3 convolutions, a pooling, an upsampling convolution and two more, strides 2^l, and two convolutions at the bottom:
 * 6 (2^L - 1) + 2 2^L = 8 2^L - 6 blocks of pixels, rounded up to the grid.
 *
 * @returns reach and grid [px]
 */
export function networkReach({ widths, blockPx }: Pick<NetworkRecipe, "widths" | "blockPx">): {
  readonly marginPx: number;
  readonly gridPx: number;
} {
  const gridPx = blockPx * 2 ** widths.length;
  return { marginPx: 8 * gridPx, gridPx };
}
