import type { SegmentConfig } from "./segment-config.ts";

/** Kind that stands in the metadata of a segmentation model. */
export const SEGMENTER_KIND = "heterostem-segmenter";

/** How probabilities become classes. */
export interface PostProcessing {
  /** Rule "plain": probability above this is object (two classes); with more classes the likeliest wins. */
  readonly threshold: number;
  /** Rule "morphological": this threshold, chosen on the validation set, then opening and closing by a disc. */
  readonly chosenThreshold: number;
  readonly radiusPx: number;
  /** Symmetric views whose answers are averaged. */
  readonly views: number;
  /** What the threshold was chosen on: a mean IoU over the validation set; null where there was none. */
  readonly validationIou: number | null;
}

/** What is known of a segmentation model once it is trained. */
export interface SegmenterFacts {
  readonly kind: typeof SEGMENTER_KIND;
  readonly heterostemVersion: string;
  readonly config: SegmentConfig;
  readonly classNames: readonly string[];
  readonly normalization: SegmentConfig["model"]["normalization"];
  readonly tiling: { readonly marginPx: number; readonly gridPx: number };
  /** Smallest and largest pixel size that was trained on [nm]; null where unknown. */
  readonly pixelSizesNm: readonly [number, number] | null;
  readonly trainingNames: readonly string[];
  readonly fold: number | null;
  readonly steps: number;
  readonly bestStep: number;
  readonly bestValidationLoss: number;
  readonly startedFrom: string | null;
}

/** Everything that a model file says of itself: `apply` needs nothing else. */
export interface SegmenterMetadata extends SegmenterFacts {
  readonly postProcessing: PostProcessing;
}
