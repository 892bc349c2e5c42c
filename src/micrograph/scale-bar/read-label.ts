import { lengthInNm, mean } from "../../core/index.ts";
import { GLYPH_COLUMNS, GLYPH_ROWS, GLYPH_TEMPLATES } from "./glyph-templates.ts";
import type { InkComponent } from "./ink-components.ts";

/** A length that was read from letters. */
export interface LengthLabel {
  readonly text: string;
  readonly lengthNm: number;
  /** 0 to 1: likeness of the least certain letter to its template. */
  readonly confidence: number;
  /** Centre of the text [px]. */
  readonly x: number;
  readonly y: number;
  /** Pieces of ink that it was read from. */
  readonly letters: readonly InkComponent[];
}

interface Letter {
  readonly letter: string;
  readonly likeness: number;
}

/**
 * Reads lengths such as "2 µm" or "500nm" among pieces of ink.
 *
 * Pieces are put into lines by their overlap in height, lines cut at gaps of more than one and a half letter heights; a line
 * counts where all its letters make a number and a unit of length.
 */
export function readLengthLabels(components: readonly InkComponent[]): LengthLabel[] {
  return linesOf(components).flatMap((line) => {
    const digitHeight = Math.max(...line.map((component) => component.height));
    const letters = line.flatMap((component) => lettersOf(component, digitHeight));
    const text = letters.map(({ letter }) => letter).join("");
    const match = /^(\d+(?:\.\d+)?)(nm|µm|um|mm|pm|Å|A)$/.exec(text);
    const lengthNm = match === null ? null : lengthInNm(Number(match[1]), match[2]);
    if (match === null || lengthNm === null || lengthNm === 0) return [];
    const [first, last] = [line[0], line[line.length - 1]];
    return [
      {
        text: `${match[1]} ${match[2] === "um" ? "µm" : match[2]}`,
        lengthNm,
        confidence: Math.min(...letters.map(({ likeness }) => likeness)),
        x: (first.x + last.x + last.width) / 2,
        y: first.y + first.height / 2,
        letters: line,
      },
    ];
  });
}

/** A line of writing as far as it has been put together. */
interface GrowingLine {
  readonly letters: InkComponent[];
  /** Where its last letter ends, and what the letters reach over [px]. */
  right: number;
  top: number;
  height: number;
}

/** Lines of writing, from left to right; a dot belongs to the line whose lower edge it stands on. */
export function linesOf(components: readonly InkComponent[]): InkComponent[][] {
  const lines: GrowingLine[] = [];
  let open: GrowingLine[] = [];
  for (const component of [...components].sort((a, b) => a.x - b.x)) {
    // the letters that follow stand no further left: a line that this one has left behind stays as it is
    open = open.filter((line) => component.x - line.right < 1.5 * line.height);
    const line = open.find(({ right, top, height }) => {
      const isLevel = component.y < top + height * 1.1 && component.y + component.height > top;
      return component.x - right > -0.5 * height && isLevel;
    });
    const right = component.x + component.width;
    if (line) {
      line.letters.push(component);
      line.right = right;
      line.top = Math.min(line.top, component.y);
      line.height = Math.max(line.height, component.height);
    } else {
      const begun = { letters: [component], right, top: component.y, height: component.height };
      lines.push(begun);
      open.push(begun);
    }
  }
  return lines.map(({ letters }) => letters);
}

/** Two letters that touch are wider than any one, and like none. */
const TWO_LETTERS_ASPECT = 1.6;
const LIKE_NONE = 0.5;

const isWide = ({ width, height }: InkComponent) => width >= TWO_LETTERS_ASPECT * height;

/** How often a piece, or a part of it, is compared with all templates, at most. */
export const readingCost = (component: InkComponent) => 1 + (isWide(component) ? 2 * component.width : 0);

