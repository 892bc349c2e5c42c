import type { GrayImage } from "../../core/index.ts";
import type { SampleLabels } from "../../corpus/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";

/** An image and its labels, wherever they come from. */
export interface LabelledSample {
  readonly image: GrayImage;
  readonly labels: SampleLabels;
  readonly aggregate?: Aggregate;
}
