import type { DecodedMicrograph } from "../micrograph.ts";
import { ARBITRARY_INTENSITY } from "../micrograph.ts";
import { chosenSeries } from "../read-options.ts";
import type { ReadOptions } from "../read-options.ts";
import { axesOfShape } from "./axes-of-shape.ts";
import type { StatedStep } from "./axes-of-shape.ts";
import type { Hdf5File } from "./hdf5-file.ts";

/**
 * Reads a Berkeley (NCEM) EMD file: groups marked emd_group_type 1 with a dataset "data" and vectors "dim1", "dim2", ...
 * that hold the coordinates along each axis.
 *
 * @returns the array with the step of each axis; null where the file is not of this kind
 */
export function readNcemEmd(file: Hdf5File, options: ReadOptions): DecodedMicrograph | null {
  const groups = file.groups.filter((path) => {
    const mark = file.attributes(path)["emd_group_type"];
    return mark !== undefined && file.datasets.some((dataset) => dataset.path === `${path}/data`);
  });
  if (groups.length === 0) return null;
  const series = chosenSeries("NCEM EMD", groups, options);
  const group = groups[series];
  const dataset = file.datasets.find((candidate) => candidate.path === `${group}/data`);
  if (dataset === undefined) return null;
  // the first format counts dimensions from 1, the second from 0
  const first = file.datasets.some((candidate) => candidate.path === `${group}/dim0`) ? 0 : 1;
  const steps = dataset.shape.map((_, axis) => stepOf(file, `${group}/dim${axis + first}`));
  const sections = ["microscope", "sample", "user", "comments"].filter((name) => file.groups.includes(name));
  const metadata = Object.fromEntries(
    sections.flatMap((name) =>
      Object.entries(file.attributes(name)).map(([key, value]) => [`${name}.${key}`, value]),
    ),
  );
  return {
    format: "NCEM EMD",
    dtype: dataset.dtype,
    axes: axesOfShape(dataset.shape, steps),
    values: file.values(dataset),
    intensity: ARBITRARY_INTENSITY,
    metadata,
    seriesNames: groups,
    series,
    warnings: [],
  };
}

/** Units are written with underscores: "n_m", "[n_m]". The step is that between the first two coordinates. */
function stepOf(file: Hdf5File, path: string): StatedStep | undefined {
  const dimension = file.datasets.find((dataset) => dataset.path === path);
  if (dimension === undefined || dimension.shape[0] < 2) return undefined;
  const unit = file.attributes(path)["units"];
  const coordinates = file.values(dimension);
  const pixelUnit = typeof unit === "string" ? unit.replaceAll(/[[\]_]/g, "") : null;
  return { pixelSize: meanStep(coordinates), pixelUnit };
}

/** First to last over their number: float32 coordinates make single differences coarse. */
function meanStep(coordinates: ArrayLike<number>): number {
  const last = coordinates.length - 1;
  return (coordinates[last] - coordinates[0]) / last;
}
