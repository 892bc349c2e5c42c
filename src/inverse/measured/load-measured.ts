import { join } from "node:path";
import { beyondMemory, counted, failureText, type StartStage } from "../../core/index.ts";
import { contentKey } from "../../image/index.ts";
import { readImageFile } from "../../micrograph/index.ts";
import { measureImage, measureRecording } from "../../posterior/index.ts";
import type { ImageSet } from "../data/data-set.ts";
import { sourceImage, type SourceImage } from "../apply/read-images.ts";
import type { ImageFacts } from "./measured-field.ts";
import type { MeasuredRow, MeasuredTable } from "./measured-table.ts";
import { prepareMeasured, type MeasuredNetworkField } from "./prepare-measured.ts";

/** An image of a table as it is before it is brought to a field, without its pixels. */
export interface SurveyedImage extends ImageFacts {
  /** The same for two images that show the same picture. */
  readonly key: string;
}

/** Where the images of a table lie, and where progress goes. */
export interface TableFolder {
  /** Paths of the table begin here. */
  readonly folder: string;
  readonly startStage: StartStage;
}

/** Digits of a content key that are kept: 64 bits, by which two of a million pictures agree by chance once in 37 million tables. */
const KEY_DIGITS = 16;

/**
 * Reads every image of a table once and keeps what a field is chosen by, and a key of its content.
 *
 * @throws RangeError naming the line of an image that cannot be read
 */
export async function surveyImages(table: MeasuredTable, place: TableFolder): Promise<SurveyedImage[]> {
  const stage = place.startStage("Looking at the images", table.rows.length);
  const found: SurveyedImage[] = [];
  for (const row of table.rows) {
    const { image, path: name } = await readRow(table, row, place.folder);
    const { width, height, pixelSizeNm, intensityUnit } = image;
    found.push({
      name,
      width,
      height,
      pixelSizeNm,
      intensityUnit,
      key: contentKey(image).slice(0, KEY_DIGITS),
    });
    stage.update(found.length);
  }
  stage.finish(counted(found.length, "image"));
  return found;
}

/**
 * Reads images of a table into memory, each brought to a network's field.
 *
 * @param table quantities and rows
 * @param rows those that are wanted
 * @param field of the network
 * @param place folder and progress
 * @returns images with their numbers, in the order of the rows
 * @throws RangeError naming the line of an image that cannot be read or used, or where they need more memory than the budget
 */
export async function loadMeasured(
  table: MeasuredTable,
  rows: readonly MeasuredRow[],
  field: MeasuredNetworkField,
  { folder, startStage }: TableFolder,
): Promise<ImageSet> {
  const { widthPx, heightPx, pixelSizeNm, input } = field;
  const pixelCount = widthPx * heightPx;
  checkMemory(rows.length, field, table.fileName);
  const intensities = new Float32Array(rows.length * pixelCount);
  const stage = startStage("Reading the images", rows.length);
  const measures: Float64Array[] = [];
  const recordings: Float64Array[] = [];
  for (const [i, row] of rows.entries()) {
    const { image } = prepareMeasured(await readRow(table, row, folder), field);
    intensities.set(image.data, i * pixelCount);
    measures.push(measureImage(image, pixelSizeNm));
    recordings.push(measureRecording(image));
    stage.update(i + 1);
  }
  stage.finish(counted(rows.length, "image"));
  const labels = rows.map(({ line, values }) => ({
    sampleIndex: line,
    parameters: {},
    descriptors: Object.fromEntries(table.quantities.map(({ key }, t) => [key, values[t]])),
  }));
  const set = { count: rows.length, widthPx, heightPx, pixelSizeNm, scale: input.scale };
  return { ...set, intensities, labels, measures, recordings, aggregates: null };
}

async function readRow(
  { fileName }: MeasuredTable,
  { image, line, pixelSizeNm }: MeasuredRow,
  folder: string,
): Promise<SourceImage> {
  const name = `${image}, ${fileName} line ${line}`;
  const file = await readImageFile(join(folder, image), { name, pixelSizeNm: pixelSizeNm ?? undefined });
  return { ...sourceImage(file), path: name };
}

/** Single precision, once as read and once turned for training. */
const BYTES_PER_PIXEL = 8;

function checkMemory(count: number, { widthPx, heightPx }: MeasuredNetworkField, where: string): void {
  const beyond = beyondMemory(BYTES_PER_PIXEL * count * widthPx * heightPx);
  if (beyond === null) return;
  const wanted = `${counted(count, "image")} of ${widthPx} x ${heightPx} px must ${beyond.wanted}`;
  const text = failureText({ action: "read images", where }, wanted, beyond.got);
  throw new RangeError(`${text}; take fewer images, or ${beyond.remedy}`);
}
