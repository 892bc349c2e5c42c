import type { DecodedMicrograph } from "../micrograph.ts";
import type { ReadOptions } from "../read-options.ts";
import { withHdf5File } from "./hdf5-file.ts";
import { readHspy } from "./hspy.ts";
import { readNcemEmd } from "./ncem-emd.ts";
import { readPlainHdf5 } from "./plain-hdf5.ts";
import { readVeloxEmd } from "./velox-emd.ts";

/**
 * Decodes an HDF5 file in this thread: Velox EMD, Berkeley EMD, HyperSpy, or the datasets of any other.
 *
 * @param onUnpack hears the unpacked size of a dataset before it is read [bytes]
 * @throws RangeError where the file does not open or holds no numbers
 */
export function decodeHdf5(
  bytes: Uint8Array,
  options: ReadOptions,
  onUnpack: (byteCount: number) => void = () => {},
): Promise<DecodedMicrograph> {
  return withHdf5File(
    bytes,
    (file) =>
      readVeloxEmd(file, options) ??
      readNcemEmd(file, options) ??
      readHspy(file, options) ??
      readPlainHdf5(file, options),
    onUnpack,
  );
}
