import { normalUnit } from "../../core/index.ts";
import type { DecodedMicrograph, MetadataValue, MicrographAxis, PixelArray } from "../micrograph.ts";
import { ARBITRARY_INTENSITY } from "../micrograph.ts";
import { chosenSeries } from "../read-options.ts";
import type { ReadOptions } from "../read-options.ts";
import type { Hdf5Dataset, Hdf5File } from "./hdf5-file.ts";

const DATA = /^Data\/(Image|Spectrum)\/[^/]+\/Data$/;

/**
 * Reads a Velox EMD file: images as [height, width, frames] and spectra as [channels, 1], each with JSON metadata in
 * zero-padded columns. Images of a dark-field detector come before others, those before element maps, those before
 * transforms and spectra.
 *
 * @returns [frame, y, x] without the frame axis for one frame; null where the file is not of this kind
 */
export function readVeloxEmd(file: Hdf5File, options: ReadOptions): DecodedMicrograph | null {
  const found = file.datasets.filter((dataset) => DATA.test(dataset.path));
  if (found.length === 0) return null;
  const labels = displayLabels(file);
  const described = found.map((dataset) => {
    const metadata = metadataOf(file, dataset);
    return { dataset, metadata, ...kindOf(dataset, metadata, labels) };
  });
  const names = described.map(({ name }) => name);
  const ranks = described.map(({ rank }) => rank);
  const series = chosenSeries("Velox EMD", names, options, ranks.indexOf(Math.max(...ranks)));
  const { dataset, metadata } = described[series];
  const isImage = dataset.path.startsWith("Data/Image");
  return {
    format: "Velox EMD",
    dtype: dataset.dtype,
    ...(isImage ? imageOf(file, dataset, metadata) : spectrumOf(file, dataset, metadata)),
    intensity: ARBITRARY_INTENSITY,
    metadata,
    seriesNames: names,
    series,
    warnings: [],
  };
}

type Metadata = Readonly<Record<string, MetadataValue>>;

/** Detectors of characteristic X-rays, whose images are maps of an element. */
const X_RAY_DETECTOR = /super-?x|dual-?x|ultra-?x|eds|edx|analytical/i;
/** A chemical symbol, with or without an X-ray line: "Ti", "Fe K", "Au-L". */
const ELEMENT = /^[A-Z][a-z]?(?:[\s-]+[KLM][\w\u03b1\u03b2]*)?$/;

/** What a dataset is called, and how surely it shows the specimen. */
function kindOf(
  dataset: Hdf5Dataset,
  metadata: Metadata,
  labels: ReadonlyMap<string, string>,
): { readonly name: string; readonly rank: number } {
  const [, group, id] = dataset.path.split("/");
  const detector = detectorOf(metadata);
  const label = labels.get(id) ?? "";
  const called = (kind: string, what: string) => `${kind} ${what}`.trim();
  if (group === "Spectrum") return { name: called(group, detector || label), rank: 0 };
  if (dataset.isTransform) return { name: called("FFT", label || detector), rank: 0 };
  if (X_RAY_DETECTOR.test(detector) || ELEMENT.test(label)) {
    return { name: called("Map", label || detector), rank: 1 };
  }
  const name = called("Image", detector || label);
  return { name, rank: dataset.dtype.startsWith("complex") ? 0 : /haadf|hadf/i.test(name) ? 3 : 2 };
}

/** Name of the detector; files from Velox 2.3 on give its place in a list instead. */
function detectorOf(metadata: Metadata): string {
  const stated = metadata["BinaryResult.Detector"];
  if (stated !== undefined && stated !== "") return String(stated);
  const index = String(metadata["BinaryResult.DetectorIndex"] ?? "");
  const of = (key: string) => String(metadata[`Detectors.Detector-${index}.${key}`] ?? "");
  return of("DetectorName") || of("DetectorType") || index;
}

/** Where each version keeps how its windows call the images: the element, for maps. */
const DISPLAYS = ["Presentation/Displays/ImageDisplay", "Displays/ImageDisplay"] as const;

