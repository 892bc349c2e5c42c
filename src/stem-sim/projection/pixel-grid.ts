/** The pixels of an image: its centre is the origin, x grows with the column, y falls with the row. */
export interface PixelGrid {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixelSizeNm: number;
}
