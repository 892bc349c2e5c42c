import { join } from "node:path";
import { findMaterial, type GrayImage, type Material, usageError } from "../core/index.ts";
import { frameImage, readMicrograph } from "../micrograph/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import {
  LABEL_COLUMN_NAMES,
  labelsOfRow,
  MATERIAL_COLUMN_NAMES,
  SPHERE_COLUMN_NAMES,
} from "./corpus-columns.ts";
import { readManifest, type CorpusManifest, type ShardRecord } from "./corpus-manifest.ts";
import { type ParquetFile, type StoredImage, UnpackedSizeError } from "./parquet-file.ts";
import { type ParquetReader, startParquetReader } from "./parquet-reader.ts";
import { rowFault } from "./check-row.ts";
import type { SampleLabels } from "./sample.ts";

/** A corpus on the disk: its manifest; samples are read when asked for. */
export interface Corpus {
  readonly folder: string;
  readonly manifest: CorpusManifest;
  /** Samples that are there: all of a whole corpus, its own of a part. */
  readonly count: number;
}

/** A sample read back. */
export interface StoredSample {
  readonly labels: SampleLabels;
  /** 16-bit PNG, as it is stored. */
  readonly picture: StoredImage;
}

/** Which samples of a corpus, by their place in it. */
export interface SampleSelection {
  /** First sample; 0 by default. */
  readonly start?: number | undefined;
  /** All to the end by default. */
  readonly count?: number | undefined;
}

/**
 * Opens a corpus folder: reads its manifest.
 *
 * @param folder what `heterostem generate` wrote
 * @returns the corpus
 * @throws Error naming the file that is missing or broken
 */
export function openCorpus(folder: string): Corpus {
  const manifest = readManifest(folder);
  const count = manifest.shards.reduce((sum, { start, end }) => sum + end - start, 0);
  return { folder, manifest, count };
}

/**
 * Finds a sample by its number: its place in the corpus, of which a part has some numbers only.
 *
 * @param corpus what openCorpus gave
 * @param sampleIndex number of the sample
 * @returns the place, for SampleSelection
 * @throws UsageError naming the numbers that are there
 */
export function placeOfSample({ folder, manifest }: Corpus, sampleIndex: number): number {
  let before = 0;
  for (const { start, end } of manifest.shards) {
    if (sampleIndex >= start && sampleIndex < end) return before + sampleIndex - start;
    before += end - start;
  }
  const wanted = `sample must be one of ${rangesOf(manifest).join(", ")}`;
  throw usageError({ action: "read corpus", where: folder }, wanted, String(sampleIndex));
}

/** The numbers of the samples that are there, such as "0 to 63"; shards side by side are one range. */
function rangesOf({ shards }: CorpusManifest): string[] {
  const ranges: [number, number][] = [];
  for (const { start, end } of shards) {
    const last = ranges.at(-1);
    if (last?.[1] === start) last[1] = end;
    else ranges.push([start, end]);
  }
  return ranges.map(([start, end]) => `${start} to ${end - 1}`);
}

/**
 * Reads samples one row group at a time: memory stays bounded, and no other group is loaded.
 *
 * @param corpus what openCorpus gave
 * @param selection which samples
 * @yields labels and pictures in order
 * @throws Error naming the shard that is missing or broken
 */
export async function* readSamples(
  corpus: Corpus,
  selection: SampleSelection = {},
): AsyncGenerator<StoredSample, void, undefined> {
  for await (const row of readRows(corpus, ["image", ...LABEL_COLUMN_NAMES], selection)) {
    yield { labels: labelsOfRow(row), picture: row["image"] as StoredImage };
  }
}

/**
 * Decodes a stored picture.
 *
 * @param picture 16-bit PNG
 * @returns the image in its absolute unit, with its pixel size
 */
export async function decodePicture({ bytes, path }: StoredImage): Promise<GrayImage> {
  return frameImage(await readMicrograph(bytes, path));
}

/**
 * Reads labels without images: a small share of the files' bytes.
 *
 * @param corpus what openCorpus gave
 * @param selection which samples; all by default
 * @returns labels of the samples, in order
 */
export async function readLabels(corpus: Corpus, selection: SampleSelection = {}): Promise<SampleLabels[]> {
  const labels: SampleLabels[] = [];
  for await (const row of readRows(corpus, LABEL_COLUMN_NAMES, selection)) labels.push(labelsOfRow(row));
  return labels;
}

/** An aggregate of a corpus, with the number of its sample. */
export interface StoredAggregate {
  readonly sampleIndex: number;
  readonly aggregate: Aggregate;
}

/**
 * Reads the aggregates of samples as they are stored.
 *
 * @param corpus what openCorpus gave
 * @param materials first and second, by the corpus's recipe; where samples chose theirs, these stand in the rows
 * @param selection which samples
 * @param known the materials that samples chose from, beyond those that ship with the suite
 * @yields number and aggregate of each sample, in order
 */
export async function* storedAggregates(
  corpus: Corpus,
  materials: Aggregate["materials"],
  selection: SampleSelection = {},
  known: readonly Material[] = materials,
): AsyncGenerator<StoredAggregate, void, undefined> {
  const columns = ["sampleIndex", ...SPHERE_COLUMN_NAMES, ...MATERIAL_COLUMN_NAMES];
  for await (const row of readRows(corpus, columns, selection)) {
    const aggregate = aggregateOfRow(row, materials, known);
    yield { sampleIndex: row["sampleIndex"] as number, aggregate };
  }
}

