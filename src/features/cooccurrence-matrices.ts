/** Grey levels of an image, as whole numbers. */
export interface LevelImage {
  readonly width: number;
  readonly height: number;
  /** [height, width], 0 to levelCount - 1. */
  readonly levels: Uint8Array;
  readonly levelCount: number;
}

/** Distance [px] and angle [rad] between the pixels of a pair; the offset is rounded to whole pixels. */
export interface PairOffset {
  readonly distancePx: number;
  readonly angleRad: number;
}

/** Pixels whose partner lies in the image, ends excluded, and how far away the partner is in memory. */
interface PairRegion {
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly step: number;
}

/** Matrices counted in one pass over the image: their tables lie side by side, [256, 256, LANES]. */
const LANES = 4;
/** Pixels read at once, as bytes of one word. */
const PIXELS_PER_WORD = 4;

/**
 * Grey-level co-occurrence matrices [haralick1973]: how often level j lies at an offset from level i, either way round.
 *
 * @returns one matrix an offset, [i, j], shares of all pairs, symmetric; all 0 where no pair fits into the image
 * @example
 * import { cooccurrenceMatrices } from "../src/features/cooccurrence-matrices.ts";
 * import { expect } from "vitest";
 * const image = { width: 3, height: 1, levels: Uint8Array.of(0, 0, 1), levelCount: 2 };
 * const [matrix] = cooccurrenceMatrices(image, [{ distancePx: 1, angleRad: 0 }]);
 * expect([...matrix]).toEqual([0.5, 0.25, 0.25, 0]);
 */
export function cooccurrenceMatrices(image: LevelImage, offsets: readonly PairOffset[]): Float64Array[] {
  // kept for all matrices: fresh memory costs a tenth of the counting
  const counts = new Int32Array(256 * 256 * LANES);
  const matrices: Float64Array[] = [];
  for (let first = 0; first < offsets.length; first += LANES) {
    const regions = offsets.slice(first, first + LANES).map((offset) => pairRegion(image, offset));
    countPairsInto(counts, image, regions);
    matrices.push(...takeShares(counts, image.levelCount, regions));
  }
  return matrices;
}

function pairRegion({ width, height }: LevelImage, { distancePx, angleRad }: PairOffset): PairRegion {
  const down = Math.round(Math.sin(angleRad) * distancePx);
  const across = Math.round(Math.cos(angleRad) * distancePx);
  const firstRow = Math.max(0, -down);
  const firstColumn = Math.max(0, -across);
  return {
    firstRow,
    endRow: Math.max(firstRow, Math.min(height, height - down)),
    firstColumn,
    endColumn: Math.max(firstColumn, Math.min(width, width - across)),
    step: down * width + across,
  };
}

/** Counts the pairs of up to LANES offsets: together where all have partners, one by one along the borders. */
function countPairsInto(counts: Int32Array, image: LevelImage, regions: readonly PairRegion[]): void {
  const common = commonRegion(regions);
  countTogetherInto(counts, image, common, regions);
  const { firstRow, endRow, firstColumn, endColumn } = common;
  regions.forEach((region, lane) => {
    const strips = [
      { ...region, endRow: Math.min(firstRow, region.endRow) },
      { ...region, firstRow: Math.max(endRow, region.firstRow) },
      { ...region, firstRow, endRow, endColumn: firstColumn },
      { ...region, firstRow, endRow, firstColumn: endColumn },
    ];
    for (const strip of strips) countAloneInto(counts, image, strip, lane);
  });
}

/** The pixels that have partners at all offsets, rows cut to whole words; none where there are fewer than LANES, or none have. */
function commonRegion(regions: readonly PairRegion[]): PairRegion {
  const firstColumn = Math.max(...regions.map((region) => region.firstColumn));
  const columns = Math.min(...regions.map((region) => region.endColumn)) - firstColumn;
  const common = {
    firstRow: Math.max(...regions.map((region) => region.firstRow)),
    endRow: Math.min(...regions.map((region) => region.endRow)),
    firstColumn,
    endColumn: firstColumn + columns - (columns % PIXELS_PER_WORD),
    step: 0,
  };
  const isEmpty = common.endRow <= common.firstRow || common.endColumn <= common.firstColumn;
  if (regions.length === LANES && !isEmpty) return common;
  return { firstRow: 0, endRow: 0, firstColumn: 0, endColumn: 0, step: 0 };
}

