import type { DecodedMicrograph, PixelArray } from "./micrograph.ts";

/** Rows of an image, from top to bottom. */
export interface RowBand {
  readonly firstRow: number;
  readonly rowCount: number;
}

/** A file whose pixels are read when they are asked for, some rows of one frame at a time. */
export interface BandedMicrograph {
  /** All but the values. */
  readonly record: Omit<DecodedMicrograph, "values">;
  /** [rowCount, width, channel] of a frame, as they are stored. */
  rows(frame: number, band: RowBand): PixelArray | Promise<PixelArray>;
}
