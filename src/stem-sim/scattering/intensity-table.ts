import { rangeError } from "../../core/index.ts";
import { SPATIAL_FREQUENCY_COUNT } from "./plural-scattering.ts";
import type { DetectionTransform, ScatteringExponent } from "./plural-scattering.ts";

/**
 * Detected share of the beam over the thicknesses of two materials on a film, I(t_A, t_B, t_film).
 *
 * Nodes lie at -step, 0, step, 2 step ... in t_A and t_B, so that the cubic through four of them needs no special case at
 * zero, and at 0, h, 2 h in the film, which is thin enough for a parabola.
 */
export interface IntensityTable {
  /** Distance of the nodes in t_A and t_B [nm]. */
  readonly stepsNm: readonly [number, number];
  /** Number of nodes in t_A and t_B, the one below zero included. */
  readonly counts: readonly [number, number];
  readonly filmStepNm: number;
  /** [t_A nodes, t_B nodes, 3 film nodes], row-major, fraction of the incident beam. */
  readonly values: Float64Array;
}

/** Nodes per mean free path, range of the table in mean free paths, and its range for weak scatterers. */
const NODES_PER_FREE_PATH = 4;
const MAX_FREE_PATHS = 25;
const MAX_THICKNESS_NM = 600;
const MAX_STEP_NM = 10;

/**
 * Tabulates the detected share for two materials and a film.
 *
 * The exponential of a sum of thicknesses is a product, so the table is one matrix product over spatial frequencies for
 * each thickness of the film.
 *
 * @param maxFilmNm largest thickness of the film [nm]
 */
export function intensityTable(
  transform: DetectionTransform,
  [first, second, film]: readonly [ScatteringExponent, ScatteringExponent, ScatteringExponent],
  maxFilmNm: number,
): IntensityTable {
  const axes = [first, second].map(thicknessAxis);
  const counts = [axes[0].count, axes[1].count] as const;
  const filmStepNm = Math.max(maxFilmNm, 1) / 2;
  const values = new Float64Array(3 * counts[0] * counts[1]);
  const firstDecays = decays(first, axes[0]);
  const secondDecays = decays(second, axes[1]);
  const weightSum = transform.weights.reduce((sum, weight) => sum + weight, 0);
  for (let filmNode = 0; filmNode < 3; filmNode++) {
    const filmNm = filmNode * filmStepNm;
    const weights = transform.weights.map((w, s) => w * Math.exp(-filmNm * film.lossPerNm[s]));
    for (let i = 0; i < counts[0]; i++) {
      const weighted = weights.map((w, s) => w * firstDecays[i * SPATIAL_FREQUENCY_COUNT + s]);
      for (let j = 0; j < counts[1]; j++) {
        const total =
          first.totalPerNm * (i - 1) * axes[0].stepNm +
          second.totalPerNm * (j - 1) * axes[1].stepNm +
          film.totalPerNm * filmNm;
        const undeflected = Math.exp(-total) * (transform.directShare - weightSum);
        values[(i * counts[1] + j) * 3 + filmNode] =
          undeflected + dotRow(weighted, secondDecays, j * SPATIAL_FREQUENCY_COUNT);
      }
    }
  }
  return { stepsNm: [axes[0].stepNm, axes[1].stepNm], counts, filmStepNm, values };
}

interface ThicknessAxis {
  readonly stepNm: number;
  readonly count: number;
}

function thicknessAxis({ totalPerNm }: ScatteringExponent): ThicknessAxis {
  const stepNm = Math.min(MAX_STEP_NM, 1 / (NODES_PER_FREE_PATH * totalPerNm));
  const maxNm = Math.min(MAX_THICKNESS_NM, MAX_FREE_PATHS / totalPerNm);
  // one node below zero, two above the last thickness
  return { stepNm, count: Math.ceil(maxNm / stepNm) + 4 };
}

/** exp(-t loss(s)) for the nodes of an axis, [node, frequency]. */
function decays({ lossPerNm }: ScatteringExponent, { stepNm, count }: ThicknessAxis): Float64Array {
  const result = new Float64Array(count * SPATIAL_FREQUENCY_COUNT);
  for (let node = 0; node < count; node++) {
    const thicknessNm = (node - 1) * stepNm;
    for (let s = 0; s < SPATIAL_FREQUENCY_COUNT; s++) {
      result[node * SPATIAL_FREQUENCY_COUNT + s] = Math.exp(-thicknessNm * lossPerNm[s]);
    }
  }
  return result;
}

function dotRow(vector: Float64Array, matrix: Float64Array, start: number): number {
  let sum = 0;
  for (let k = 0; k < vector.length; k++) sum += vector[k] * matrix[start + k];
  return sum;
}

/**
 * The thickest column of each material that a table covers.
 *
 * @param table the intensity table
 * @returns largest t_A and t_B [nm]
 */
export function tableRangeNm({ stepsNm, counts }: IntensityTable): readonly [number, number] {
  return [(counts[0] - 4) * stepsNm[0], (counts[1] - 4) * stepsNm[1]];
}

