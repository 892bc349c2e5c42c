import type { DecodedMicrograph } from "../micrograph.ts";
import { ARBITRARY_INTENSITY } from "../micrograph.ts";
import { chosenSeries } from "../read-options.ts";
import type { ReadOptions } from "../read-options.ts";
import { unreadable } from "../unreadable.ts";
import { axesOfShape } from "./axes-of-shape.ts";
import type { Hdf5File } from "./hdf5-file.ts";

/**
 * Reads any HDF5 file: its numeric datasets are the series, the first with two or more axes is the default.
 *
 * @throws RangeError where there is no numeric dataset
 */
export function readPlainHdf5(file: Hdf5File, options: ReadOptions): DecodedMicrograph {
  const { datasets } = file;
  if (datasets.length === 0) throw unreadable("HDF5 file must hold a numeric dataset", "none");
  const names = datasets.map((dataset) => dataset.path);
  const firstImage = datasets.findIndex((dataset) => dataset.shape.length >= 2);
  const series = chosenSeries("HDF5", names, options, Math.max(0, firstImage));
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
