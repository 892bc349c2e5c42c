import type { PixelRegion } from "../../image/index.ts";
import type { JointAnswer } from "../apply/symmetries.ts";

/** How unsure a network is of a tile: means over its pixels. */
export interface TileUncertainty {
  /** Standard deviation over the answers of the likeliest class's probability, 0 to 0.5; null for a single answer. */
  readonly disagreement: number | null;
  /** Entropy of the mean probabilities over that of equal ones, 0 (sure) to 1 (any class). */
  readonly entropy: number;
  /** Share of the tile's pixels that show specimen and were counted. */
  readonly shownShare: number;
}

/**
 * The uncertainty of one tile of an answered image.
 *
 * @param answer probabilities of the whole image, and how far its answers differ
 * @param box the tile [px]
 * @param mask [height, width] of the image: 1 where a pixel shows no specimen, and does not count; null where all do
 * @returns means over the pixels that count; 0 where none does
 */
export function tileUncertainty(
  { map, uncertainty }: JointAnswer,
  { x, y, width, height }: PixelRegion,
  mask: Uint8Array | null,
): TileUncertainty {
  let [shown, disagreement, entropy] = [0, 0, 0];
  for (let row = y; row < y + height; row++) {
    for (let at = row * map.width + x; at < row * map.width + x + width; at++) {
      if (mask?.[at] === 1) continue;
      shown++;
      disagreement += uncertainty?.[at] ?? 0;
      entropy += pixelEntropy(map.data, at, map.channelCount);
    }
  }
  const over = (sum: number) => (shown === 0 ? 0 : sum / shown);
  return {
    disagreement: uncertainty === null ? null : over(disagreement),
    entropy: over(entropy),
    shownShare: shown / (width * height),
  };
}

/** H = -sum p log p / log C [shannon1948]; of one channel, p and 1 - p. */
function pixelEntropy(probabilities: Float32Array, pixel: number, channelCount: number): number {
  if (channelCount === 1) {
    const p = probabilities[pixel];
    return (term(p) + term(1 - p)) / Math.LN2;
  }
  let sum = 0;
  for (let c = 0; c < channelCount; c++) sum += term(probabilities[pixel * channelCount + c]);
  return sum / Math.log(channelCount);
}

const term = (p: number) => (p > 0 ? -p * Math.log(p) : 0);
