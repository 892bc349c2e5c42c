import type { GrayImage } from "../../core/index.ts";
import { cropRegion } from "../../image/index.ts";
import type { PixelRegion } from "../../image/index.ts";
import type { Segmenter } from "../apply/open-segmenter.ts";
import { jointAnswer } from "../apply/symmetries.ts";
import { normalizeForNetwork } from "../data/normalize.ts";
import { symmetryCount } from "../symmetry-count.ts";
import { tileBoxes } from "./tile-boxes.ts";
import { tileUncertainty } from "./tile-uncertainty.ts";
import type { TileUncertainty } from "./tile-uncertainty.ts";

/** A tile of an image, as the network sees it. */
export interface ScoredTile extends TileUncertainty {
  readonly box: PixelRegion;
  readonly embedding: Float32Array;
}

/** The networks that tiles are scored by: embeddings are those of the first. */
export type Scorers = readonly Pick<Segmenter, "probabilities" | "tileEmbedding" | "metadata">[];

/** What a tile's uncertainty is: how far answers differ, or the entropy of their mean. */
export type UncertaintyMeasure = "disagreement" | "entropy";

/**
 * Scores the tiles of an image.
 *
 * The image is answered as a whole, in every orientation that the networks were shown while they learned: in others they differ by ignorance of
 * what never occurs. A tile's embedding is that of its part of
 * the normalised image.
 *
 * @param scorers networks that answer together
 * @param image as it was read, what is drawn into it filled
 * @param options tiles [px], and where the image shows no specimen
 * @returns one score a tile, in their order
 */
export async function scoreTiles(
  scorers: Scorers,
  image: GrayImage,
  { boxes, mask }: { readonly boxes: readonly PixelRegion[]; readonly mask: Uint8Array | null },
): Promise<ScoredTile[]> {
  const answer = await jointAnswer(scorers, image, symmetryCount(scorers[0].metadata.config));
  const embeddings = await embedTiles(scorers, image, boxes);
  return boxes.map((box, i) => ({
    box,
    embedding: embeddings[i],
    ...tileUncertainty(answer, box, mask),
  }));
}

/**
 * Embeddings of the tiles of an image: the deepest features of the first network, averaged over the tile.
 *
 * @param image as it was read
 * @param boxes tiles [px]
 */
export async function embedTiles(
  [{ tileEmbedding, metadata }]: Scorers,
  image: GrayImage,
  boxes: readonly PixelRegion[],
): Promise<Float32Array[]> {
  const normalised = normalizeForNetwork(image, metadata.config.model);
  const embeddings: Float32Array[] = [];
  for (const box of boxes) embeddings.push(await tileEmbedding(cropRegion(normalised, box)));
  return embeddings;
}

/**
 * Embeddings of images that are labelled, tile by tile, in the same size as those that are not.
 *
 * @param items labelled images, or labelled tiles
 * @param tilePx edge of a tile [px]
 */
export async function embedLabelled(
  scorers: Scorers,
  items: readonly { readonly image: GrayImage }[],
  tilePx: number,
): Promise<Float32Array[]> {
  const embeddings: Float32Array[] = [];
  for (const { image } of items) {
    embeddings.push(...(await embedTiles(scorers, image, tileBoxes(image, tilePx))));
  }
  return embeddings;
}

/**
 * What tiles are ordered by.
 *
 * @param measure which; without it disagreement, or entropy where there is one answer only
 */
export function uncertaintyOf(
  { disagreement, entropy }: TileUncertainty,
  measure: UncertaintyMeasure | undefined,
): number {
  return measure === "entropy" ? entropy : (disagreement ?? entropy);
}