function aggregateOfRow(
  row: Readonly<Record<string, unknown>>,
  materials: Aggregate["materials"],
  known: readonly Material[],
): Aggregate {
  const [x, y, z, radii, indices] = SPHERE_COLUMN_NAMES.map((name) => row[name] as number[]);
  return {
    particleCount: radii.length,
    centersNm: Float64Array.from(radii.flatMap((_, i) => [x[i], y[i], z[i]])),
    radiiNm: Float64Array.from(radii),
    materialIndices: Uint8Array.from(indices),
    materials: chosenMaterials(row, known) ?? materials,
  };
}

/** A sample read back with its aggregate. */
export interface WholeSample extends StoredSample {
  readonly aggregate: Aggregate;
}

/**
 * Reads whole samples of several parts of a corpus, one part after the other with one reader, for as long as there are parts.
 *
 * @param corpus what openCorpus gave
 * @param materials first and second, by the corpus's recipe
 * @param selections the parts, in the order in which they are read; may be endless
 * @param known the materials that samples chose from
 * @yields labels, pictures and aggregates
 * @throws Error naming the shard that is missing or broken
 */
export async function* readParts(
  corpus: Corpus,
  materials: Aggregate["materials"],
  selections: Iterable<SampleSelection>,
  known: readonly Material[] = materials,
): AsyncGenerator<WholeSample, void, undefined> {
  const columns = ["image", ...LABEL_COLUMN_NAMES, ...SPHERE_COLUMN_NAMES, ...MATERIAL_COLUMN_NAMES];
  const reader = startParquetReader();
  try {
    for (const selection of selections) {
      for await (const row of readSelection(corpus, columns, { reader, selection })) {
        const aggregate = aggregateOfRow(row, materials, known);
        yield { labels: labelsOfRow(row), picture: row["image"] as StoredImage, aggregate };
      }
    }
  } finally {
    reader.end();
  }
}

/** The materials that a sample chose; null where its corpus leaves no choice. */
function chosenMaterials(
  row: Readonly<Record<string, unknown>>,
  known: readonly Material[],
): Aggregate["materials"] | null {
  const [first, second] = MATERIAL_COLUMN_NAMES.map((name) => row[name] as string | undefined);
  if (first === undefined || second === undefined) return null;
  return [findMaterial(first, known), findMaterial(second, known)];
}

/**
 * Reads some columns of some samples, one row group of one shard at a time.
 *
 * @param corpus what openCorpus gave
 * @param columns names of columns
 * @param selection which samples
 * @yields rows by column name, in order
 */
export async function* readRows(
  corpus: Corpus,
  columns: readonly string[],
  selection: SampleSelection = {},
): AsyncGenerator<Record<string, unknown>, void, undefined> {
  const reader = startParquetReader();
  try {
    yield* readSelection(corpus, columns, { reader, selection });
  } finally {
    reader.end();
  }
}

async function* readSelection(
  { folder, manifest }: Corpus,
  columns: readonly string[],
  { reader, selection }: { readonly reader: ParquetReader; readonly selection: SampleSelection },
): AsyncGenerator<Record<string, unknown>, void, undefined> {
  const { start = 0, count = Infinity } = selection;
  let shardStart = 0;
  for (const shard of manifest.shards) {
    const rowCount = shard.end - shard.start;
    const first = Math.max(0, start - shardStart);
    const last = Math.min(rowCount, start + count - shardStart);
    shardStart += rowCount;
    if (first >= last) continue;
    const file = await openShard(reader, folder, shard);
    let groupStart = 0;
    for (const groupRows of file.groupRowCounts) {
      const [from, to] = [Math.max(first, groupStart), Math.min(last, groupStart + groupRows)];
      groupStart += groupRows;
      if (from < to) yield* await readPart(file, { folder, shard, columns, from, to });
    }
  }
}

async function openShard(reader: ParquetReader, folder: string, shard: ShardRecord): Promise<ParquetFile> {
  const file = await reader.open(join(folder, shard.file)).catch((cause: unknown) => {
    throw brokenShard(folder, shard, cause);
  });
  if (file.rowCount === shard.end - shard.start) return file;
  throw brokenShard(folder, shard, new Error(`${file.rowCount} rows`));
}

interface RowRange {
  readonly folder: string;
  readonly shard: ShardRecord;
  readonly columns: readonly string[];
  readonly from: number;
  readonly to: number;
}

async function readPart(file: ParquetFile, range: RowRange): Promise<Record<string, unknown>[]> {
  try {
    const rows = await file.read(range.columns, range.from, range.to);
    const fault = rows.map((row) => rowFault(row, range.columns)).find((one) => one !== null);
    if (fault !== undefined) throw new RangeError(fault);
    return rows;
  } catch (cause) {
    if (cause instanceof UnpackedSizeError) throw cause;
    throw brokenShard(range.folder, range.shard, cause);
  }
}

function brokenShard(folder: string, { file, start, end }: ShardRecord, cause: unknown): Error {
  const got = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "no file" : (cause as Error).message;
  return new Error(
    `Cannot read corpus: shard must hold samples ${start} to ${end - 1}, got ${got} (${join(folder, file)}); ` +
      `make it again with heterostem corpus verify ${folder} --repair`,
    { cause },
  );
}
