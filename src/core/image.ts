/** What the numbers of an image mean. */
export type IntensityUnit = "fraction of the incident beam" | "electrons per pixel" | "arbitrary";

/** A grey image: a micrograph read from a file, or one that the simulator rendered. */
export interface GrayImage {
  readonly width: number;
  readonly height: number;
  /** [height, width], row-major, top row first, in `intensityUnit`. */
  readonly data: Float32Array;
  readonly intensityUnit: IntensityUnit;
  /** Edge of a square pixel [nm]; null where the file does not say. */
  readonly pixelSizeNm: number | null;
}
