import type { GrayImage } from "../../core/index.ts";
import type { SegmentConfig } from "../segment-config.ts";

/** What an image is for; "unused" ones lie in the set but in no split. */
export type SplitName = "training" | "validation" | "test" | "unused";

/** What is known of one image of a prepared set. */
export interface SetEntry {
  /** Name without folder and ending; unique in the set. */
  readonly name: string;
  /** Images of one group share a specimen: they stand on one side of every split. */
  readonly group: string;
  readonly split: SplitName;
  /** 0 to k - 1 where the set is for cross-validation, else null. */
  readonly fold: number | null;
  readonly width: number;
  readonly height: number;
  /** Edge of a pixel [nm]; null where nobody said. */
  readonly pixelSizeNm: number | null;
  /** Share of the pixels of each class; what is missing to 1 is unlabelled. */
  readonly classShares: readonly number[];
  /** SHA-256 of the file that the image came from. */
  readonly sourceSha256: string;
}

/** File of a prepared set that says what it holds. */
export const MANIFEST_FILE = "dataset.json";

/** The table of contents of a prepared set: dataset.json. */
export interface SetManifest {
  readonly format: "heterostem-segmentation-1";
  readonly config: SegmentConfig;
  readonly entries: readonly SetEntry[];
  /** What a careful reader should know: leaks, clipped vertices, unmatched colours, images without labels. */
  readonly warnings: readonly string[];
}

/** One image with its labels, in memory. */
export interface LabelledMicrograph extends SetEntry {
  readonly image: GrayImage;
  /** [height, width], row-major class ids, UNLABELLED where nobody said. */
  readonly classIds: Uint8Array;
  /** [height, width] objects 1, 2, ..., 0 outside; null where the labels do not number them. */
  readonly instanceIds: Int32Array | null;
}

/** A prepared set in memory. */
export interface LabelledSet {
  readonly manifest: SetManifest;
  readonly items: readonly LabelledMicrograph[];
}

/** Share of each class of all pixels; unlabelled ones belong to none. */
export function sharesOf(classIds: Uint8Array, classCount: number): number[] {
  const counts = new Float64Array(classCount);
  for (const classId of classIds) counts[classId]++;
  return [...counts].map((count) => count / classIds.length);
}
