import type { PixelRegion } from "../image/index.ts";

/** What is asked of an image file, over what the file says itself. */
export interface ImageRequest {
  /** What errors and the record call the image; its path by default. */
  readonly name?: string | undefined;
  /** Edge of a pixel [nm]. */
  readonly pixelSizeNm?: number | undefined;
  /** Edge of the pixels that the image is brought to [nm]; makes oblong pixels square. */
  readonly resampleNm?: number | undefined;
  /** Which of several images in the file: its place, 0 first, or its name; default the one that shows the specimen. */
  readonly series?: number | string | undefined;
  /** Which frame of a stack, 0 first; default the first, with a note that there are more. */
  readonly frame?: number | "all" | undefined;
  /** Part of the picture as it is displayed [px]. */
  readonly crop?: PixelRegion | undefined;
  /** Takes data bars, scale bars and text for specimen. */
  readonly keepBar?: boolean | undefined;
}
