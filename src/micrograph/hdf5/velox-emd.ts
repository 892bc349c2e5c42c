import { normalUnit } from "../../core/index.ts";
import type { DecodedMicrograph, MetadataValue, MicrographAxis, PixelArray } from "../micrograph.ts";
import { ARBITRARY_INTENSITY } from "../micrograph.ts";
import { chosenSeries } from "../read-options.ts";
import type { ReadOptions } from "../read-options.ts";
import type { Hdf5Dataset, Hdf5File } from "./hdf5-file.ts";

const DATA = /^Data\/(Image|Spectrum)\/[^/]+\/Data$/;

/**
 * Reads a Velox EMD file: images as [height, width, frames] and spectra as [channels, 1], each with JSON metadata in
 * zero-padded columns.
 *
 * @returns [frame, y, x] without the frame axis for one frame; null where the file is not of this kind
 */
export function readVeloxEmd(file: Hdf5File, options: ReadOptions): DecodedMicrograph | null {
  const found = file.datasets.filter((dataset) => DATA.test(dataset.path));
  if (found.length === 0) return null;
  const described = found.map((dataset) => ({ dataset, metadata: metadataOf(file, dataset) }));
  const names = described.map(({ dataset, metadata }) => {
    const detector = metadata["BinaryResult.Detector"] ?? metadata["BinaryResult.DetectorIndex"] ?? "";
    return `${dataset.path.split("/")[1]} ${String(detector)}`.trim();
  });
  const series = chosenSeries("Velox EMD", names, options);
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

/** The metadata of the first frame: JSON in the first column, one byte an element, zeros behind it. */
function metadataOf(file: Hdf5File, dataset: Hdf5Dataset): Record<string, MetadataValue> {
  const path = dataset.path.replace(/Data$/, "Metadata");
  const stored = file.datasets.find((candidate) => candidate.path === path);
  if (stored === undefined) return {};
  const columns = stored.shape[1] ?? 1;
  const values = file.values(stored);
  const bytes = Uint8Array.from({ length: stored.shape[0] }, (_, i) => values[i * columns]);
  const end = bytes.indexOf(0);
  try {
    return flatten(JSON.parse(Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("utf8")));
  } catch {
    return {}; // the image is good without its metadata; the missing pixel size shows
  }
}

function flatten(value: unknown, prefix = "", into: Record<string, MetadataValue> = {}) {
  if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value))
      flatten(child, prefix === "" ? key : `${prefix}.${key}`, into);
  } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    into[prefix] = value;
  return into;
}

function imageOf(file: Hdf5File, dataset: Hdf5Dataset, metadata: Readonly<Record<string, MetadataValue>>) {
  const [height, width, frameCount = 1] = dataset.shape;
  const step = (size: string, unit: string) => {
    const pixelSize = Number(metadata[`BinaryResult.PixelSize.${size}`]);
    const pixelUnit = metadata[`BinaryResult.${unit}`];
    const isKnown = Number.isFinite(pixelSize) && pixelSize > 0 && typeof pixelUnit === "string";
    return isKnown ? { pixelSize, pixelUnit: normalUnit(pixelUnit) } : { pixelSize: null, pixelUnit: null };
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

function spectrumOf(file: Hdf5File, dataset: Hdf5Dataset, metadata: Readonly<Record<string, MetadataValue>>) {
  const index = String(metadata["BinaryResult.DetectorIndex"] ?? "");
  const dispersion = Number(metadata[`Detectors.Detector-${index}.Dispersion`]);
  const isKnown = Number.isFinite(dispersion) && dispersion > 0;
  const step = isKnown ? { pixelSize: dispersion, pixelUnit: "eV" } : { pixelSize: null, pixelUnit: null };
  const channelCount = dataset.shape.reduce((product, size) => product * size, 1);
  const axes: MicrographAxis[] = [{ name: "signal", size: channelCount, ...step }];
  return { axes, values: file.values(dataset) };
}
