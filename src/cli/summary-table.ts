import type { ColumnSummary } from "../inverse/index.ts";
import { shortNumber, textTable } from "../report/index.ts";

/** The columns of a corpus as lines for a terminal. */
export function summaryTable(columns: readonly ColumnSummary[]): string {
  return textTable(columns, [
    { heading: "quantity", cell: (row) => (row.unit === "" ? row.label : `${row.label} [${row.unit}]`) },
    { heading: "5 %", cell: (row) => shortNumber(row.low), isNumber: true },
    { heading: "median", cell: (row) => shortNumber(row.median), isNumber: true },
    { heading: "95 %", cell: (row) => shortNumber(row.high), isNumber: true },
  ]);
}

/** A number of bytes as people say it. */
export function bytesText(bytes: number): string {
  const [scale, unit] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  const value = bytes / scale;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}