/**
 * Looks up the share of the beam that one column sends to the detector.
 *
 * Bicubic in the two materials (relative error below 1e-4), a parabola in the film.
 *
 * @param table the intensity table
 * @param firstNm thickness of the first material [nm]
 * @param secondNm thickness of the second material [nm]
 * @param filmNm thickness of the film [nm]
 * @returns fraction of the incident beam
 * @throws RangeError for a column thicker than the table
 */
export function detectedShareAt(
  table: IntensityTable,
  firstNm: number,
  secondNm: number,
  filmNm: number,
): number {
  const result = new Float32Array(1);
  detectedShareInto(result, table, {
    firstNm: Float32Array.of(firstNm),
    secondNm: Float32Array.of(secondNm),
    filmNm: Float32Array.of(filmNm),
  });
  return result[0];
}

/** Thickness of everything the beam passes, pixel by pixel; below zero counts as zero [nm]. */
export interface Columns {
  readonly firstNm: Float32Array;
  readonly secondNm: Float32Array;
  readonly filmNm: Float32Array;
}

/**
 * Looks up an image.
 *
 * @throws RangeError for a column thicker than the table
 */
export function detectedShareInto(
  share: Float32Array,
  table: IntensityTable,
  { firstNm, secondNm, filmNm }: Columns,
): Float32Array {
  const { stepsNm, counts, filmStepNm, values } = table;
  const [firstEnd, secondEnd] = [counts[0] - 4, counts[1] - 4];
  // values are [t_A nodes, t_B nodes, film nodes]: a step in t_A is `rowStep` numbers, in t_B three
  const rowStep = 3 * counts[1];
  const bare = rowStep + 3;
  const [bare0, bare1, bare2] = [values[bare], values[bare + 1], values[bare + 2]];
  const [perFirst, perSecond, perFilm] = [1 / stepsNm[0], 1 / stepsNm[1], 1 / filmStepNm];
  const lines = new Float64Array(4);
  for (let pixel = 0; pixel < share.length; pixel++) {
    // parabola through the film's nodes 0, h, 2h
    const f = filmNm[pixel] * perFilm;
    const film0 = 0.5 * (f - 1) * (f - 2);
    const film1 = f * (2 - f);
    const film2 = 0.5 * f * (f - 1);
    const a = firstNm[pixel] > 0 ? firstNm[pixel] * perFirst : 0;
    const b = secondNm[pixel] > 0 ? secondNm[pixel] * perSecond : 0;
    if (a === 0 && b === 0) {
      share[pixel] = film0 * bare0 + film1 * bare1 + film2 * bare2;
      continue;
    }
    if (a > firstEnd) throw tooThick(table, 0, firstNm);
    if (b > secondEnd) throw tooThick(table, 1, secondNm);
    const row = a | 0;
    const column = b | 0;
    const at = row * rowStep + 3 * column;
    const x = a - row;
    const y = b - column;
    // most columns hold one material, and a row or a column of nodes is enough; few call sites, or the compiler stops inlining
    if (a === 0 || b === 0) {
      const alongFirst = b === 0;
      const start = alongFirst ? at + 3 : at + rowStep;
      share[pixel] = cubicAlong(
        values,
        start,
        alongFirst ? rowStep : 3,
        alongFirst ? x : y,
        film0,
        film1,
        film2,
      );
    } else {
      for (let k = 0; k < 4; k++) {
        lines[k] = cubicAlong(values, at + k * rowStep, 3, y, film0, film1, film2);
      }
      share[pixel] = cubic(lines[0], lines[1], lines[2], lines[3], x);
    }
  }
  return share;
}

/** The cubic through four nodes `step` numbers apart, each weighted over its three film nodes. */
function cubicAlong(
  values: Float64Array,
  at: number,
  step: number,
  x: number,
  film0: number,
  film1: number,
  film2: number,
): number {
  const at1 = at + step;
  const at2 = at1 + step;
  const at3 = at2 + step;
  const v0 = film0 * values[at] + film1 * values[at + 1] + film2 * values[at + 2];
  const v1 = film0 * values[at1] + film1 * values[at1 + 1] + film2 * values[at1 + 2];
  const v2 = film0 * values[at2] + film1 * values[at2 + 1] + film2 * values[at2 + 2];
  const v3 = film0 * values[at3] + film1 * values[at3 + 1] + film2 * values[at3 + 2];
  return cubic(v0, v1, v2, v3, x);
}

/** The cubic through values at -1, 0, 1, 2, at x between 0 and 1 (Lagrange). */
function cubic(v0: number, v1: number, v2: number, v3: number, x: number): number {
  const below = x + 1;
  const above = x - 1;
  const far = x - 2;
  const outer = x * above * (1 / 6);
  const inner = below * far * 0.5;
  return outer * (below * v3 - far * v0) + inner * (above * v1 - x * v2);
}

function tooThick(table: IntensityTable, material: 0 | 1, map: Float32Array): RangeError {
  const thickest = map.reduce((most, thickness) => Math.max(most, thickness), 0);
  return rangeError(
    { action: "render HAADF image" },
    `columns of material ${material + 1} must be at most ${tableRangeNm(table)[material].toFixed(0)} nm thick`,
    `${thickest.toFixed(0)} nm`,
  );
}
