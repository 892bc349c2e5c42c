import { pngFile } from "../image/index.ts";

/** An 8-bit picture: grey, RGB or RGBA by its number of channels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, width, channels], 0 to 255. */
  readonly pixels: Uint8Array;
  readonly channels: 1 | 3 | 4;
}

/**
 * Encodes a picture as PNG bytes.
 *
 * @param picture 8-bit grey, RGB or RGBA pixels
 * @returns the file's bytes
 */
export function pngBytes({ pixels, ...layout }: Picture): Uint8Array {
  return pngFile({ ...layout, bitDepth: 8, samples: pixels });
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
