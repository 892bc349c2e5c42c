import { isNumeric, numberOf, type ParticleFrame, type ParticleLine } from "./particle-frames.ts";
import { readError } from "./read-error.ts";
import { nameAndUnit } from "./stated-units.ts";

/** A column of lengths: its place, and the unit that its heading states, null without. */
export interface LengthColumn {
  readonly index: number;
  readonly unit: string | null;
}

/** Where the cells of a particle are. */
export interface ParticleColumns {
  readonly x: LengthColumn;
  readonly y: LengthColumn;
  readonly z: LengthColumn;
  /** Radius, or diameter where only that is there. */
  readonly size: LengthColumn;
  readonly isDiameter: boolean;
  /** null in files of one material. */
  readonly materialIndex: number | null;
  /** Cells of a row. */
  readonly width: number;
  /** The line that names the columns; null where their number alone tells them. */
  readonly named: ParticleLine | null;
}

const OWNER = "(?:sphere|particle|primary|pos(?:ition)?s?|cent(?:er|re|roid)s?|coord(?:inate)?s?|points?|c)";
const BEHIND = "(?:pos(?:ition)?|cent(?:er|re)|coord(?:inate)?|c)?";
/** "x", "Position X", "x_center", and ParaView's "Points:0". */
const axisName = (axis: string, index: number) =>
  new RegExp(`^(?:${OWNER}*${axis}|${axis}${BEHIND}|${OWNER}${index})$`);
/** Names of columns, in small letters without anything but letters and digits. */
const NAMES = {
  x: axisName("x", 0),
  y: axisName("y", 1),
  z: axisName("z", 2),
  radius: /^(?:sphere|particle|primary)*(?:r|rp|rad|radius|radii)$/,
  diameter: /^(?:sphere|particle|primary)*(?:d|dp|diam|diameters?|2r)$/,
  material: /^(?:sphere|particle|atom)?(?:materials?|mat|species|elements?|types?|phase)$/,
};

/**
 * Finds the columns of a frame: by extended XYZ's Properties, by a heading, by a comment that names them, or by their number.
 *
 * @param prefersSpeciesFirst where numbers could be "type x y z radius" and "x y z radius type" alike, as XYZ has it
 * @throws SyntaxError naming what is missing
 */
export function findColumns(
  { comments, heading, rows }: ParticleFrame,
  where: string,
  prefersSpeciesFirst: boolean,
): ParticleColumns {
  const width = (rows[0] ?? heading).cells.length;
  const properties = comments.find(({ text }) => /\bProperties\s*=/i.test(text));
  if (properties !== undefined) {
    return columnsNamed(namesOfProperties(properties, width, where), properties, where);
  }
  if (heading !== null) {
    const names = heading.cells.length === width ? heading.cells : headingWords(heading.text);
    return columnsNamed(names, heading, where);
  }
  for (const comment of comments.toReversed()) {
    const names = namesInComment(comment.text, width);
    if (names === null) continue;
    const columns = columnsNamed(names, comment, where);
    // a column of words or types that nobody named, behind those that are
    const isMaterial = columns.materialIndex === null && isTypes(cellsOf(rows, names.length));
    return { ...columns, width, materialIndex: isMaterial ? names.length : columns.materialIndex };
  }
  return columnsByNumber(rows, where, prefersSpeciesFirst);
}

/** Properties=name:type:width triples, one name a column; a position has three. */
function namesOfProperties({ text, lineNumber }: ParticleLine, rowWidth: number, where: string): string[] {
  const fields = (/Properties\s*=\s*"?([^\s"]+)/i.exec(text)?.[1] ?? "").split(":");
  const widths = fields.flatMap((_, k) => (k % 3 === 0 ? [Number(fields[k + 2])] : []));
  // compared before a name a column is made of them
  if (widths.reduce((sum, width) => sum + Math.max(0, width), 0) > rowWidth) {
    const wanted = `Properties must name the ${rowWidth} columns of a row`;
    throw readError(where, lineNumber, wanted, `"${text}"`);
  }
  return fields.flatMap((name, k) => {
    if (k % 3 !== 0) return [];
    const width = widths[k / 3];
    if (/^pos(?:itions?)?$/i.test(name) && width === 3) return ["x", "y", "z"];
    return Array.from({ length: width }, () => name);
  });
}

/** Names in a heading between blanks: units in brackets and behind a slash stay with their name. */
function headingWords(text: string): string[] {
  return text
    .replaceAll(/(?<!\s)\s*([[({/])\s*/g, "$1")
    .replaceAll(/(?<!\s)\s+([\])}])/g, "$1")
    .split(/[\s,;]+/);
}

/**
 * Comments that make radii found by their number doubtful: they speak of diameters, or name the places and another size.
 *
 * @returns one sentence each, with the remedy
 */
