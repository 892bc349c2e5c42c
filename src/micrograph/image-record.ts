import type { GrayImage } from "../core/index.ts";
import type { PixelRegion, TileSource } from "../image/index.ts";
import type { Overlays } from "./find-overlays.ts";
import type { MetadataValue } from "./micrograph.ts";

/** One image out of a file, and what was done to make it. */
export interface ImageFile {
  readonly path: string;
  /** Name of the file and, where all frames were asked for, the frame. */
  readonly name: string;
  /** The name without its ending, for the names of results. */
  readonly stem: string;
  readonly image: GrayImage;
  /** [height, width]: 1 where a pixel shows no specimen (bars, text, panel borders); null where all do. */
  readonly mask: Uint8Array | null;
  /** Size of the whole picture, as it is displayed [px of the file]. */
  readonly picture: { readonly width: number; readonly height: number };
  /** The part of it that the image shows [px of the file]. */
  readonly field: PixelRegion;
  /** Null where nobody said a pixel size. */
  readonly pixelSizeSource: "by hand" | "file" | "scale bar" | null;
  /** Pixel sizes of the file and of the scale bar in the picture, in words, where they differ and nobody gave one by hand; else null. */
  readonly pixelSizeDoubt: string | null;
  /** Share of the pixels that have a colour, of which the luma is taken; 0 of grey pictures. */
  readonly colourShare: number;
  /** Name of the array that was taken. */
  readonly series: string;
  /** Place of the frame, 0 first. */
  readonly frame: number;
  readonly frameCount: number;
  /** What was chosen, left out or turned, a sentence each. */
  readonly notes: readonly string[];
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly sha256: string;
}

/**
 * An image that is read a part at a time: a large one is never held as a whole in floating point. It has no mask: pictures so
 * large are not searched for what is drawn into them, and a note says so.
 */
export interface TiledImageFile extends Omit<ImageFile, "image" | "mask"> {
  readonly width: number;
  readonly height: number;
  /** Edge of a square pixel [nm]; null where nobody said. */
  readonly pixelSizeNm: number | null;
  readonly tiles: TileSource;
}

/** The frames of a file that were asked for; each becomes an image when it is taken. */
export interface ImageStack {
  readonly path: string;
  /** Places of the frames that were asked for, 0 first. */
  readonly frames: readonly number[];
  /** Pixels of one frame in the file. */
  readonly pixelCount: number;
  /** What is drawn into a frame; null where that was not to be looked for. */
  overlays(frame: number): Overlays | null;
  image(frame: number): ImageFile;
  tiled(frame: number): TiledImageFile;
}
