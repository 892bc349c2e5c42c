import type { GrayImage } from "../../core/index.ts";
import type { SampleLabels } from "../../corpus/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";

/** An image and its labels, wherever they come from. */
export interface LabelledSample {
  readonly image: GrayImage;
  readonly labels: SampleLabels;
  readonly aggregate?: Aggregate;
}

/** What is known of an image: of a simulated one all, of a recorded one what somebody measured. */
export interface ImageLabels extends Partial<Pick<SampleLabels, "microscope" | "combination">> {
  readonly sampleIndex: number;
  /** What images of one powder share, by key. */
  readonly parameters: SampleLabels["parameters"] | Readonly<Record<string, number>>;
  /** What each image has of its own, by key. */
  readonly descriptors: SampleLabels["descriptors"] | Readonly<Record<string, number>>;
}