export function columnDoubts({ comments }: ParticleFrame, { named, size }: ParticleColumns): string[] {
  if (named !== null) return [];
  const speaking = comments.filter(({ text }) => {
    const words = headingWords(text);
    return /\bdiam/i.test(text) || (["x", "y", "z"] as const).every((key) => placeOf(words, key) >= 0);
  });
  return speaking.map(({ lineNumber, text }) => {
    const remedy = 'name the column "radius" or "diameter"';
    return `column ${size.index + 1} was read as radii, line ${lineNumber} has "${text}": ${remedy}`;
  });
}

/** The last words of a comment, as many as there are columns; fewer where each is the name of one. */
function namesInComment(text: string, width: number): readonly string[] | null {
  const words = headingWords(text);
  const isName = (word: string) => Object.values(NAMES).some((name) => name.test(letters(word)));
  const names = words.length < width ? words : words.slice(-width);
  if (missingNames(names).length > 0 || (names.length < width && !names.every(isName))) return null;
  return names;
}

const letters = (heading: string) =>
  nameAndUnit(heading)
    .name.toLowerCase()
    .replaceAll(/[^a-z\d]/g, "");

function placeOf(names: readonly string[], key: keyof typeof NAMES): number {
  return names.findIndex((name) => NAMES[key].test(letters(name)));
}

function missingNames(names: readonly string[]): string[] {
  const missing: string[] = (["x", "y", "z"] as const).filter((key) => placeOf(names, key) < 0);
  const hasSize = placeOf(names, "radius") >= 0 || placeOf(names, "diameter") >= 0;
  return hasSize ? missing : [...missing, "radius"];
}

function columnsNamed(names: readonly string[], line: ParticleLine, where: string): ParticleColumns {
  const missing = missingNames(names);
  if (missing.length > 0) {
    const wanted = `columns must be named x, y, z and radius or diameter; ${missing.join(", ")} missing`;
    throw readError(where, line.lineNumber, wanted, `"${line.text}"`);
  }
  const lengthColumn = (key: keyof typeof NAMES) => {
    const index = placeOf(names, key);
    return { index, unit: nameAndUnit(names[index]).unit };
  };
  const [isDiameter, materialIndex] = [placeOf(names, "radius") < 0, placeOf(names, "material")];
  return {
    x: lengthColumn("x"),
    y: lengthColumn("y"),
    z: lengthColumn("z"),
    size: lengthColumn(isDiameter ? "diameter" : "radius"),
    isDiameter,
    materialIndex: materialIndex < 0 ? null : materialIndex,
    width: names.length,
    named: line,
  };
}

/** x y z radius, then perhaps a material; or a material first, as in XYZ. */
function columnsByNumber(
  rows: readonly ParticleLine[],
  where: string,
  prefersSpeciesFirst: boolean,
): ParticleColumns {
  const [{ cells, lineNumber, text }] = rows;
  const width = cells.length;
  if (width < 4 || (width === 4 && !isNumeric(cells[0]))) {
    throw readError(where, lineNumber, "particle must have x, y, z and radius", `"${text}"`);
  }
  if (width === 4) return columnsFrom(0, null, width);
  if (!isNumeric(cells[0])) return columnsFrom(1, 0, width);
  if (!isNumeric(cells[4])) return columnsFrom(0, 4, width);
  const isSize = (index: number) => cellsOf(rows, index).every((cell) => numberOf(cell) > 0);
  const isFirst = isTypes(cellsOf(rows, 0)) && isSize(4);
  const isLast = isTypes(cellsOf(rows, 4)) && isSize(3) && width === 5;
  if (isFirst && (prefersSpeciesFirst || !isLast)) return columnsFrom(1, 0, width);
  if (isLast && !isFirst) return columnsFrom(0, 4, width);
  const wanted = "columns must be named where there are more than x, y, z and radius";
  throw readError(where, lineNumber, `${wanted}, in a line such as "# x y z radius type"`, `"${text}"`);
}

const cellsOf = (rows: readonly ParticleLine[], index: number) => rows.map(({ cells }) => cells[index] ?? "");

/** Whether cells are at most two digits or words. */
function isTypes(cells: readonly string[]): boolean {
  const types = [...new Set(cells)];
  return types.length <= 2 && types.every((cell) => cell !== "" && (/^\d$/.test(cell) || !isNumeric(cell)));
}

function columnsFrom(x: number, materialIndex: number | null, width: number): ParticleColumns {
  const at = (index: number) => ({ index, unit: null });
  const [y, z, size] = [1, 2, 3].map((step) => at(x + step));
  return { x: at(x), y, z, size, isDiameter: false, materialIndex, width, named: null };
}
