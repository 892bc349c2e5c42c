import type { ParticleCover, ParticleFinder } from "./cover-by-particles.ts";
import type { Statement } from "./given-knowledge.ts";
import type { GrayImage, Material } from "../../core/index.ts";
import type { Modality, PixelRegion } from "../../image/index.ts";
import type { ConditioningValues, ImageAnswer, NetworkOutput } from "../../posterior/index.ts";

/** What can be believed of an answer. */
export type Verdict = "in distribution" | "uncalibrated" | "out of distribution";

/** The answer for one image file. */
export interface InvertedImage extends ImageAnswer {
  readonly file: string;
  readonly verdict: Verdict;
  /** The verdict in words, with the reason. */
  readonly explanation: string;
  /** What was done to the image before the network saw it. */
  readonly notes: readonly string[];
  /** The image as the network saw it. */
  readonly image: GrayImage;
  /** What the network said of it, on the standardised scale. */
  readonly output: NetworkOutput;
  /** The conditioning inputs that the network was given; electrons per pixel of the network. */
  readonly conditioning: ConditioningValues;
  /** Where in its file the aggregate lies [px]; only where aggregates are answered one by one. */
  readonly box?: PixelRegion;
  /** What a detector finds on it; only where one was asked. */
  readonly particles?: ParticleCover;
}

/** What is known of images besides their files; over what those say. */
export interface InvertOptions {
  /** Electrons per pixel of the files. */
  readonly stated?: ConditioningValues;
  /** What the particles are of, one or two, in any order; for networks that are told their materials. */
  readonly materials?: readonly Material[];
  /** How the images were taken; their borders are asked where nobody says. */
  readonly modality?: Modality;
  /** What is known of the answer itself. */
  readonly given?: readonly Statement[];
  /** What looks for particles, which must cover the matter of an aggregate; nobody looks by default. */
  readonly finder?: ParticleFinder;
}
