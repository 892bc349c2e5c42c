import { Dataset } from "h5wasm";
import type { PixelArray, PixelType } from "../micrograph.ts";
import { bytesPerValue } from "../stored-values.ts";
import { checkedValueCount, unreadable, withRemedy } from "../unreadable.ts";

/** h5wasm's letters for types (Python's struct module). */
const DTYPES: Readonly<Record<string, PixelType>> = {
  B: "uint8",
  b: "int8",
  H: "uint16",
  h: "int16",
  I: "uint32",
  i: "int32",
  Q: "uint64",
  q: "int64",
  f: "float32",
  d: "float64",
};

/** h5py writes complex numbers as a compound of r and i; Velox has names of its own for phase contrast and transforms. */
const COMPLEX_MEMBERS = /^(r i|realFloat(\w*) imagFloat\2)$/;

/** Filters that the library can undo: deflate, shuffle, checksum, n-bit, scale-offset. */
const KNOWN_FILTERS: ReadonlySet<number> = new Set([1, 2, 3, 5, 6]);
/** Names of others, by their registered numbers. */
const FILTER_NAMES: Readonly<Record<number, string>> = {
  4: "szip",
  305: "LZO",
  307: "bzip2",
  32000: "LZF",
  32001: "Blosc",
  32004: "LZ4",
  32008: "bitshuffle",
  32013: "ZFP",
  32015: "Zstandard",
  32026: "Blosc2",
};

/** Deflate cannot shrink by more; a dataset that promises more was not written into this file. */
const LARGEST_EXPANSION = 1032;

/** How the values of a dataset are stored; null where they are no numbers. */
export function pixelTypeOf(dataset: Dataset): PixelType | null {
  const { dtype } = dataset;
  if (typeof dtype === "string") return DTYPES[dtype.slice(1)] ?? null;
  const members = membersOf(dataset);
  const isComplex = COMPLEX_MEMBERS.test(members.map(({ name }) => name).join(" "));
  return isComplex ? (members[0].size === 4 ? "complex64" : "complex128") : null;
}

const membersOf = (dataset: Dataset) => dataset.metadata.compound_type?.members ?? [];
/** Whether a dataset is one half of a Fourier transform, as Velox stores them. */
export const isTransform = (dataset: Dataset) =>
  membersOf(dataset).some(({ name }) => /^realFloatHalf(Even|Odd)$/.test(name));

/** What a dataset may unpack to. */
export interface UnpackLimits {
  /** Of the whole file: a dataset that promises more than deflate can give is refused [bytes]. */
  readonly byteLength: number;
  /** Hears the unpacked size before a dataset is read [bytes]. */
  readonly onUnpack: (byteCount: number) => void;
}

/** The library's memory, its copy, and numbers made of 64-bit integers; pairs are arrays of two for a moment. */
const PEAK_COPIES = 3;
const PEAK_BYTES_PER_PAIR = 120;

/**
 * Values of a numeric dataset, row-major.
 *
 * @throws RangeError for compression by a plug-in, and for pixels that lie in another file
 */
export function readValues(node: unknown, path: string, limits: UnpackLimits): PixelArray {
  if (!(node instanceof Dataset) || node.shape === null)
    throw unreadable(`HDF5 ${path} must be a dataset`, "none");
  const dtype = pixelTypeOf(node);
  const valueBytes = dtype === null ? 8 : bytesPerValue(dtype);
  const isComplex = dtype?.startsWith("complex") === true;
  const peak = isComplex ? PEAK_BYTES_PER_PAIR : PEAK_COPIES * valueBytes;
  const count = checkedValueCount("HDF5 dataset", node.shape, peak);
  if (count * valueBytes > LARGEST_EXPANSION * limits.byteLength) {
    const wanted = `HDF5 dataset ${path} must fit in a file of ${limits.byteLength} bytes`;
    throw unreadable(wanted, node.shape.join(" x "));
  }
  checkReadable(node, path);
  limits.onUnpack(count * valueBytes);
  const { value } = node;
  if (dtype !== null && isComplex) return interleaved(value, dtype);
  if (value instanceof BigInt64Array || value instanceof BigUint64Array)
    return Float64Array.from(value, Number);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return value as PixelArray;
  throw unreadable(`HDF5 dataset ${path} must hold numbers`, typeof value);
}

/** Compression by a plug-in and pixels that lie in other files: the library would fail in its own words, or give zeros. */
function checkReadable(node: Dataset, path: string): void {
  const filter = node.filters.find(({ id }) => !KNOWN_FILTERS.has(id));
  if (filter !== undefined) {
    const got = `${FILTER_NAMES[filter.id] ?? (filter.name || "a filter")} (filter ${filter.id})`;
    const wanted = `HDF5 dataset ${path} must be stored without a filter or with gzip`;
    throw unreadable(wanted, withRemedy(got, "convert it with h5repack -f GZIP=4 IN.h5 OUT.h5"));
  }
  const source = node.metadata.virtual_sources?.find(({ file_name }) => file_name !== ".");
  if (source !== undefined) {
    const got = `a link to ${source.file_name}: ${source.dset_name}`;
    throw unreadable(`HDF5 dataset ${path} must lie in this file`, withRemedy(got, "give that file"));
  }
}

function interleaved(value: unknown, dtype: PixelType): PixelArray {
  const pairs = value as readonly (readonly [number, number])[];
  const result =
    dtype === "complex64" ? new Float32Array(2 * pairs.length) : new Float64Array(2 * pairs.length);
  for (const [i, [re, im]] of pairs.entries()) result.set([re, im], 2 * i);
  return result;
}
