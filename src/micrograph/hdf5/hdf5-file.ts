import { Dataset, File as OpenFile, Group, ready } from "h5wasm";
import type { MetadataValue, PixelArray, PixelType } from "../micrograph.ts";
import { checkedValueCount, unreadable } from "../unreadable.ts";

/** A dataset that holds numbers, by its path from the root, without a leading slash. */
export interface Hdf5Dataset {
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: PixelType;
}

/** An open HDF5 file; only valid inside `withHdf5File`. */
export interface Hdf5File {
  /** All numeric datasets in the order of the file's names. */
  readonly datasets: readonly Hdf5Dataset[];
  /** Paths of all groups. */
  readonly groups: readonly string[];
  /** Scalar attributes of a group or dataset; "" is the root. */
  attributes(path: string): Readonly<Record<string, MetadataValue>>;
  /** Values of a numeric dataset, row-major. */
  values(dataset: Hdf5Dataset): PixelArray;
}

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

/** Where the bytes lie in the library's memory file system while a file is open. */
const SCRATCH = "/micrograph.h5";
const MAX_NODES = 20_000;
/** Deflate cannot shrink by more; a dataset that promises more was not written into this file. */
const LARGEST_EXPANSION = 1032;

/**
 * Opens an HDF5 file from its bytes for the duration of a function.
 *
 * @throws RangeError when the library cannot read the file
 */
export async function withHdf5File<T>(bytes: Uint8Array, use: (file: Hdf5File) => T): Promise<T> {
  const library = await ready;
  // without it the library prints its troubles and carries on with empty handles
  library.activate_throwing_error_handler();
  library.FS.writeFile(SCRATCH, bytes);
  try {
    const file = new OpenFile(SCRATCH, "r");
    try {
      return use(viewOf(file, bytes.length));
    } finally {
      file.close();
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw unreadable("HDF5 structure must be whole", libraryReason(cause), undefined, cause);
  } finally {
    library.FS.unlink(SCRATCH);
  }
}

/** The innermost line of the library's error stack: "... in H5F_open(): truncated file: ...". */
function libraryReason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return [...text.matchAll(/ in \w+\(\): (.*)/g)].at(-1)?.[1] ?? text.slice(0, 200);
}

function viewOf(file: OpenFile, byteLength: number): Hdf5File {
  const groups: string[] = [];
  const datasets: Hdf5Dataset[] = [];
  visit(file, "", { groups, datasets });
  return {
    groups,
    datasets,
    attributes: (path) => scalarAttributes(path === "" ? file : file.get(path)),
    values: (dataset) => readValues(file, dataset, byteLength),
  };
}

function visit(group: Group, path: string, found: { groups: string[]; datasets: Hdf5Dataset[] }): void {
  for (const key of group.keys()) {
    if (found.groups.length + found.datasets.length >= MAX_NODES) return;
    const child = group.get(key);
    const childPath = path === "" ? key : `${path}/${key}`;
    // a group that is its own ancestor shows as ever longer paths
    if (child instanceof Group && path.split("/").length < 32) {
      found.groups.push(childPath);
      visit(child, childPath, found);
    } else if (child instanceof Dataset) {
      const dtype = pixelTypeOf(child);
      const shape = child.shape;
      if (dtype !== null && shape !== null && shape.length > 0)
        found.datasets.push({ path: childPath, shape, dtype });
    }
  }
}

function pixelTypeOf(dataset: Dataset): PixelType | null {
  const { dtype } = dataset;
  if (typeof dtype === "string") return DTYPES[dtype.slice(1)] ?? null;
  // h5py writes complex numbers as a compound of r and i
  const members = dataset.metadata.compound_type?.members ?? [];
  const isComplex = members.length === 2 && members[0].name === "r" && members[1].name === "i";
  return isComplex ? (members[0].size === 4 ? "complex64" : "complex128") : null;
}

function readValues(file: OpenFile, dataset: Hdf5Dataset, byteLength: number): PixelArray {
  const count = checkedValueCount("HDF5 dataset", dataset.shape, 8);
  if (count > LARGEST_EXPANSION * byteLength) {
    const wanted = `HDF5 dataset ${dataset.path} must fit in a file of ${byteLength} bytes`;
    throw unreadable(wanted, dataset.shape.join(" x "));
  }
  const node = file.get(dataset.path);
  const value = node instanceof Dataset ? node.value : null;
  if (dataset.dtype.startsWith("complex")) return interleaved(value, dataset.dtype);
  if (value instanceof BigInt64Array || value instanceof BigUint64Array)
    return Float64Array.from(value, Number);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return value as PixelArray;
  throw unreadable(`HDF5 dataset ${dataset.path} must hold numbers`, typeof value);
}

function interleaved(value: unknown, dtype: PixelType): PixelArray {
  const pairs = value as readonly (readonly [number, number])[];
  const result =
    dtype === "complex64" ? new Float32Array(2 * pairs.length) : new Float64Array(2 * pairs.length);
  for (const [i, [re, im]] of pairs.entries()) result.set([re, im], 2 * i);
  return result;
}

function scalarAttributes(node: unknown): Record<string, MetadataValue> {
  const result: Record<string, MetadataValue> = {};
  if (!(node instanceof Group || node instanceof Dataset)) return result;
  for (const [name, attribute] of Object.entries(node.attrs)) {
    const { value } = attribute;
    if (typeof value === "bigint") result[name] = Number(value);
    else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      result[name] = value;
  }
  return result;
}
