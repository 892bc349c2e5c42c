import { cellsOfLine } from "../../core/index.ts";
import { readError } from "./read-error.ts";
import { bareUnit, nmPerUnit } from "./stated-units.ts";

/** A line of a particle file split into cells, with its place for error texts; lines count from 1. */
export interface ParticleLine {
  readonly lineNumber: number;
  readonly text: string;
  readonly cells: readonly string[];
}

/** One set of particles as it stands in a file: what is said of it, and its rows. */
export interface ParticleFrame {
  /** Lines that are no particles: behind a comment mark, or the second of XYZ; marks left out. */
  readonly comments: readonly ParticleLine[];
  /** Names of the columns; null where none stand over the rows. */
  readonly heading: ParticleLine | null;
  /** Units under the heading, as plotting programs write them; null without. */
  readonly unitRow: ParticleLine | null;
  readonly rows: readonly ParticleLine[];
}

/** Comment marks of shells and NumPy, MATLAB, Fortran, C. */
const COMMENT = /^(?:#+|%+|!+|\/\/)\s*/;
const COUNT_LINE = /^\d+$/;
/** A number as programs print it, with Fortran's exponent D or a decimal comma, too; no two parts in a row take the same digit. */
const NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eEdD][+-]?\d+)?$/;
const NO_NUMBER = /^[+-]?(?:nan|inf(?:inity)?)$/i;

/** Whether a cell is a number, or what programs print in place of one. */
export function isNumeric(cell: string): boolean {
  return NUMBER.test(cell) || NO_NUMBER.test(cell);
}

/** The value of a cell; NaN where it is no number. */
export function numberOf(cell: string): number {
  return NUMBER.test(cell) ? Number(cell.replace(",", ".").replace(/[dD]/, "e")) : NaN;
}

/**
 * Splits the text of a particle file into frames.
 *
 * With a count line first (XYZ, FracVAL) every frame has one, and a comment line after it; any other file is one table, with or
 * without a heading.
 *
 * @throws SyntaxError for a frame with more or fewer rows than its count line says
 */
export function splitFrames(text: string, where: string): ParticleFrame[] {
  const other = text.includes("\0")
    ? "bytes that are no text"
    : text.startsWith("ITEM:")
      ? "a LAMMPS dump"
      : null;
  if (other !== null) throw readError(where, null, "file must be XYZ or a table", other);
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .map((line, k) => ({ lineNumber: k + 1, text: line.trim() }));
  const start = lines.findIndex(isBody);
  if (start < 0) throw readError(where, null, "file must hold at least one particle", "none");
  return COUNT_LINE.test(lines[start].text) ? countedFrames(lines, start, where) : [tableFrame(lines)];
}

interface TextLine {
  readonly lineNumber: number;
  readonly text: string;
}

const isComment = ({ text }: TextLine) => COMMENT.test(text);
// "sep=;" is what spreadsheets are told their separator with
const isBody = (line: TextLine) => line.text !== "" && !isComment(line) && !/^"?sep=.?"?$/i.test(line.text);

function toLine({ lineNumber, text }: TextLine): ParticleLine {
  return { lineNumber, text, cells: cellsOf(text) };
}

function toComment({ lineNumber, text }: TextLine): ParticleLine {
  return toLine({ lineNumber, text: text.replace(COMMENT, "") });
}

/** Cells between semicolons, tabs, commas or blanks; commas inside numbers that blanks part are decimal. */
function cellsOf(line: string): string[] {
  const words = line.split(/\s+/);
  return words.length > 3 && words.every(isNumeric) ? words : cellsOfLine(line);
}

function countedFrames(lines: readonly TextLine[], start: number, where: string): ParticleFrame[] {
  const said = lines.slice(0, start).filter(isComment).map(toComment);
  const frames: ParticleFrame[] = [];
  for (let at = start; at < lines.length;) {
    // the line after a count line is a comment, whatever stands there
    let next = at + 2;
    while (next < lines.length && !COUNT_LINE.test(lines[next].text)) next++;
    const { comments, rows } = countedFrame(lines.slice(at, next), where);
    frames.push({ comments: [...said, ...comments], heading: null, unitRow: null, rows });
    at = next;
  }
  return frames;
}

function countedFrame(
  [countLine, second, ...others]: readonly TextLine[],
  where: string,
): Pick<ParticleFrame, "comments" | "rows"> {
  const count = Number(countLine.text);
  if (count < 1) throw readError(where, countLine.lineNumber, "count line must be 1 or more", countLine.text);
  const filled = others.filter(({ text }) => text !== "");
  const rows = filled.filter((line) => !isComment(line)).map(toLine);
  const comments = filled.filter(isComment).map(toComment);
  if (second !== undefined && rows.length === count - 1 && isRow(toLine(second))) {
    return { comments, rows: [toLine(second), ...rows] };
  }
  if (rows.length !== count) {
    const last = rows.length < count ? (rows.at(-1) ?? countLine).lineNumber : rows[count].lineNumber - 1;
    const wanted = `count line says ${count} particles, and as many rows must follow it and its comment line`;
    throw readError(where, last + 1, wanted, String(rows.length));
  }
  if (second !== undefined && isRow(toLine(second)) && haveOneShape(toLine(second), rows[0])) {
    const wanted = "line after the count line must be a comment or blank";
    throw readError(where, second.lineNumber, wanted, `"${second.text}", a particle by its looks`);
  }
  return { comments: [...(second === undefined ? [] : [toComment(second)]), ...comments], rows };
}

const isRow = ({ cells }: ParticleLine) => cells.filter(isNumeric).length > 3;
const haveOneShape = (a: ParticleLine, b: ParticleLine) =>
  a.cells.length === b.cells.length && isNumeric(a.cells[0]) === isNumeric(b.cells[0]);

function tableFrame(lines: readonly TextLine[]): ParticleFrame {
  const comments = lines.filter(isComment).map(toComment);
  const body = lines.filter(isBody).map(toLine);
  const [first, second] = body;
  if (first.cells.filter(isNumeric).length > 2) return { comments, heading: null, unitRow: null, rows: body };
  const unitRow = second !== undefined && isUnitRow(second) ? second : null;
  return { comments, heading: first, unitRow, rows: body.slice(unitRow === null ? 1 : 2) };
}

function isUnitRow({ cells }: ParticleLine): boolean {
  const units = cells.filter((cell) => cell !== "" && cell !== "-");
  return units.length > 0 && units.every((cell) => nmPerUnit(bareUnit(cell)) !== null);
}