/** What the windows of Velox call the images, by the name of their group. */
function displayLabels(file: Hdf5File): Map<string, string> {
  const labels = new Map<string, string>();
  for (const folder of DISPLAYS) {
    for (const name of file.names(folder)) {
      const display = parsed(file.text(`${folder}/${name}`));
      // from version 11 on, the window names a reference, which names the data
      const reference = display["data"] === undefined ? display : parsed(file.text(String(display["data"])));
      const id = String(reference["dataPath"] ?? "")
        .split("/")
        .at(-1);
      const label = display["display.label"] ?? display["id"];
      if (id && typeof label === "string") labels.set(id, label);
    }
  }
  return labels;
}

/** JSON as flat text keys; nothing where it is damaged, since an image is good without its name. */
function parsed(text: string | null): Record<string, MetadataValue> {
  try {
    return flatten(JSON.parse(text ?? "{}"));
  } catch {
    return {};
  }
}

/** The metadata of the first frame: JSON in the first column, one byte an element, zeros behind it. */
function metadataOf(file: Hdf5File, dataset: Hdf5Dataset): Record<string, MetadataValue> {
  const path = dataset.path.replace(/Data$/, "Metadata");
  const stored = file.datasets.find((candidate) => candidate.path === path);
  if (stored === undefined) return {};
  const columns = stored.shape[1] ?? 1;
  const values = file.values(stored);
  const bytes = Uint8Array.from({ length: stored.shape[0] }, (_, i) => values[i * columns]);
  const end = bytes.indexOf(0);
  return parsed(Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("utf8"));
}

function flatten(value: unknown, prefix = "", into: Record<string, MetadataValue> = {}) {
  if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value))
      flatten(child, prefix === "" ? key : `${prefix}.${key}`, into);
  } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    into[prefix] = value;
  return into;
}

function imageOf(file: Hdf5File, dataset: Hdf5Dataset, metadata: Metadata) {
  const [height, width, frameCount = 1] = dataset.shape;
  const step = (size: string, unit: string) => {
    const pixelSize = Number(metadata[`BinaryResult.PixelSize.${size}`]);
    const pixelUnit = metadata[`BinaryResult.${unit}`];
    const isKnown = Number.isFinite(pixelSize) && pixelSize > 0 && typeof pixelUnit === "string";
    if (!isKnown) return { pixelSize: null, pixelUnit: dataset.isTransform ? "1/m" : null };
    return { pixelSize, pixelUnit: dataset.isTransform ? "1/m" : normalUnit(pixelUnit) };
  };
  const plane: MicrographAxis[] = [
    { name: "y", size: height, ...step("height", "PixelUnitY") },
    { name: "x", size: width, ...step("width", "PixelUnitX") },
  ];
  const values = framesFirst(file.values(dataset), height * width, frameCount);
  const frames: MicrographAxis = { name: "frame", size: frameCount, pixelSize: null, pixelUnit: null };
  return { axes: frameCount === 1 ? plane : [frames, ...plane], values };
}

/** [pixel, frame] to [frame, pixel]. */
function framesFirst(values: PixelArray, pixelCount: number, frameCount: number): PixelArray {
  if (frameCount === 1) return values;
  const result = values.slice();
  for (let frame = 0; frame < frameCount; frame++) {
    for (let pixel = 0; pixel < pixelCount; pixel++) {
      result[frame * pixelCount + pixel] = values[pixel * frameCount + frame];
    }
  }
  return result;
}

function spectrumOf(file: Hdf5File, dataset: Hdf5Dataset, metadata: Metadata) {
  const index = String(metadata["BinaryResult.DetectorIndex"] ?? "");
  const dispersion = Number(metadata[`Detectors.Detector-${index}.Dispersion`]);
  const isKnown = Number.isFinite(dispersion) && dispersion > 0;
  const step = isKnown ? { pixelSize: dispersion, pixelUnit: "eV" } : { pixelSize: null, pixelUnit: null };
  const channelCount = dataset.shape.reduce((product, size) => product * size, 1);
  const axes: MicrographAxis[] = [{ name: "signal", size: channelCount, ...step }];
  return { axes, values: file.values(dataset) };
}
