import type { DecodedMicrograph, MicrographAxis } from "../micrograph.ts";
import { ARBITRARY_INTENSITY } from "../micrograph.ts";
import { chosenSeries } from "../read-options.ts";
import type { ReadOptions } from "../read-options.ts";
import { axesOfShape } from "./axes-of-shape.ts";
import type { StatedStep } from "./axes-of-shape.ts";
import type { Hdf5Dataset, Hdf5File } from "./hdf5-file.ts";
import { likeliestImage } from "../pixel-geometry.ts";

/**
 * Reads a Berkeley (NCEM) EMD file: groups marked emd_group_type with one array, mostly called "data", and vectors "dim1",
 * "dim2", ... that hold the coordinates along each axis. Arrays over lengths come before others.
 *
 * Prismatic and older py4DSTEM call the array "realslice" or "datacube".
 *
 * @returns the array with the step of each axis; null where the file is not of this kind
 */
export function readNcemEmd(file: Hdf5File, options: ReadOptions): DecodedMicrograph | null {
  const found = file.groups.flatMap((group) => {
    const dataset = file.attributes(group)["emd_group_type"] === undefined ? undefined : arrayOf(file, group);
    return dataset === undefined ? [] : [{ group, dataset }];
  });
  if (found.length === 0) return null;
  const names = found.map(({ group }) => group);
  const series = chosenSeries(
    "NCEM EMD",
    names,
    options,
    likeliestImage(found.map((one) => axesOf(file, one))),
  );
  const { dataset } = found[series];
  const sections = ["microscope", "sample", "user", "comments"].filter((name) => file.groups.includes(name));
  const metadata = Object.fromEntries(
    sections.flatMap((name) =>
      Object.entries(file.attributes(name)).map(([key, value]) => [`${name}.${key}`, value]),
    ),
  );
  return {
    format: "NCEM EMD",
    dtype: dataset.dtype,
    axes: axesOf(file, found[series]),
    values: file.values(dataset),
    intensity: ARBITRARY_INTENSITY,
    metadata,
    seriesNames: names,
    series,
    warnings: [],
  };
}

/** An array of a group, and where it lies. */
interface NcemArray {
  readonly group: string;
  readonly dataset: Hdf5Dataset;
}

/** The array of a group: "data", else the only one that is no vector of coordinates. */
function arrayOf(file: Hdf5File, group: string): Hdf5Dataset | undefined {
  const own = file.datasets.filter(({ path }) => path.slice(0, path.lastIndexOf("/")) === group);
  const named = own.find(({ path }) => path === `${group}/data`);
  const arrays = own.filter(({ path }) => !/\/dim\d+$/.test(path));
  return named ?? (arrays.length === 1 ? arrays[0] : undefined);
}

function axesOf(file: Hdf5File, { group, dataset }: NcemArray): MicrographAxis[] {
  // the first format counts dimensions from 1, the second from 0
  const first = file.datasets.some(({ path }) => path === `${group}/dim0`) ? 0 : 1;
  return axesOfShape(
    dataset.shape,
    dataset.shape.map((_, axis) => stepOf(file, `${group}/dim${axis + first}`)),
  );
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
