import { normalUnit } from "../core/index.ts";
import { sourceOf } from "./byte-source.ts";
import type { ByteSource } from "./byte-source.ts";
import { dmGroup, dmNode, parseDmFile } from "./dm/dm-tags.ts";
import type { DmArray, DmGroup } from "./dm/dm-tags.ts";
import { dmValues, plainDmType } from "./dm/dm-values.ts";
import { ARBITRARY_INTENSITY } from "./micrograph.ts";
import type { AxisName, DecodedMicrograph, MetadataValue, MicrographAxis } from "./micrograph.ts";
import { likeliestImage } from "./pixel-geometry.ts";
import { chosenSeries } from "./read-options.ts";
import type { ReadOptions } from "./read-options.ts";
import type { StoredRows } from "./stored-values.ts";
import { unreadable } from "./unreadable.ts";

/** Axes in these units make a spectrum, not an image. */
const SPECTRAL_UNITS: ReadonlySet<string | null> = new Set(["eV", "keV"]);
const MAX_METADATA = 5000;

/**
 * Reads DigitalMicrograph 3 and 4 files [dmformat]: every data type, packed complex as it is stored; thumbnails are passed over.
 *
 * @returns [..., y, x] with the step and unit of each axis; a spectrum has a signal axis
 * @throws RangeError on damaged files
 */
export function readDm(bytes: Uint8Array, options: ReadOptions = {}): DecodedMicrograph {
  const { file, imageData, data, dataType, ...about } = openImage(sourceOf(bytes), options);
  const { isLittleEndian } = file;
  const stated = statedSizes(imageData);
  const { dtype, values, sizes, channelCount, warnings } = dmValues(
    bytes,
    data,
    dataType,
    stated,
    isLittleEndian,
  );
  return { ...about, dtype, axes: axesOf(imageData, sizes, channelCount), values, warnings };
}

/** The image of a DM file with its values where they lie; null for colours and packed transforms. */
export function openDm(
  source: ByteSource,
  options: ReadOptions,
): { readonly record: Omit<DecodedMicrograph, "values">; readonly stored: StoredRows } | null {
  const { file, imageData, data, dataType, ...about } = openImage(source, options);
  const dtype = plainDmType(dataType);
  const sizes = statedSizes(imageData);
  if (dtype === undefined || sizes.length < 2) return null;
  const whole = { format: "DM", dtype, offset: data.offset, sizes, isLittleEndian: file.isLittleEndian };
  const record = { ...about, dtype, axes: axesOf(imageData, sizes, 1), warnings: [] };
  return { record, stored: { whole, height: sizes[sizes.length - 2], rowLength: sizes[sizes.length - 1] } };
}

/** The image that is asked for, and what is said about it. */
function openImage(source: ByteSource, options: ReadOptions) {
  const file = parseDmFile(source);
  const images = imagesOf(file.root);
  if (images.length === 0) throw unreadable("DM must hold an image", "none");
  const names = images.map((image, i) => `${i}: ${textAt(image, "Name") || "image"}`);
  const all = images.map((image) => dmGroup(image, "ImageData"));
  const likeliest = likeliestImage(all.map((imageData) => axesOf(imageData, statedSizes(imageData), 1)));
  const series = chosenSeries("DM", names, options, likeliest);
  const imageData = all[series];
  const data = dmNode(imageData, "Data");
  if (!isArray(data)) throw unreadable("DM image must have a data array", typeof data);
  return {
    file,
    imageData,
    data,
    dataType: Number(dmNode(imageData, "DataType")),
    format: file.version === 3 ? ("DM3" as const) : ("DM4" as const),
    intensity: ARBITRARY_INTENSITY,
    metadata: metadataOf(images[series]),
    seriesNames: names,
    series,
  };
}

const statedSizes = (imageData: DmGroup) =>
  [...dmGroup(imageData, "Dimensions").entries.values()].map(Number).toReversed();

const isArray = (node: unknown): node is DmArray =>
  typeof node === "object" && node !== null && (node as { kind?: string }).kind === "array";

/** Images with data, without those that the file lists as thumbnails. */
function imagesOf(root: DmGroup): DmGroup[] {
  const all = [...dmGroup(root, "ImageList").entries.keys()].map((key) => dmGroup(root, "ImageList", key));
  const listed = [...dmGroup(root, "Thumbnails").entries.keys()].map((key) =>
    Number(dmNode(root, "Thumbnails", key, "ImageIndex")),
  );
  const thumbnails = new Set(all.length > 1 && listed.length === 0 ? [0] : listed);
  const shown = all.filter((_, index) => !thumbnails.has(index));
  return (shown.length > 0 ? shown : all).filter((image) => isArray(dmNode(image, "ImageData", "Data")));
}

function axesOf(imageData: DmGroup, sizes: readonly number[], channelCount: number): MicrographAxis[] {
  const steps = [...dmGroup(imageData, "Calibrations", "Dimension").entries.keys()]
    .map((key) => dmGroup(imageData, "Calibrations", "Dimension", key))
    .toReversed();
  const axes = sizes.map((size, i): MicrographAxis => {
    const step = steps[i];
    const scale = step === undefined ? undefined : dmNode(step, "Scale");
    const pixelUnit = step === undefined ? null : normalUnit(textAt(step, "Units"));
    return {
      name: axisName(i, sizes.length, pixelUnit),
      size,
      pixelSize: typeof scale === "number" ? scale : null,
      pixelUnit,
    };
  });
  if (channelCount === 1) return axes;
  return [...axes, { name: "channel", size: channelCount, pixelSize: null, pixelUnit: null }];
}

function axisName(index: number, axisCount: number, unit: string | null): AxisName {
  const isLast = index === axisCount - 1;
  if (axisCount === 1 || SPECTRAL_UNITS.has(unit)) return "signal";
  if (isLast) return "x";
  return index === axisCount - 2 ? "y" : "frame";
}

function textAt(group: DmGroup, label: string): string {
  const node = dmNode(group, label);
  return typeof node === "string" ? node : "";
}

/** Names, intensity calibration and the image's tags by their path. */
function metadataOf(image: DmGroup): Record<string, MetadataValue> {
  const metadata: Record<string, MetadataValue> = {};
  const visit = (group: DmGroup, path: string) => {
    for (const [label, node] of group.entries) {
      if (Object.keys(metadata).length >= MAX_METADATA) return;
      if (typeof node !== "object") metadata[`${path}${label}`] = node;
      else if (node.kind === "group") visit(node, `${path}${label}.`);
    }
  };
  const name = textAt(image, "Name");
  if (name !== "") metadata["Name"] = name;
  visit(dmGroup(image, "ImageData", "Calibrations", "Brightness"), "Brightness.");
  visit(dmGroup(image, "ImageTags"), "");
  return metadata;
}
