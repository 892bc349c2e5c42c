import { withHdf5File } from "./hdf5/hdf5-file.ts";
import { readHspy } from "./hdf5/hspy.ts";
import { readNcemEmd } from "./hdf5/ncem-emd.ts";
import { readPlainHdf5 } from "./hdf5/plain-hdf5.ts";
import { readVeloxEmd } from "./hdf5/velox-emd.ts";
import type { DecodedMicrograph } from "./micrograph.ts";
import type { ReadOptions } from "./read-options.ts";

/**
 * Reads HDF5 files: Velox EMD, Berkeley EMD, HyperSpy, or the datasets of any other.
 *
 * @param bytes the whole file
 * @param options which image or dataset
 * @returns the array with its axes
 * @throws RangeError where the file does not open or holds no numbers
 */
export function readHdf5(bytes: Uint8Array, options: ReadOptions = {}): Promise<DecodedMicrograph> {
  return withHdf5File(
    bytes,
    (file) =>
      readVeloxEmd(file, options) ??
      readNcemEmd(file, options) ??
      readHspy(file, options) ??
      readPlainHdf5(file, options),
  );
}