/** The letter of a piece of ink, or both of them where two touch: cut where the less certain one is most certain. */
function lettersOf(component: InkComponent, digitHeight: number): Letter[] {
  const whole = classify(component, digitHeight);
  const { width } = component;
  if (whole.likeness >= LIKE_NONE || !isWide(component)) return [whole];
  let best = { letters: [whole], likeness: whole.likeness };
  for (let cut = 2; cut <= width - 2; cut++) {
    const letters = [columnsOf(component, 0, cut), columnsOf(component, cut, width)].map((part) =>
      classify(part, digitHeight),
    );
    const likeness = Math.min(...letters.map((letter) => letter.likeness));
    if (likeness > best.likeness) best = { letters, likeness };
  }
  return best.letters;
}

/** Columns of a piece, without the empty ones at their sides and the empty rows. */
function columnsOf({ mask, width, height, x, y }: InkComponent, from: number, to: number): InkComponent {
  const hasInk = (column: number, row: number) => mask[row * width + column] === 1;
  const columns = Array.from({ length: to - from }, (_, k) => from + k);
  const rows = Array.from({ length: height }, (_, row) => row);
  const inkedColumns = columns.filter((column) => rows.some((row) => hasInk(column, row)));
  const inkedRows = rows.filter((row) => columns.some((column) => hasInk(column, row)));
  const [left, top] = [inkedColumns[0], inkedRows[0]];
  const size = {
    width: (inkedColumns.at(-1) ?? left) - left + 1,
    height: (inkedRows.at(-1) ?? top) - top + 1,
  };
  const part = Uint8Array.from({ length: size.width * size.height }, (_, i) =>
    Number(hasInk(left + (i % size.width), top + Math.floor(i / size.width))),
  );
  return { x: x + left, y: y + top, ...size, mask: part, inkCount: part.reduce((sum, ink) => sum + ink, 0) };
}

/** The most alike template: correlation of the cells, less a tenth for every 15 % of wrong proportion or height. */
function classify(component: InkComponent, digitHeight: number): Letter {
  const cells = centered(cellsOf(component));
  const aspect = component.width / component.height;
  const height = component.height / digitHeight;
  const isDot = height < 0.3 && aspect < 2;
  if (isDot) return { letter: ".", likeness: 0.9 };
  let best: Letter = { letter: "?", likeness: 0 };
  for (const { letter, aspect: templateAspect, height: templateHeight, cells: templateCells } of TEMPLATES) {
    const wrong = Math.abs(Math.log(aspect / templateAspect)) + Math.abs(Math.log(height / templateHeight));
    const likeness = correlation(cells, templateCells) - (0.1 * wrong) / 0.15;
    if (likeness > best.likeness) best = { letter, likeness };
  }
  return best;
}

/** Mean ink over the cells of the component's box, 0 to 1. */
function cellsOf({ mask, width, height }: InkComponent): Float64Array {
  const sums = new Float64Array(GLYPH_COLUMNS * GLYPH_ROWS);
  const fine = 4;
  for (let row = 0; row < GLYPH_ROWS * fine; row++) {
    for (let column = 0; column < GLYPH_COLUMNS * fine; column++) {
      const x = Math.floor(((column + 0.5) * width) / (GLYPH_COLUMNS * fine));
      const y = Math.floor(((row + 0.5) * height) / (GLYPH_ROWS * fine));
      sums[Math.floor(row / fine) * GLYPH_COLUMNS + Math.floor(column / fine)] +=
        mask[y * width + x] / fine ** 2;
    }
  }
  return sums;
}

/** Cells less their mean, and their length. */
interface CenteredCells {
  readonly values: Float64Array;
  readonly norm: number;
}

function centered(cells: Float64Array): CenteredCells {
  const center = mean(cells);
  const values = cells.map((value) => value - center);
  return { values, norm: Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) };
}

const TEMPLATES = GLYPH_TEMPLATES.filter(([letter]) => letter !== ".").map(
  ([letter, aspect, height, digits]) => {
    const cells = centered(Float64Array.from(digits, (digit) => parseInt(digit, 16) / 15));
    return { letter, aspect, height, cells };
  },
);

function correlation(a: CenteredCells, b: CenteredCells): number {
  let product = 0;
  for (let i = 0; i < a.values.length; i++) product += a.values[i] * b.values[i];
  const norm = a.norm * b.norm;
  return norm === 0 ? 0 : product / norm;
}
