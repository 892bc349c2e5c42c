import { buildUnet, pixelsToChannels } from "../../train/index.ts";
import type { Network } from "../../train/index.ts";
import { ANSWER_CHANNELS, STRIDE_PX } from "./answer-grid.ts";

/** Size of the detector. */
export interface DetectorWidths {
  /** Channels of the levels at a quarter of the resolution, an eighth, ... */
  readonly widths: readonly number[];
  readonly bottomWidth: number;
  /** Channels of the answer; all where it is omitted. */
  readonly answerChannels?: number | undefined;
}

/** The grid that the sides of an input must keep to [px]. */
export function detectorGridPx({ widths }: Pick<DetectorWidths, "widths">): number {
  return STRIDE_PX * 2 ** widths.length;
}

/**
 * The detector: a U-Net on blocks of 4 x 4 pixels, which answers for each block.
 *
 * @param widths channels
 * @param size height and width of the input [px]; multiples of detectorGridPx
 * @returns [1, height, width] to [answer channels, height/4, width/4]
 */
export function detectorNetwork(
  widths: DetectorWidths,
  { width, height }: { readonly width: number; readonly height: number },
): Network {
  const unet = unetOf(widths);
  const { answerChannels = ANSWER_CHANNELS } = widths;
  return {
    name: "particle detector",
    inputShape: [1, height, width],
    outputShape: [answerChannels, height / STRIDE_PX, width / STRIDE_PX],
    forward: (x, scope) => ({ ...unet.forward(pixelsToChannels(x, STRIDE_PX), scope), embedding: null }),
  };
}

/**
 * The detector's deepest features, averaged over its input: what looks alike to it lies near each other.
 *
 * @param widths channels
 * @param size height and width of the input [px]; multiples of detectorGridPx
 * @returns [1, height, width] to the detector's answer, with an embedding of bottomWidth numbers beside it
 */
export function featureNetwork(
  widths: DetectorWidths,
  size: { readonly width: number; readonly height: number },
): Network {
  return {
    ...detectorNetwork(widths, size),
    forward: (x, scope) => unetOf(widths).forward(pixelsToChannels(x, STRIDE_PX), scope),
  };
}

const unetOf = ({ widths, bottomWidth, answerChannels = ANSWER_CHANNELS }: DetectorWidths) =>
  buildUnet({
    inputSize: 2 ** widths.length,
    inputChannels: STRIDE_PX * STRIDE_PX,
    outputs: answerChannels,
    widths,
    bottomWidth,
    hasUpConvolution: false,
    normalisation: { kind: "batch" },
  });