/** Four offsets of four pixels at a time: a pixel's own level is read once, and no count waits for the one before it. */
function countTogetherInto(
  counts: Int32Array,
  { width, levels }: LevelImage,
  { firstRow, endRow, firstColumn, endColumn }: PairRegion,
  regions: readonly PairRegion[],
): void {
  if (endRow === firstRow) return;
  const [step0, step1, step2, step3] = regions.map((region) => region.step);
  const words = new DataView(levels.buffer, levels.byteOffset, levels.byteLength);
  for (let row = firstRow; row < endRow; row++) {
    const end = row * width + endColumn;
    for (let i = row * width + firstColumn; i < end; i += PIXELS_PER_WORD) {
      const own = words.getInt32(i, true);
      const word0 = words.getInt32(i + step0, true);
      const word1 = words.getInt32(i + step1, true);
      const word2 = words.getInt32(i + step2, true);
      const word3 = words.getInt32(i + step3, true);
      countTwoInto(counts, own << 8, word0, word1, word2, word3);
      countTwoInto(counts, own, word0 >>> 8, word1 >>> 8, word2 >>> 8, word3 >>> 8);
    }
  }
}

/**
 * Counts two pixels of a word at four offsets. Own levels in bytes 1 and 3 and partners in bytes 0 and 2 make two 16-bit cells
 * (i, j) at once; a third of the time that one pixel after the other takes is saved.
 */
function countTwoInto(
  counts: Int32Array,
  own: number,
  word0: number,
  word1: number,
  word2: number,
  word3: number,
): void {
  const ownBytes = own & 0xff00ff00;
  const cells0 = ownBytes | (word0 & 0x00ff00ff);
  const cells1 = ownBytes | (word1 & 0x00ff00ff);
  const cells2 = ownBytes | (word2 & 0x00ff00ff);
  const cells3 = ownBytes | (word3 & 0x00ff00ff);
  counts[(cells0 & 0xffff) << 2]++;
  counts[((cells1 & 0xffff) << 2) | 1]++;
  counts[((cells2 & 0xffff) << 2) | 2]++;
  counts[((cells3 & 0xffff) << 2) | 3]++;
  counts[(cells0 >>> 16) << 2]++;
  counts[((cells1 >>> 16) << 2) | 1]++;
  counts[((cells2 >>> 16) << 2) | 2]++;
  counts[((cells3 >>> 16) << 2) | 3]++;
}

function countAloneInto(
  counts: Int32Array,
  { width, levels }: LevelImage,
  { firstRow, endRow, firstColumn, endColumn, step }: PairRegion,
  lane: number,
): void {
  for (let row = firstRow; row < endRow; row++) {
    const end = row * width + endColumn;
    for (let i = row * width + firstColumn; i < end; i++) {
      counts[(((levels[i] << 8) | levels[i + step]) << 2) | lane]++;
    }
  }
}

/** Counts either way round as shares of all pairs; leaves zeros behind for the next matrices. */
function takeShares(counts: Int32Array, levelCount: number, regions: readonly PairRegion[]): Float64Array[] {
  const matrices = regions.map(() => new Float64Array(levelCount * levelCount));
  const sharePerPair = regions.map(({ firstRow, endRow, firstColumn, endColumn }) => {
    return 1 / (2 * Math.max(1, (endRow - firstRow) * (endColumn - firstColumn)));
  });
  for (let i = 0; i < levelCount; i++) {
    for (let j = i; j < levelCount; j++) {
      const there = ((i << 8) | j) << 2;
      const back = ((j << 8) | i) << 2;
      // most cells are empty: grey levels of neighbours are alike
      if (isEmptyCell(counts, there) && isEmptyCell(counts, back)) continue;
      for (let lane = 0; lane < matrices.length; lane++) {
        const share = (counts[there + lane] + counts[back + lane]) * sharePerPair[lane];
        matrices[lane][i * levelCount + j] = share;
        matrices[lane][j * levelCount + i] = share;
      }
      counts.fill(0, there, there + LANES);
      counts.fill(0, back, back + LANES);
    }
  }
  return matrices;
}

function isEmptyCell(counts: Int32Array, cell: number): boolean {
  return (counts[cell] | counts[cell + 1] | counts[cell + 2] | counts[cell + 3]) === 0;
}
