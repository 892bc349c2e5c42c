import type { DecodedMicrograph, MicrographAxis } from "../micrograph.ts";
import { ARBITRARY_INTENSITY } from "../micrograph.ts";
import { chosenSeries } from "../read-options.ts";
import type { ReadOptions } from "../read-options.ts";
import { axesOfShape } from "./axes-of-shape.ts";
import type { StatedStep } from "./axes-of-shape.ts";
import type { Hdf5Dataset, Hdf5File } from "./hdf5-file.ts";
import { likeliestImage } from "../pixel-geometry.ts";

const DATA = /^Experiments\/[^/]+\/data$/;

/**
 * Reads a HyperSpy file (.hspy): /Experiments/NAME with a dataset "data" and groups "axis-0", "axis-1", ... that have
 * scale and units.
 *
 * @returns the array with the step of each axis; null where the file is not of this kind
 */
export function readHspy(file: Hdf5File, options: ReadOptions): DecodedMicrograph | null {
  const found = file.datasets.filter((dataset) => DATA.test(dataset.path));
  if (found.length === 0) return null;
  const names = found.map((dataset) => dataset.path.split("/")[1]);
  const axes = found.map((dataset) => axesOf(file, dataset));
  const series = chosenSeries("HSPY", names, options, likeliestImage(axes));
  const dataset = found[series];
  return {
    format: "HSPY",
    dtype: dataset.dtype,
    axes: axes[series],
    values: file.values(dataset),
    intensity: ARBITRARY_INTENSITY,
    metadata: metadataUnder(file, `${baseOf(dataset)}/metadata`),
    seriesNames: names,
    series,
    warnings: [],
  };
}

/** The experiment that a dataset belongs to. */
const baseOf = ({ path }: Hdf5Dataset) => path.replace(/\/data$/, "");

function axesOf(file: Hdf5File, dataset: Hdf5Dataset): MicrographAxis[] {
  const steps = dataset.shape.map((_, axis): StatedStep | undefined => {
    const { scale, units } = file.attributes(`${baseOf(dataset)}/axis-${axis}`);
    if (typeof scale !== "number") return undefined;
    const isStated = typeof units === "string" && units !== "" && !units.startsWith("_");
    return { pixelSize: scale, pixelUnit: isStated ? units : null };
  });
  return axesOfShape(dataset.shape, steps);
}

function metadataUnder(file: Hdf5File, base: string) {
  const groups = file.groups.filter((path) => path === base || path.startsWith(`${base}/`));
  return Object.fromEntries(
    groups.flatMap((path) => {
      const prefix = path.slice(base.length + 1).replaceAll("/", ".");
      const entries = Object.entries(file.attributes(path));
      return entries.map(([key, value]) => [prefix === "" ? key : `${prefix}.${key}`, value]);
    }),
  );
}
