import type { DecodedMicrograph } from "../micrograph.ts";
import { ARBITRARY_INTENSITY } from "../micrograph.ts";
import { chosenSeries } from "../read-options.ts";
import type { ReadOptions } from "../read-options.ts";
import { unreadable, withRemedy } from "../unreadable.ts";
import { axesOfShape } from "./axes-of-shape.ts";
import type { Hdf5Dataset, Hdf5File } from "./hdf5-file.ts";

/**
 * Reads any HDF5 file: its numeric datasets are the series, the first that can be an image is the default.
 *
 * @throws RangeError where there is no numeric dataset
 */
export function readPlainHdf5(file: Hdf5File, options: ReadOptions): DecodedMicrograph {
  const { datasets, externalLinks } = file;
  if (datasets.length === 0) {
    const [link] = externalLinks;
    const linked = withRemedy(`only links to other files (${link})`, "give the file that they name");
    const got = link === undefined ? "none" : linked;
    throw unreadable("HDF5 file must hold a numeric dataset", got);
  }
  const names = datasets.map((dataset) => dataset.path);
  // tables and text as bytes have two axes too, but one of them is short
  const isPlane = ({ shape }: Hdf5Dataset) => shape.length >= 2 && Math.min(...shape.slice(-2)) > 4;
  const isMatrix = ({ shape }: Hdf5Dataset) => shape.length >= 2;
  const firstImage = [isPlane, isMatrix].map((is) => datasets.findIndex(is)).find((place) => place >= 0) ?? 0;
  const series = chosenSeries("HDF5", names, options, firstImage);
  const dataset = datasets[series];
  return {
    format: "HDF5",
    dtype: dataset.dtype,
    axes: axesOfShape(dataset.shape, []),
    values: file.values(dataset),
    intensity: ARBITRARY_INTENSITY,
    metadata: { ...file.attributes(dataset.path) },
    seriesNames: names,
    series,
    warnings: ["no known layout (Velox, NCEM, HyperSpy): axes are guessed from their number"],
  };
}
