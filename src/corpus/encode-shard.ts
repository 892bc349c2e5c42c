import { corpusColumns, type CorpusColumn } from "./corpus-columns.ts";
import type { CorpusPlan } from "./corpus-plan.ts";
import type { CorpusRow } from "./corpus-row.ts";
import { encodeParquet } from "./parquet-file.ts";

/**
 * Encodes rows as a shard: a Parquet file that says what its columns are.
 *
 * The bytes depend on the plan and the rows alone.
 *
 * @param plan the corpus
 * @param rows of the shard, in order
 * @returns the file
 */
export function encodeShard(plan: CorpusPlan, rows: readonly CorpusRow[]): Uint8Array {
  const columns = corpusColumns(rows[0]?.labels.combination !== undefined);
  return encodeParquet({
    columns: columns.map(({ name, type, valueOf }) => ({
      name,
      type,
      values: rows.map((row) => valueOf(row, plan.seed)),
    })),
    rowsPerGroup: plan.samplesPerRowGroup,
    metadata: shardMetadata(plan, columns),
  });
}

/** Footer texts: columns with units and meaning for people, features for Hugging Face datasets. */
function shardMetadata(plan: CorpusPlan, shown: readonly CorpusColumn[]): Record<string, string> {
  const { format, heterostemVersion, physics, seed, recipe } = plan;
  const columns = Object.fromEntries(
    shown.map(({ name, unit, description }) => [name, { unit, description }]),
  );
  const intensity = "intensity = intensityOffset + intensityScale x grey, in intensityUnit";
  const facts = { format, heterostemVersion, physics, seed, intensity, columns, recipe };
  const features = Object.fromEntries(shown.map((column) => [column.name, featureOf(column)]));
  return {
    huggingface: JSON.stringify({ info: { features } }),
    heterostem: JSON.stringify(facts),
  };
}

/** A column in the words of the library datasets; "Sequence" with a length is read by its old and new versions. */
function featureOf({ type }: CorpusColumn): object {
  const value = (dtype: string) => ({ dtype, _type: "Value" });
  if (type === "image") return { _type: "Image" };
  if (type === "float64List") return { feature: value("float64"), length: -1, _type: "Sequence" };
  if (type === "int32List") return { feature: value("int32"), length: -1, _type: "Sequence" };
  return value(type);
}
