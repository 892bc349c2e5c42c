import { CORPUS_COLUMNS, SPHERE_COLUMN_NAMES } from "./corpus-columns.ts";
import type { ColumnType, StoredImage } from "./parquet-file.ts";

const isNumber = (value: unknown) => typeof value === "number";
const isList = (value: unknown) => Array.isArray(value) && value.every(isNumber);

const IS_OF_TYPE: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  int32: isNumber,
  int64: (value) => typeof value === "bigint",
  float64: isNumber,
  string: (value) => typeof value === "string",
  image(value) {
    const { bytes, path } = (value ?? {}) as Partial<StoredImage>;
    return bytes instanceof Uint8Array && typeof path === "string";
  },
  float64List: isList,
  int32List: isList,
};

const TYPES = new Map(CORPUS_COLUMNS.map(({ name, type }) => [name, type]));

/** What is wrong with a row that was read from a file of somebody else; null where each column holds what it must. */
export function rowFault(row: Readonly<Record<string, unknown>>, columns: readonly string[]): string | null {
  for (const name of columns) {
    const type = TYPES.get(name);
    if (type !== undefined && !IS_OF_TYPE[type](row[name])) return `no ${WORDS[type]} in column ${name}`;
  }
  const lists = SPHERE_COLUMN_NAMES.filter((name) => columns.includes(name));
  const counts = new Set(lists.map((name) => (row[name] as readonly number[]).length));
  return counts.size > 1 ? `${[...counts].join(", ")} values a sample in columns of spheres` : null;
}

const WORDS: Readonly<Record<ColumnType, string>> = {
  int32: "number",
  int64: "number",
  float64: "number",
  string: "text",
  image: "picture",
  float64List: "numbers",
  int32List: "numbers",
};
