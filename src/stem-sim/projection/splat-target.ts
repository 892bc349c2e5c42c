import type { ProjectedBodies } from "./project-bodies.ts";
import type { PixelGrid } from "./pixel-grid.ts";

/** Where the probe really was at each pixel: its distance from the pixel's place on the grid [nm]; null for a perfect scan. */
export interface ScanShifts {
  /** [heightPx, widthPx] */
  readonly xNm: Float32Array;
  readonly yNm: Float32Array;
  /** The largest shift of any pixel along x or y [nm]. */
  readonly reachNm: number;
}

/** First and last column and row that a body can reach. */
export interface PixelBox {
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly firstRow: number;
  readonly lastRow: number;
}

/** Where a body is added, and how much of it. */
export interface SplatTarget {
  /** [heightPx, widthPx] thickness of one material [nm]. */
  readonly map: Float32Array;
  /** What a nanometre of the body adds. */
  readonly weight: number;
  readonly box: PixelBox;
  readonly grid: PixelGrid;
  readonly shifts: ScanShifts | null;
}

/** The pixels a body reaches; empty (first above last) outside the field. */
export function pixelBox(
  { boxesNm }: ProjectedBodies,
  body: number,
  { widthPx, heightPx, pixelSizeNm }: PixelGrid,
  marginNm: number,
): PixelBox {
  const middleColumn = (widthPx - 1) / 2;
  const middleRow = (heightPx - 1) / 2;
  const columnOf = 4 * body;
  const rowOf = 4 * body + 2;
  return {
    firstColumn: Math.max(0, Math.ceil((boxesNm[columnOf] - marginNm) / pixelSizeNm + middleColumn)),
    lastColumn: Math.min(
      widthPx - 1,
      Math.floor((boxesNm[columnOf + 1] + marginNm) / pixelSizeNm + middleColumn),
    ),
    firstRow: Math.max(0, Math.ceil(middleRow - (boxesNm[rowOf + 1] + marginNm) / pixelSizeNm)),
    lastRow: Math.min(heightPx - 1, Math.floor(middleRow - (boxesNm[rowOf] - marginNm) / pixelSizeNm)),
  };
}
