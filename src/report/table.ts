/** A column of a text table. */
export interface TextColumn<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand flush right. */
  readonly isNumber?: boolean;
}

/**
 * Lays rows out as text columns for a terminal.
 *
 * @param rows any records
 * @param columns headings and cells
 * @returns lines joined by newlines, no trailing spaces
 */
export function textTable<Row>(rows: readonly Row[], columns: readonly TextColumn<Row>[]): string {
  const cells = [
    columns.map((column) => column.heading),
    ...rows.map((row) => columns.map((c) => c.cell(row))),
  ];
  const widths = columns.map((_, j) => Math.max(...cells.map((line) => line[j].length)));
  const pad = (text: string, j: number) =>
    columns[j].isNumber ? text.padStart(widths[j]) : text.padEnd(widths[j]);
  return cells.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

/**
 * A number with three significant digits and no exponent for everyday sizes.
 *
 * @param value any number
 * @returns such as "0.0123", "5.80", "1230"
 */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)) return value.toExponential(2);
  const digits = value === 0 ? 2 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 5));
}
