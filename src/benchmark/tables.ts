import { rangeError, readDelimited, type TableLine } from "../core/index.ts";
import type { InversionRecipe } from "../inverse/index.ts";
import { materialsOfPrior } from "../stochastic/index.ts";
import type { BenchmarkImage } from "./draw-set.ts";
import { quantitiesOf, type Quantity } from "./quantities.ts";
import type { BenchmarkTask } from "./tasks.ts";
import { isAsked } from "./true-particles.ts";

export type Row = readonly (string | number | null)[];

/** What whoever answers is told of the images of a set: a row an image. */
export const IMAGE_HEADING = ["image", "group", "pixel size [nm]", "electrons per pixel", "tilt [deg]"];

/** The row of an image, under IMAGE_HEADING. */
export function imageRow({ name, group, image, electronsPerPixel, tiltDeg }: BenchmarkImage): Row {
  return [`${name}.tif`, group, image.pixelSizeNm, Number(electronsPerPixel.toPrecision(6)), tiltDeg];
}

/** Truths of numbers: a row a group and quantity. Truths of particles: a row a particle. */
const NUMBER_HEADING = ["group", "change", "quantity", "truth"];
const PARTICLE_HEADING = ["image", "x [px]", "y [px]", "radius [px]", "material", "asked"];

/** How the truths of a task are made of its images. */
export interface TruthTable {
  readonly heading: readonly string[];
  /** Rows of a group, from its first image. */
  rowsOf(image: BenchmarkImage): Row[];
}

/** The table of a task's truths. */
export function truthTable(recipe: InversionRecipe, task: BenchmarkTask): TruthTable {
  if (task.asks === "particles") {
    const names = materialsOfPrior(recipe.aggregate).map(({ name }) => name);
    return { heading: PARTICLE_HEADING, rowsOf: (image) => particleRows(image, names) };
  }
  const quantities = quantitiesOf(recipe, task);
  return { heading: NUMBER_HEADING, rowsOf: (image) => numberRows(image, quantities) };
}

/** Quantities that a group does not have, such as clusters of a material without a particle, are left out. */
function numberRows({ group, change, truths }: BenchmarkImage, quantities: readonly Quantity[]): Row[] {
  return quantities
    .filter(({ key }) => Number.isFinite(truths[key]))
    .map(({ key }) => [group, change, key, Number(truths[key].toPrecision(9))]);
}

function particleRows({ name, particles }: BenchmarkImage, materials: readonly string[]): Row[] {
  return particles.map((particle) => [
    name,
    ...[particle.x, particle.y, particle.radiusPx].map((value) => Number(value.toFixed(3))),
    materials[particle.materialIndex],
    Number(isAsked(particle)),
  ]);
}

/** The true value of a quantity for a group. */
export interface TrueNumber {
  readonly group: string;
  /** What the second simulator changed; "" for none. */
  readonly change: string;
  readonly quantity: string;
  readonly truth: number;
}

/** What somebody says of a quantity for a group: a median, and where stated the ends of the central 68 and 95 % intervals. */
export interface PredictedNumber {
  readonly group: string;
  readonly quantity: string;
  readonly median: number;
  readonly interval68: readonly [number, number] | null;
  readonly interval95: readonly [number, number] | null;
}

/** A particle as a disc in pixels of its image. */
export interface ListedParticle {
  readonly image: string;
  readonly x: number;
  readonly y: number;
  readonly radiusPx: number;
  /** "" where nobody says. */
  readonly material: string;
  /** Whether it is asked for; true of all that are predicted. */
  readonly isAsked: boolean;
}

const ACTION = { action: "score predictions" };

/**
 * Reads true numbers as `benchmark write` wrote them.
 *
 * @throws RangeError naming the line for a cell that is no number
 */
export function readTrueNumbers(text: string, fileName: string): TrueNumber[] {
  const { lines } = readDelimited(text, { ...ACTION, fileName, columns: NUMBER_HEADING });
  return lines.map((line) => ({
    group: cell(line, "group"),
    change: cell(line, "change"),
    quantity: cell(line, "quantity"),
    truth: number(line, "truth", fileName),
  }));
}

/** Columns of the central intervals: quantiles of the answer. */
const QUANTILES = { interval68: ["q16", "q84"], interval95: ["q025", "q975"] } as const;

/** Heading of predicted numbers with their intervals. */
export const PREDICTION_HEADING = ["group", "quantity", "median", "q025", "q16", "q84", "q975"];

/**
 * Reads predicted numbers: columns group, quantity, median and, where intervals are stated, q16, q84, q025, q975.
 *
 * @param text of the table
 * @param fileName for error texts
 * @returns one prediction a row
 * @throws RangeError naming the line for a cell that is no number, ends that are the wrong way round, or a row that comes twice
 */
export function readPredictedNumbers(text: string, fileName: string): PredictedNumber[] {
  const columns = ["group", "quantity", "median"];
  const table = readDelimited(text, { ...ACTION, fileName, columns });
  const seen = new Set<string>();
  return table.lines.map((line) => {
    const interval = ([low, high]: readonly [string, string]): [number, number] | null => {
      if (!table.columns.includes(low) || !table.columns.includes(high)) return null;
      const ends: [number, number] = [number(line, low, fileName), number(line, high, fileName)];
      if (ends[0] > ends[1])
        throw wrong(line, fileName, `${low} must not lie above ${high}`, ends.join(" and "));
      return ends;
    };
    const [group, quantity] = [stem(cell(line, "group")), cell(line, "quantity")];
    const key = JSON.stringify([group, quantity]);
    if (seen.has(key))
      throw wrong(line, fileName, "each group and quantity must come once", `${group}, ${quantity} again`);
    seen.add(key);
    return {
      group,
      quantity,
      median: number(line, "median", fileName),
      interval68: interval(QUANTILES.interval68),
      interval95: interval(QUANTILES.interval95),
    };
  });
}

/**
 * Reads particles, true or predicted: columns image, x [px], y [px], radius [px] and, where there are such, material and asked; the
 * particles.csv of `heterostem particles` is such a table.
 */
export function readListedParticles(text: string, fileName: string): ListedParticle[] {
  const columns = ["image", "x [px]", "y [px]", "radius [px]"];
  const { lines } = readDelimited(text, { ...ACTION, fileName, columns });
  return lines.map((line) => ({
    image: stem(cell(line, "image")),
    x: number(line, "x [px]", fileName),
    y: number(line, "y [px]", fileName),
    radiusPx: number(line, "radius [px]", fileName),
    material: cell(line, "material"),
    isAsked: cell(line, "asked") !== "0",
  }));
}

/** Images may be named with their folder and ending, or without. */
const stem = (name: string) => name.replace(/^.*[\\/]/, "").replace(/\.tiff?$/i, "");

const cell = ({ cells }: TableLine, column: string) => cells.get(column) ?? "";

function number(line: TableLine, column: string, fileName: string): number {
  const text = cell(line, column);
  const value = text === "" ? NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw wrong(line, fileName, `${column} must be a number`, text === "" ? "nothing" : text);
}

function wrong({ line }: TableLine, fileName: string, mustBe: string, got: string): RangeError {
  return rangeError({ ...ACTION, where: `${fileName}, line ${line}` }, mustBe, got);
}
