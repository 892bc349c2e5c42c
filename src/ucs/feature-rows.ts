import type { FeatureTable } from "../forest/index.ts";

/** Some rows of a table. */
export function pickRows({ names, values }: FeatureTable, rows: readonly number[]): FeatureTable {
  const width = names.length;
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, k) => picked.set(values.subarray(row * width, (row + 1) * width), k * width));
  return { names, rowCount: rows.length, values: picked };
}

/** Some columns of a table. */
export function pickColumns(table: FeatureTable, names: readonly string[]): FeatureTable {
  const places = names.map((name) => table.names.indexOf(name));
  const width = table.names.length;
  const values = Float32Array.from({ length: table.rowCount * names.length }, (_, i) => {
    const row = Math.floor(i / names.length);
    return table.values[row * width + places[i % names.length]];
  });
  return { names, rowCount: table.rowCount, values };
}

/** Tables below one another. */
export function stackTables(tables: readonly FeatureTable[]): FeatureTable {
  const values = new Float32Array(tables.reduce((sum, table) => sum + table.values.length, 0));
  let offset = 0;
  for (const table of tables) {
    values.set(table.values, offset);
    offset += table.values.length;
  }
  return { names: tables[0].names, rowCount: values.length / tables[0].names.length, values };
}

/** Pools the images of specimens: the mean of their rows. */
export function poolRows({ names, values }: FeatureTable, specimenOf: readonly number[]): FeatureTable {
  const width = names.length;
  const counts: number[] = [];
  for (const specimen of specimenOf) counts[specimen] = (counts[specimen] ?? 0) + 1;
  const pooled = new Float32Array(counts.length * width);
  specimenOf.forEach((specimen, row) => {
    for (let k = 0; k < width; k++) {
      pooled[specimen * width + k] += values[row * width + k] / counts[specimen];
    }
  });
  return { names, rowCount: counts.length, values: pooled };
}
