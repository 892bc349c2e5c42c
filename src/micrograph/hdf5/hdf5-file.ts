import { Dataset, ExternalLink, File as OpenFile, Group, ready } from "h5wasm";
import type { MetadataValue, PixelArray, PixelType } from "../micrograph.ts";
import { reasonOf, unreadable } from "../unreadable.ts";
import { isTransform, pixelTypeOf, readValues } from "./hdf5-values.ts";
import type { UnpackLimits } from "./hdf5-values.ts";

/** A dataset that holds numbers, by its path from the root, without a leading slash. */
export interface Hdf5Dataset {
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: PixelType;
  /** Whether it is one half of a Fourier transform, as Velox stores them. */
  readonly isTransform: boolean;
}

/** An open HDF5 file; only valid inside `withHdf5File`. */
export interface Hdf5File {
  /** All numeric datasets in the order of the file's names. */
  readonly datasets: readonly Hdf5Dataset[];
  /** Paths of all groups. */
  readonly groups: readonly string[];
  /** Links into other files, as "path -> file: path". */
  readonly externalLinks: readonly string[];
  /** Scalar attributes of a group or dataset; "" is the root. */
  attributes(path: string): Readonly<Record<string, MetadataValue>>;
  /** Values of a numeric dataset, row-major. */
  values(dataset: Hdf5Dataset): PixelArray;
  /** First text of a dataset of text; null where there is none. */
  text(path: string): string | null;
  /** Names in a group; none where there is no such group. */
  names(path: string): readonly string[];
}

/** Where the bytes lie in the library's memory file system while a file is open. */
const SCRATCH = "/micrograph.h5";
const MAX_NODES = 20_000;

/**
 * Opens an HDF5 file from its bytes for the duration of a function.
 *
 * @throws RangeError when the library cannot read the file
 */
export async function withHdf5File<T>(
  bytes: Uint8Array,
  use: (file: Hdf5File) => T,
  onUnpack: (byteCount: number) => void,
): Promise<T> {
  const library = await ready;
  // without it the library prints its troubles and carries on with empty handles
  library.activate_throwing_error_handler();
  library.FS.writeFile(SCRATCH, bytes);
  try {
    const file = new OpenFile(SCRATCH, "r");
    try {
      return use(viewOf(file, { byteLength: bytes.length, onUnpack }));
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
  return [...text.matchAll(/ in \w+\(\): (.*)/g)].at(-1)?.[1] ?? reasonOf(cause);
}

function viewOf(file: OpenFile, limits: UnpackLimits): Hdf5File {
  const found: Found = { groups: [], datasets: [], externalLinks: [] };
  visit(file, "", found);
  return {
    ...found,
    attributes: (path) => scalarAttributes(path === "" ? file : file.get(path)),
    values: ({ path }) => readValues(file.get(path), path, limits),
    text: (path) => textOf(file.get(path)),
    names: (path) => {
      const group = file.get(path);
      return group instanceof Group ? group.keys() : [];
    },
  };
}

/** What a walk through the file collects. */
interface Found {
  readonly groups: string[];
  readonly datasets: Hdf5Dataset[];
  readonly externalLinks: string[];
}

function visit(group: Group, path: string, found: Found): void {
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
        found.datasets.push({ path: childPath, shape, dtype, isTransform: isTransform(child) });
    } else if (child instanceof ExternalLink) {
      found.externalLinks.push(`${childPath} -> ${child.filename}: ${child.obj_path}`);
    }
  }
}

function textOf(node: unknown): string | null {
  if (!(node instanceof Dataset) || node.metadata.type === undefined || pixelTypeOf(node) !== null)
    return null;
  const { value } = node;
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : null;
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
