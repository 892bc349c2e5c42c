import { COUNT_CHANNELS } from "../../corpus/index.ts";
import type { CountMapUnits, InversionModel } from "../../posterior/index.ts";
import { dihedralInto, headOutputs, type LoadedModel } from "../../train/index.ts";
import { imageChunks, encodeInputs, type ImageSet } from "../data/data-set.ts";
import { encodeDataConditioning } from "../data/fit-conditioning.ts";
import { turnInto } from "./predict.ts";

/** Symmetries of the square, and the one that undoes each: mirror images undo themselves, quarter turns one another. */
const INVERSES = [0, 1, 2, 3, 4, 6, 5, 7] as const;

/** What a network counts in an image. */
export interface PredictedCountMaps {
  /** [COUNT_CHANNELS.length, cells, cells] counts, as particleCountMaps gives them. */
  readonly counts: Float32Array;
  /** Cells along an edge. */
  readonly cells: number;
}

/**
 * Asks a network what it counts in images: the mean over its members and over the eight orientations of each image.
 *
 * @returns the count maps of each image; null where the network has none
 */
export async function predictCountMaps(
  network: LoadedModel,
  data: ImageSet,
  model: InversionModel,
): Promise<PredictedCountMaps[] | null> {
  if (model.census === null) return null;
  const results: PredictedCountMaps[] = [];
  for (const part of imageChunks(data)) {
    results.push(...(await countPart(network, part, model, model.census)));
  }
  return results;
}

async function countPart(
  network: LoadedModel,
  data: ImageSet,
  model: InversionModel,
  { cellPx, units }: CountMapUnits,
): Promise<PredictedCountMaps[]> {
  const edge = data.widthPx;
  const cells = edge / cellPx;
  const inputs = encodeInputs(data, model.input);
  const conditions = encodeDataConditioning(data, model.conditions);
  const turned = new Float32Array(inputs.length);
  const results = Array.from({ length: data.count }, () => new Float32Array(units.length * cells * cells));
  for (const [symmetry, inverse] of INVERSES.entries()) {
    const { outputs } = await network.predict(
      turnInto(turned, inputs, edge, symmetry),
      data.count,
      conditions,
    );
    const width = outputs.length / data.count;
    results.forEach((counts, i) => {
      const row = outputs.subarray(i * width, (i + 1) * width);
      addCounts(counts, row, { model, units, cells, inverse });
    });
  }
  return results.map((counts) => ({ counts, cells }));
}

interface MapPlace {
  readonly model: InversionModel;
  readonly units: readonly number[];
  readonly cells: number;
  /** Symmetry that turns the maps upright. */
  readonly inverse: number;
}

/** Adds every member's share of the mean, turned upright and in counts. */
function addCounts(
  counts: Float32Array,
  row: Float32Array,
  { model, units, cells, inverse }: MapPlace,
): void {
  const { head, memberCount, targets } = model;
  const upright = new Float32Array(cells * cells);
  const memberWidth = row.length / memberCount;
  for (let member = 0; member < memberCount; member++) {
    const start = member * memberWidth + headOutputs(head, targets.length);
    units.forEach((unit, channel) => {
      const from = start + channel * upright.length;
      dihedralInto(row.subarray(from, from + upright.length), cells, inverse, upright);
      upright.forEach((count, i) => {
        counts[channel * upright.length + i] += (unit * count) / (memberCount * INVERSES.length);
      });
    });
  }
}

/**
 * One count map at a place: bilinear between the centres of cells, as particles were shared out.
 */
export function countAt(
  { counts, cells }: PredictedCountMaps,
  channel: number,
  place: { readonly x: number; readonly y: number },
): number {
  const [x, y] = [place.x, place.y].map((value) => Math.min(cells - 1, Math.max(0, value - 0.5)));
  const [left, top] = [x, y].map((value) => Math.min(cells - 2, Math.floor(value)));
  const at = (column: number, row: number) => counts[(channel * cells + row) * cells + column];
  const along = (row: number) => (1 - (x - left)) * at(left, row) + (x - left) * at(left + 1, row);
  return (1 - (y - top)) * along(top) + (y - top) * along(top + 1);
}

/** Channels that count the particles of each material. */
export const PARTICLE_CHANNELS = ["particles, first", "particles, second"].map((name) =>
  COUNT_CHANNELS.findIndex((channel) => channel === name),
);
