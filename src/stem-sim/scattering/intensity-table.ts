import { failureText } from "../../core/index.ts";
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
  /** [3 film nodes, t_A nodes, t_B nodes], row-major, fraction of the incident beam. */
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
 * @param transform detector and probe
 * @param exponents of the first and second material and of the film
 * @param maxFilmNm largest thickness of the film [nm]
 * @returns the table
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
        values[(filmNode * counts[0] + i) * counts[1] + j] =
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

/** Thickness of everything the beam passes, pixel by pixel [nm]. */
export interface Columns {
  readonly firstNm: Float32Array;
  readonly secondNm: Float32Array;
  readonly filmNm: Float32Array;
}

/**
 * Looks up an image.
 *
 * @param share receives the fraction of the incident beam, one value a pixel; may be one of the maps
 * @param table the intensity table
 * @param columns thicknesses, same length
 * @returns `share`
 * @throws RangeError for a column thicker than the table
 */
export function detectedShareInto(
  share: Float32Array,
  table: IntensityTable,
  { firstNm, secondNm, filmNm }: Columns,
): Float32Array {
  const { stepsNm, counts, filmStepNm, values } = table;
  checkRange(table, firstNm, secondNm);
  const [rowLength, sheetLength] = [counts[1], counts[0] * counts[1]];
  const [bare0, bare1, bare2] = [0, 1, 2].map((node) => values[node * sheetLength + rowLength + 1]);
  const [perFirst, perSecond, perFilm] = [1 / stepsNm[0], 1 / stepsNm[1], 1 / filmStepNm];
  for (let pixel = 0; pixel < share.length; pixel++) {
    // parabola through the film's nodes 0, h, 2h
    const f = filmNm[pixel] * perFilm;
    const film0 = 0.5 * (f - 1) * (f - 2);
    const film1 = f * (2 - f);
    const film2 = 0.5 * f * (f - 1);
    if (firstNm[pixel] === 0 && secondNm[pixel] === 0) {
      share[pixel] = film0 * bare0 + film1 * bare1 + film2 * bare2;
      continue;
    }
    // cubic through the nodes -1, 0, 1, 2 around the column (Lagrange)
    const a = firstNm[pixel] * perFirst;
    const b = secondNm[pixel] * perSecond;
    const row = Math.floor(a);
    const column = Math.floor(b);
    const x = a - row;
    const y = b - column;
    const x0 = (-x * (x - 1) * (x - 2)) / 6;
    const x1 = ((x + 1) * (x - 1) * (x - 2)) / 2;
    const x2 = (-(x + 1) * x * (x - 2)) / 2;
    const x3 = ((x + 1) * x * (x - 1)) / 6;
    const y0 = (-y * (y - 1) * (y - 2)) / 6;
    const y1 = ((y + 1) * (y - 1) * (y - 2)) / 2;
    const y2 = (-(y + 1) * y * (y - 2)) / 2;
    const y3 = ((y + 1) * y * (y - 1)) / 6;
    let sum = 0;
    for (let node = 0; node < 3; node++) {
      const filmWeight = node === 0 ? film0 : node === 1 ? film1 : film2;
      const r0 = node * sheetLength + row * rowLength + column;
      const r1 = r0 + rowLength;
      const r2 = r1 + rowLength;
      const r3 = r2 + rowLength;
      // most columns hold one material, and a row or a column of nodes is enough
      if (b === 0) {
        sum +=
          filmWeight *
          (x0 * values[r0 + 1] + x1 * values[r1 + 1] + x2 * values[r2 + 1] + x3 * values[r3 + 1]);
      } else if (a === 0) {
        sum +=
          filmWeight * (y0 * values[r1] + y1 * values[r1 + 1] + y2 * values[r1 + 2] + y3 * values[r1 + 3]);
      } else {
        sum +=
          filmWeight *
          (x0 * (y0 * values[r0] + y1 * values[r0 + 1] + y2 * values[r0 + 2] + y3 * values[r0 + 3]) +
            x1 * (y0 * values[r1] + y1 * values[r1 + 1] + y2 * values[r1 + 2] + y3 * values[r1 + 3]) +
            x2 * (y0 * values[r2] + y1 * values[r2 + 1] + y2 * values[r2 + 2] + y3 * values[r2 + 3]) +
            x3 * (y0 * values[r3] + y1 * values[r3 + 1] + y2 * values[r3 + 2] + y3 * values[r3 + 3]));
      }
    }
    share[pixel] = sum;
  }
  return share;
}

function checkRange(table: IntensityTable, firstNm: Float32Array, secondNm: Float32Array): void {
  const range = tableRangeNm(table);
  [firstNm, secondNm].forEach((map, material) => {
    let thickest = 0;
    for (let i = 0; i < map.length; i++) if (map[i] > thickest) thickest = map[i];
    if (thickest <= range[material]) return;
    throw new RangeError(
      failureText(
        { action: "render HAADF image" },
        `columns of material ${material + 1} must be at most ${range[material].toFixed(0)} nm thick`,
        `${thickest.toFixed(0)} nm`,
      ),
    );
  });
}
