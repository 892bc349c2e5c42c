import type { GrayImage } from "../core/index.ts";
import type { Feature } from "./feature.ts";

const ORIENTATIONS = 9;
/** Side of a cell [px] and of a block [cells]. */
const CELL_PX = 8;
const BLOCK_CELLS = 2;

/** Central differences; 0 on the edges, as in scikit-image. */
export interface Gradient {
  /** [height, width], intensity per two pixels. */
  readonly across: Float64Array;
  readonly down: Float64Array;
}

/** Central differences of an image. */
export function centralDifferences({ width, height, data }: GrayImage): Gradient {
  const across = new Float64Array(data.length);
  const down = new Float64Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      if (column > 0 && column < width - 1) across[i] = data[i + 1] - data[i - 1];
      if (row > 0 && row < height - 1) down[i] = data[i + width] - data[i - width];
    }
  }
  return { across, down };
}

/** Cells of an image, each with a histogram of gradient orientations. */
export interface OrientationCells {
  readonly rows: number;
  readonly columns: number;
  /** [row, column, orientation]: mean gradient magnitude by orientation. */
  readonly histograms: Float64Array;
}

/**
 * Histograms of gradient orientation [dalal2005]: nine directions from 0 to 180 degrees, cells of 8 x 8 px.
 */
export function orientationCells(image: GrayImage): OrientationCells {
  const { across, down } = centralDifferences(image);
  const rows = Math.floor(image.height / CELL_PX);
  const columns = Math.floor(image.width / CELL_PX);
  const histograms = new Float64Array(rows * columns * ORIENTATIONS);
  for (let row = 0; row < rows * CELL_PX; row++) {
    for (let column = 0; column < columns * CELL_PX; column++) {
      const i = row * image.width + column;
      const degrees = (Math.atan2(down[i], across[i]) * 180) / Math.PI;
      // atan2 gives -180 to 180: opposite directions are one orientation
      const turned = degrees < 0 ? degrees + 180 : degrees;
      const bin = Math.floor((turned >= 180 ? 0 : turned) / (180 / ORIENTATIONS));
      const cell = Math.floor(row / CELL_PX) * columns + Math.floor(column / CELL_PX);
      histograms[cell * ORIENTATIONS + bin] += Math.hypot(across[i], down[i]) / CELL_PX ** 2;
    }
  }
  return { rows, columns, histograms };
}

/**
 * Contrast-normalised blocks of 2 x 2 cells, the mean over all blocks [dalal2005] (L2-Hys: unit length, values above
 * 0.2 cut, unit length again).
 *
 * @returns [cell of the block, orientation], 36 numbers
 */
export function meanOrientationBlock(cells: OrientationCells): Float64Array {
  const sum = new Float64Array(BLOCK_CELLS ** 2 * ORIENTATIONS);
  const [blockRows, blockColumns] = [cells.rows - BLOCK_CELLS + 1, cells.columns - BLOCK_CELLS + 1];
  for (let row = 0; row < blockRows; row++) {
    for (let column = 0; column < blockColumns; column++) {
      const block = normalizeBlock(readBlock(cells, row, column));
      for (let i = 0; i < sum.length; i++) sum[i] += block[i];
    }
  }
  return sum.map((value) => value / (blockRows * blockColumns));
}

function readBlock({ columns, histograms }: OrientationCells, row: number, column: number): Float64Array {
  const block = new Float64Array(BLOCK_CELLS ** 2 * ORIENTATIONS);
  for (let i = 0; i < BLOCK_CELLS; i++) {
    const start = ((row + i) * columns + column) * ORIENTATIONS;
    const length = BLOCK_CELLS * ORIENTATIONS;
    block.set(histograms.subarray(start, start + length), i * length);
  }
  return block;
}

function normalizeBlock(block: Float64Array): Float64Array {
  const unit = (values: Float64Array) => {
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 1e-10));
    return values.map((value) => value / length);
  };
  return unit(unit(block).map((value) => Math.min(value, 0.2)));
}

/** Gradient features: strength, its spread, anisotropy, and the mean block of orientations. */
export function gradientFeatures(image: GrayImage): Feature[] {
  const { across, down } = centralDifferences(image);
  const unit = "intensity/px";
  let [sum, squares, xx, xy, yy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < across.length; i++) {
    const [gx, gy] = [across[i] / 2, down[i] / 2];
    sum += Math.hypot(gx, gy);
    squares += gx * gx + gy * gy;
    xx += gx * gx;
    xy += gx * gy;
    yy += gy * gy;
  }
  const mean = sum / across.length;
  const deviation = Math.sqrt(Math.max(0, squares / across.length - mean * mean));
  // coherence (l1 - l2) / (l1 + l2) of the structure tensor's eigenvalues: 0 isotropic, 1 stripes [bigun1987]
  const coherence = xx + yy === 0 ? 0 : Math.hypot(xx - yy, 2 * xy) / (xx + yy);
  return [
    { name: "gradient mean", value: mean, unit, source: "gonzalez2018" },
    { name: "gradient standard deviation", value: deviation, unit, source: "gonzalez2018" },
    { name: "gradient coherence", value: coherence, unit: "1", source: "bigun1987" },
    ...Array.from(meanOrientationBlock(orientationCells(image)), (value, i) => ({
      name: `hog cell ${Math.floor(i / ORIENTATIONS)} orientation ${i % ORIENTATIONS}`,
      value,
      unit: "1",
      source: "dalal2005",
    })),
  ];
}
