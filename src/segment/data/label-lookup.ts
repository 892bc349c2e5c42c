import type { GrayImage } from "../../core/index.ts";

/** Labels of one image as they were found, and the part of the image that they cover. */
export interface FoundLabels {
  readonly image: GrayImage;
  /** [height, width], row-major class ids. */
  readonly classIds: Uint8Array;
  /** [height, width] objects 1, 2, ..., 0 outside; null where the labels do not number them. */
  readonly instanceIds: Int32Array | null;
  readonly notes: readonly string[];
}

/** Labels by the name of their image; null where it has none. */
export type LabelLookup = (name: string, image: GrayImage) => Promise<FoundLabels | null>;
