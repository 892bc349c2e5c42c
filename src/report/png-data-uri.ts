import { encode } from "fast-png";

/** An 8-bit picture: grey, RGB or RGBA by its number of channels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, width, channels], 0 to 255. */
  readonly pixels: Uint8Array;
  readonly channels: 1 | 3 | 4;
}

/**
 * Encodes a picture as PNG bytes: the only importer of fast-png's encoder.
 *
 * @param picture 8-bit grey, RGB or RGBA pixels
 * @returns the file's bytes
 */
export function pngBytes({ width, height, pixels, channels }: Picture): Uint8Array {
  return encode({ width, height, data: pixels, channels, depth: 8 });
}

/**
 * Encodes a picture so that it can stand inside a page.
 *
 * @param picture 8-bit grey, RGB or RGBA pixels
 * @returns a data: URI holding a PNG
 */
export function pngDataUri(picture: Picture): string {
  return `data:image/png;base64,${Buffer.from(pngBytes(picture)).toString("base64")}`;
}
