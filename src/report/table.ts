import { csvText, type BootstrapInterval } from "../core/index.ts";
import { html, type Html } from "./html.ts";
import { intervalText, MISSING, nameWithUnit, shortNumber } from "./value-text.ts";

/** What a column shows of a row: words, a number, an estimate with its 95 % interval, or a range from low to high. */
type Shown<Row> =
  | { readonly text: (row: Row) => string }
  | { readonly number: (row: Row) => number | null }
  | { readonly interval: (row: Row) => BootstrapInterval | null }
  | { readonly range: (row: Row) => readonly [number, number] };

/** A column of a table to be made. */
export type Column<Row> = Shown<Row> & {
  readonly heading: string;
  /** Unit of the numbers; omitted, null or "" for pure numbers. */
  readonly unit?: string | null;
  /** How people read a number of the column; three significant digits by default. CSV has all digits. */
  readonly show?: (value: number) => string;
};

/** Where in its image a row lies: columns of a box. */
export const BOX_COLUMNS: readonly Column<{
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}>[] = (["x", "y", "width", "height"] as const).map((edge) => ({
  heading: edge,
  unit: "px",
  number: ({ box }) => box[edge],
}));

/** A cell: null or NaN where there is no number. */
type Cell = string | number | null | BootstrapInterval | readonly [number, number];

/** A table of so few rows is not worth a fold. */
const FEW_ROWS = 3;
/** Columns that a fold names. */
const FOLD_NAMES = 4;

/** Coverage of the intervals, as bootstrapInterval makes them. */
const LEVEL = "95 %";

interface TableColumn {
  readonly heading: string;
  readonly unit: string | null;
  readonly kind: "text" | "number" | "interval" | "range";
  readonly show: (value: number) => string;
}

/** A table as data: what a terminal, a page and a spreadsheet show alike. */
export interface Table {
  readonly columns: readonly TableColumn[];
  /** [row][column]. */
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * Makes a table of records.
 *
 * @param rows any records
 * @param columns what is shown of each, in order
 * @returns the table, to be rendered as text, HTML or CSV
 * @example
 * import { tableCsv, tableOf, tableText } from "../src/report/index.ts";
 * import { expect } from "vitest";
 * const rows = [{ name: "a, b", size: 2.46801, iou: { value: 0.9123, low: 0.8871, high: 0.9342 } }];
 * const table = tableOf(rows, [
 *   { heading: "image", text: ({ name }) => name },
 *   { heading: "diameter", unit: "nm", number: ({ size }) => size },
 *   { heading: "IoU", interval: ({ iou }) => iou },
 * ]);
 * expect(tableText(table)).toBe(
 *   "image  diameter [nm]              IoU (95 %)\na, b            2.47  0.912 (0.887 to 0.934)",
 * );
 * expect(tableCsv(table)).toBe(
 *   'image,diameter [nm],IoU,IoU 95 % low,IoU 95 % high\n"a, b",2.46801,0.9123,0.8871,0.9342\n',
 * );
 */
export function tableOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Table {
  return {
    columns: columns.map((column) => {
      const { heading, unit = null, show = shortNumber } = column;
      return { heading, unit, show, kind: shownOf(column)[0] };
    }),
    rows: rows.map((row) => columns.map((column) => shownOf(column)[1](row))),
  };
}

function shownOf<Row>(column: Shown<Row>): readonly [TableColumn["kind"], (row: Row) => Cell] {
  if ("text" in column) return ["text", column.text];
  if ("number" in column) return ["number", column.number];
  return "interval" in column ? ["interval", column.interval] : ["range", column.range];
}

/**
 * Lays a table out for a terminal: words flush left, numbers flush right.
 *
 * @param table of tableOf
 * @returns lines joined by newlines, no trailing spaces
 */
export function tableText(table: Table): string {
  const lines = [headingsOf(table), ...textsOf(table)];
  const widths = table.columns.map((_, j) =>
    lines.reduce((widest, line) => Math.max(widest, line[j].length), 0),
  );
  const pad = (text: string, j: number) =>
    table.columns[j].kind === "text" ? text.padEnd(widths[j]) : text.padStart(widths[j]);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

/**
 * A table for a page, behind a fold that says what is in it: numbers aligned to the right; an interval may stand below its value,
 * and is not broken itself.
 *
 * @param table of tableOf
 * @param options.isOpen shown at once, for the table that is the answer
 * @returns a details element
 */
export function tableHtml(table: Table, { isOpen = false }: { readonly isOpen?: boolean } = {}): Html {
  const style = (j: number) => (table.columns[j].kind === "text" ? "text" : "number");
  const unbroken = (text: string, j: number) =>
    table.columns[j].kind === "interval"
      ? text.replace(/\(.*\)/, (all) => all.replaceAll(" ", "\u00a0"))
      : text;
  const head = headingsOf(table).map((heading, j) => html`<th class="${style(j)}">${heading}</th>`);
  const body = textsOf(table).map(
    (texts) =>
      html`<tr>
        ${texts.map((text, j) => html`<td class="${style(j)}">${unbroken(text, j)}</td>`)}
      </tr>`,
  );
  const open = isOpen || table.rows.length <= FEW_ROWS ? { markup: " open" } : "";
  return html`<details${open}>
    <summary>${summaryOf(table)}</summary>
    <div class="scroll" tabindex="0">
      <table>
        <thead>
          <tr>
            ${head}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** What is folded away: how many rows of what. */
function summaryOf({ columns, rows }: Table): string {
  const names = columns.map(({ heading }) => heading).filter((heading) => heading !== "");
  const shown = names.slice(0, FOLD_NAMES).join(", ");
  const more = names.length > FOLD_NAMES ? ", ..." : "";
  return `Table: ${shown}${more} (${rows.length === 1 ? "1 row" : `${rows.length} rows`})`;
}

/**
 * A table for spreadsheets and scripts: units in the headings, numbers with all digits, intervals and ranges in columns of their own.
 *
 * @param table of tableOf
 * @returns CSV with a final line break; a number that is not there is an empty cell
 */
export function tableCsv({ columns, rows }: Table): string {
  const head = columns.flatMap(({ heading, unit, kind }) => {
    const limits = (name: string) => [`${name} low`, `${name} high`];
    const names = {
      text: [heading],
      number: [heading],
      interval: [heading, ...limits(`${heading} ${LEVEL}`)],
      range: limits(heading),
    };
    return names[kind].map((name) => nameWithUnit(name, unit));
  });
  return csvText([head, ...rows.map((row) => row.flatMap((cell, j) => cellsOf(cell, columns[j].kind)))]);
}

function cellsOf(cell: Cell, kind: TableColumn["kind"]): readonly (string | number | null)[] {
  if (cell === null) return kind === "interval" ? [null, null, null] : [null];
  if (typeof cell !== "object") return [cell];
  return "low" in cell ? [cell.value, cell.low, cell.high] : cell;
}

function headingsOf({ columns }: Table): string[] {
  return columns.map(({ heading, unit, kind }) =>
    nameWithUnit(kind === "interval" ? `${heading} (${LEVEL})` : heading, unit),
  );
}

/** Cells as people read them, on one line. */
function textsOf({ columns, rows }: Table): string[][] {
  return rows.map((row) => row.map((cell, j) => textOf(cell, columns[j].show).replaceAll(/\s+/g, " ")));
}

function textOf(cell: Cell, show: (value: number) => string): string {
  if (cell === null) return MISSING;
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return Number.isFinite(cell) ? show(cell) : MISSING;
  return "low" in cell ? intervalText(cell, show) : cell.map(show).join(" to ");
}
