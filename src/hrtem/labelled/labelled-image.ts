import type { GrayImage } from "../../core/index.ts";
import { prepareHrtem } from "../segment/prepare-image.ts";
import type { HrtemField } from "../simulate/simulate-field.ts";
import type { ClassMark } from "./class-marks.ts";

/** What the regions of an image show: from the simulated particles, or from marks that a person made. */
export type ClassTruth =
  | { readonly kind: "particles"; readonly particles: HrtemField["particles"] }
  | { readonly kind: "marks"; readonly marks: readonly ClassMark[] };

/** An image with its particle map, ready for network and forest. */
export interface LabelledImage {
  readonly name: string;
  /** Images that are scored together: those of one seed, one folder, one file. */
  readonly set: string;
  /** Prepared, at the pixel size of the model. */
  readonly image: GrayImage;
  /** [height, width]; 1 where a particle is. */
  readonly mask: Uint8Array;
  /** Null where only the map is known. */
  readonly truth: ClassTruth | null;
}

/** A simulated field as a labelled image. */
export function labelledField(
  { image, mask, particles }: HrtemField,
  label: Pick<LabelledImage, "name" | "set">,
): LabelledImage {
  return { ...label, image: prepareHrtem(image), mask, truth: { kind: "particles", particles } };
}
