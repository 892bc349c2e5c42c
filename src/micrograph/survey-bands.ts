import type { GrayImage } from "../core/index.ts";
import { frameImage, frameLayout } from "./frame-image.ts";
import type { OpenBands } from "./open-bands.ts";
import { combinedStatistics, sumsOf } from "./value-statistics.ts";
import type { ValueStatistics, ValueSums } from "./value-statistics.ts";

/** Pixels of the reduced picture, at most: what is drawn into one of so many is found in two seconds. */
const REDUCED_PX = 2 ** 22;
/** Pixels that are held at once in floating point. */
const BAND_PX = 2 ** 23;

/** A large picture, looked at band by band. */
export interface BandSurvey {
  /** Of all frames and channels. */
  readonly statistics: ValueStatistics;
  /** Means over squares of `step` pixels, of the frame that was asked for. */
  readonly reduced: GrayImage;
  /** One pixel of each square, as it is. */
  readonly sample: Pick<GrayImage, "data">;
  /** Edge of the squares [px]. */
  readonly step: number;
}

/** The rows of one frame as their place and their micrograph, from top to bottom. */
export type BandSource = Pick<OpenBands, "micrograph" | "band">;

/**
 * Looks at a picture of any size: memory holds a few bands of it.
 *
 * @param source from `openBands`, or of a micrograph in memory
 * @param frame of the reduced picture
 * @returns statistics of the whole and a picture of at most four megapixels
 */
export async function surveyBands(source: BandSource, frame: number): Promise<BandSurvey> {
  const { width, height, frameCount } = frameLayout(source.micrograph);
  const step = Math.max(1, Math.ceil(Math.sqrt((width * height) / REDUCED_PX)));
  const rows = Math.max(1, Math.floor(BAND_PX / width / step)) * step;
  const squares = { columns: Math.ceil(width / step), rows: Math.ceil(height / step) };
  const data = new Float32Array(squares.columns * squares.rows);
  const sample = new Float32Array(data.length);
  const sums: ValueSums[] = [];
  let intensityUnit: GrayImage["intensityUnit"] = "arbitrary";
  for (let place = 0; place < frameCount; place++) {
    for (let firstRow = 0; firstRow < height; firstRow += rows) {
      const band = { firstRow, rowCount: Math.min(rows, height - firstRow) };
      const part = await source.band(place, band);
      sums.push(sumsOf(part));
      if (place !== frame) continue;
      const image = frameImage(part);
      ({ intensityUnit } = image);
      reduceInto(data, sample, image, { step, from: (firstRow / step) * squares.columns });
    }
  }
  const reduced = {
    width: squares.columns,
    height: squares.rows,
    data,
    intensityUnit,
    pixelSizeNm: null,
  };
  return { statistics: combinedStatistics(sums), reduced, sample: { data: sample }, step };
}

/** Means of the squares of a band, whose first row is the first of squares; those at the edges are smaller. */
function reduceInto(
  means: Float32Array,
  sample: Float32Array,
  { data, width, height }: GrayImage,
  { step, from }: { readonly step: number; readonly from: number },
): void {
  const columns = Math.ceil(width / step);
  const sums = new Float64Array(columns);
  for (let y0 = 0; y0 < height; y0 += step) {
    const rowCount = Math.min(step, height - y0);
    const target = from + (y0 / step) * columns;
    sums.fill(0);
    for (let y = y0; y < y0 + rowCount; y++) addSquares(sums, data, y * width, width, step);
    for (let column = 0; column < columns; column++) {
      const columnCount = Math.min(step, width - column * step);
      means[target + column] = sums[column] / (rowCount * columnCount);
      const at = (y0 + (rowCount >> 1)) * width + column * step + (columnCount >> 1);
      sample[target + column] = data[at];
    }
  }
}

function addSquares(
  sums: Float64Array,
  data: Float32Array,
  start: number,
  width: number,
  step: number,
): void {
  for (let column = 0, x = 0; x < width; column++) {
    const end = Math.min(width, x + step);
    let sum = 0;
    for (; x < end; x++) sum += data[start + x];
    sums[column] += sum;
  }
}

/** The bands of a micrograph that is in memory. */
export function bandsInMemory(micrograph: OpenBands["micrograph"]): BandSource {
  const { width, height, channelCount } = frameLayout(micrograph);
  const rowLength = width * channelCount * (micrograph.dtype.startsWith("complex") ? 2 : 1);
  const plane = micrograph.axes.filter(({ name }) => name !== "frame");
  return {
    micrograph,
    band: (frame, { firstRow, rowCount }) => {
      const from = (frame * height + firstRow) * rowLength;
      const values = micrograph.values.subarray(from, from + rowCount * rowLength);
      const axes = plane.map((axis) => (axis.name === "y" ? { ...axis, size: rowCount } : axis));
      return Promise.resolve({ ...micrograph, axes, values });
    },
  };
}
