import type { Disc } from "../simulate/training-image.ts";
import { ANSWER, ANSWER_CHANNELS, MIDDLE_RADIUS_PX, STRIDE_PX } from "./answer-grid.ts";

/** A particle that the network has found. */
export interface FoundDisc extends Disc {
  /** The network's probability that a particle lies here, 0 to 1. */
  readonly probability: number;
  /** The network's probability that it is of the second material, 0 to 1. */
  readonly secondProbability: number;
}

/** The network's answer for an image. */
export interface Answer {
  /** [ANSWER_CHANNELS or CIRCLE_CHANNELS, rows, columns] */
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Largest change of a radius from the middle one, ln: a little beyond the range. */
const MOST_SIZE = 0.6;
/** Largest shift of a centre from the middle of its cell [cells]. */
const MOST_SHIFT = 1;
/** Largest part of an elongation: axes of 5 to 1. */
const MOST_ELONGATION = 0.8;

/**
 * Reads particles off the network's answer: local maxima of the centre maps above a threshold.
 *
 * @param answer of the network
 * @param threshold least probability
 * @returns discs in the pixels of the network's input, unsorted, not yet thinned
 */
export function decodeAnswer(answer: Answer, threshold: number): FoundDisc[] {
  const { data, rows, columns } = answer;
  const plane = rows * columns;
  const found: FoundDisc[] = [];
  const leastLogit = -Math.log(1 / threshold - 1);
  const seesShape = data.length >= ANSWER_CHANNELS * plane;
  const at = (channel: number, cell: number) => data[channel * plane + cell];
  for (let cell = 0; cell < plane; cell++) {
    const logit = at(ANSWER.centre, cell);
    if (logit < leastLogit) continue;
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    if (!isLocalMaximum(answer, row, column)) continue;
    const elongation = [ANSWER.elongationAlong, ANSWER.elongationAcross].map((channel) =>
      limited(at(channel, cell), MOST_ELONGATION),
    );
    found.push({
      ...(seesShape ? { elongation: [elongation[0], elongation[1]] as const } : {}),
      x: (column + 0.5 + limited(at(ANSWER.shiftX, cell), MOST_SHIFT)) * STRIDE_PX,
      y: (row + 0.5 + limited(at(ANSWER.shiftY, cell), MOST_SHIFT)) * STRIDE_PX,
      radiusPx: MIDDLE_RADIUS_PX * Math.exp(limited(at(ANSWER.size, cell), MOST_SIZE)),
      probability: logistic(logit),
      secondProbability: logistic(at(ANSWER.material, cell)),
    });
  }
  return found;
}

/** Whether no cell around is higher; of equal ones the first counts. */
function isLocalMaximum({ data, rows, columns }: Answer, row: number, column: number): boolean {
  const start = ANSWER.centre * rows * columns;
  const own = data[start + row * columns + column];
  for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
    for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
      const other = data[start + r * columns + c];
      const isBefore = r < row || (r === row && c < column);
      if (other > own || (isBefore && other === own)) return false;
    }
  }
  return true;
}

const limited = (value: number, most: number) => Math.max(-most, Math.min(most, value));
const logistic = (x: number) => 1 / (1 + Math.exp(-x));
