import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { beyondMemory, failureText } from "../core/index.ts";
import {
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type AsyncBuffer,
  type FileMetaData,
} from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { SchemaElement } from "hyparquet";

/** What a column holds; images are PNG bytes with a file name, in the struct that Hugging Face datasets reads. */
export type ColumnType = "int32" | "int64" | "float64" | "string" | "image" | "float64List" | "int32List";

/** A column's name and type. */
export interface ColumnShape {
  readonly name: string;
  readonly type: ColumnType;
}

/** An encoded picture with the name that it would have as a file. */
export interface StoredImage {
  readonly bytes: Uint8Array;
  readonly path: string;
}

/** A table to be written: every column has one value a row. */
export interface ParquetTable {
  readonly columns: readonly (ColumnShape & { readonly values: readonly unknown[] })[];
  readonly rowsPerGroup: number;
  /** Texts by key, in the footer. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Encodes a table as a Parquet file, uncompressed: images are deflated already, and numbers drawn at random do not
 * compress.
 *
 * The same table gives the same bytes. One of the two functions that know the Parquet library.
 */
export function encodeParquet({ columns, rowsPerGroup, metadata }: ParquetTable): Uint8Array {
  const writer = new ByteWriter(1 << 20);
  const schema: SchemaElement[] = [
    { name: "root", num_children: columns.length },
    ...columns.flatMap(schemaElements),
  ];
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  const file = new ParquetWriter({
    writer,
    schema,
    codec: "UNCOMPRESSED",
    kvMetadata,
    createdBy: "heterostem",
  });
  const columnData = columns.map(({ name, type, values }) => ({
    name,
    data: [...values],
    // the first bytes of a PNG tell nothing
    statistics: type !== "image",
  }));
  void file.write({ columnData, rowGroupSize: rowsPerGroup });
  void file.finish();
  return writer.getBytes();
}

function schemaElements({ name, type }: ColumnShape): SchemaElement[] {
  // nothing is ever null, but pyarrow and datasets only recognise their own types where all may be
  const repetition_type = "OPTIONAL";
  const leaf = (leafName: string, leafType: ColumnType): SchemaElement => ({
    name: leafName,
    ...LEAF_TYPES[leafType],
    repetition_type,
  });
  if (type === "image") {
    const bytes: SchemaElement = { name: "bytes", type: "BYTE_ARRAY", repetition_type };
    return [{ name, repetition_type, num_children: 2 }, bytes, leaf("path", "string")];
  }
  if (type === "float64List" || type === "int32List") {
    return [
      { name, repetition_type, converted_type: "LIST", num_children: 1 },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      leaf("element", type === "float64List" ? "float64" : "int32"),
    ];
  }
  return [leaf(name, type)];
}

const LEAF_TYPES: Readonly<Partial<Record<ColumnType, Pick<SchemaElement, "type" | "converted_type">>>> = {
  int32: { type: "INT32" },
  int64: { type: "INT64" },
  float64: { type: "DOUBLE" },
  string: { type: "BYTE_ARRAY", converted_type: "UTF8" },
};

/** What the footer of a Parquet file says. */
export interface ParquetFacts {
  readonly rowCount: number;
  /** Rows of each row group, in order. */
  readonly groupRowCounts: readonly number[];
}

/** A Parquet file whose footer has been read. */
export interface ParquetFile extends ParquetFacts {
  /**
   * Reads some columns of some rows, and from the disk hardly more than those.
   *
   * @param columns names of whole columns; rows are without those that the file has not
   * @param start first row
   * @param end after the last row
   */
  read(columns: readonly string[], start: number, end: number): Promise<Record<string, unknown>[]>;
}

/** Opens a Parquet file in this thread: reads its footer. A damaged one may keep the library busy without end. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const file = fileBuffer(path);
  const metadata: FileMetaData = await parquetMetadataAsync(file).catch(inOwnWords);
  const ownColumns = new Set(parquetSchema(metadata).children.map(({ element }) => element.name));
  return {
    rowCount: Number(metadata.num_rows),
    groupRowCounts: metadata.row_groups.map((group) => Number(group.num_rows)),
    read: (columns, start, end) => {
      checkUnpacked(metadata, { columns, start, end, path });
      // without utf8: false the images' bytes would be taken for text
      return parquetReadObjects({
        file,
        metadata,
        columns: columns.filter((name) => ownColumns.has(name)),
        rowStart: start,
        rowEnd: end,
        utf8: false,
      }).catch(inOwnWords);
    },
  };
}

/** Passes on what the system or the library says of a file; what the language says of it is damage. */
function inOwnWords(cause: unknown): never {
  const { message, code } = cause as NodeJS.ErrnoException;
  if (/^E[A-Z]+$/.test(code ?? "") || /^(parquet|thrift) /.test(message)) throw cause;
  throw new Error("damaged data", { cause });
}

/** Numbers of lists become values of JavaScript: 8 bytes, more for those who hold them. */
const UNPACKED_FACTOR = 4;

/** The file may be whole: it needs more memory than the call allows. */
export class UnpackedSizeError extends RangeError {}

interface AskedRows {
  readonly columns: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

/** The row groups say what they unpack to; a file from somebody else may say anything, but the library allocates by it. */
function checkUnpacked(metadata: FileMetaData, { columns, start, end, path }: AskedRows): void {
  let [first, byteCount] = [0, 0];
  for (const { num_rows, columns: chunks } of metadata.row_groups) {
    const last = first + Number(num_rows);
    for (const { meta_data } of first < end && last > start ? chunks : []) {
      if (meta_data === undefined || !columns.includes(meta_data.path_in_schema[0])) continue;
      byteCount += Number(meta_data.total_uncompressed_size);
    }
    first = last;
  }
  const beyond = beyondMemory(UNPACKED_FACTOR * byteCount);
  if (beyond === null) return;
  const context = { action: "read corpus", where: path };
  throw new UnpackedSizeError(
    `${failureText(context, `row groups must ${beyond.wanted}`, beyond.got)}; ${beyond.remedy}`,
  );
}

/** The file as a buffer that is read in slices; open only while it is read. */
function fileBuffer(path: string): AsyncBuffer {
  const withFile = <T>(use: (descriptor: number) => T): T => {
    const descriptor = openSync(path, "r");
    try {
      return use(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
  const byteLength = withFile((descriptor) => fstatSync(descriptor).size);
  return {
    byteLength,
    slice: (start, end = byteLength) =>
      withFile((descriptor) => {
        // places and sizes are what the footer says
        const bytes = new Uint8Array(Math.max(0, Math.min(end, byteLength) - start));
        readSync(descriptor, bytes, 0, bytes.length, start);
        return bytes.buffer;
      }),
  };
}
