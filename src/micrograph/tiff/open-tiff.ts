import { ARBITRARY_INTENSITY } from "../micrograph.ts";
import type { DecodedMicrograph, IntensityScale, MetadataValue, MicrographAxis } from "../micrograph.ts";
import type { ByteSource } from "../byte-source.ts";
import type { ReadOptions } from "../read-options.ts";
import { orientationOf } from "../exif.ts";
import { screenResolutionNote, SMALLEST_MICROSCOPE_DENSITY } from "../pixel-geometry.ts";
import { chosenSeries } from "../read-options.ts";
import { unreadable } from "../unreadable.ts";
import { axisStep } from "./calibration.ts";
import type { AxisStep, TiffCalibration } from "./calibration.ts";
import { digitalMicrographCalibration } from "./digital-micrograph-tags.ts";
import { feiCalibration } from "./fei.ts";
import { imageJCalibration } from "./imagej.ts";
import { jeolCalibration } from "./jeol.ts";
import { olympusCalibration } from "./olympus.ts";
import { omeCalibration } from "./ome.ts";
import { missingCount, tiffForm, tiffLayout } from "./tiff-layout.ts";
import type { TiffForm, TiffLayout } from "./tiff-layout.ts";
import { parseTiffPages, tagNumber, tagText } from "./tiff-tags.ts";
import type { TiffPage } from "./tiff-tags.ts";
import { tvipsCalibration } from "./tvips.ts";
import { zeissCalibration } from "./zeiss.ts";

/** Pages of one size and type, read as a stack. */
interface Series {
  readonly pages: readonly TiffPage[];
  readonly form: TiffForm;
}

/** Text tags that are passed on as metadata. */
const TEXT_TAGS: Readonly<Record<number, string>> = {
  270: "ImageDescription",
  271: "Make",
  272: "Model",
  305: "Software",
  306: "DateTime",
  315: "Artist",
};

/** One frame: the page it lies in, and where. */
export interface TiffFrame {
  readonly page: TiffPage;
  readonly layout: TiffLayout;
}

/** A TIFF file whose pixels are not read yet. */
export interface OpenTiff {
  /** All but the values, as they are stored: samples of a palette are its indices, and nothing is turned. */
  readonly record: Omit<DecodedMicrograph, "values">;
  readonly frames: readonly TiffFrame[];
}

/**
 * Finds the series that is asked for in a TIFF file, and reads what is said about it; its pixels stay where they are.
 *
 * @throws RangeError on damaged files
 */
export function openTiff(source: ByteSource, options: ReadOptions): OpenTiff {
  const all = seriesOf(parseTiffPages(source));
  const names = all.map(({ pages, form }) => `${pages.length} x ${form.width} x ${form.height}`);
  const series = chosenSeries("TIFF", names, options, likeliestSeries(all));
  const { pages, form } = all[series];
  const calibration = calibrationOf(pages[0], form.width);
  const frames = framesOf(all[series], calibration);
  const frameSizes = stackSizes(frames.length, calibration);
  const warnings = missingNotes(frames, form);
  const steps = planeSteps(pages[0], calibration, warnings);
  const axis = (name: MicrographAxis["name"], size: number, step: AxisStep | null): MicrographAxis => ({
    name,
    size,
    pixelSize: step?.pixelSize ?? null,
    pixelUnit: step?.pixelUnit ?? null,
  });
  const record: OpenTiff["record"] = {
    format: "TIFF",
    dtype: form.dtype,
    axes: [
      ...frameSizes.map((size, i) =>
        axis("frame", size, i === frameSizes.length - 1 ? (calibration?.frame ?? null) : null),
      ),
      axis("y", form.height, steps.y),
      axis("x", form.width, steps.x),
      ...(form.sampleCount > 1 ? [axis("channel", form.sampleCount, null)] : []),
    ],
    intensity: intensityOf(form, calibration),
    metadata: { ...textTags(pages[0]), ...calibration?.metadata, ...vendorOf(calibration) },
    seriesNames: names,
    series,
    warnings,
  };
  return { record, frames };
}

/** What sparse files leave out. */
function missingNotes(frames: readonly TiffFrame[], { isTiled }: TiffForm): string[] {
  const missing = frames.reduce((sum, { layout }) => sum + missingCount(layout), 0);
  if (missing === 0) return [];
  const all = frames.reduce((sum, { layout }) => sum + layout.offsets.length, 0);
  return [`${missing} of ${all} ${isTiled ? "tiles" : "strips"} are not in the file: their pixels are 0`];
}

/** A picture with no more of the largest one's pixels, half its edges, is a preview of it. */
const PREVIEW_SHARE = 1 / 4;

/**
 * Which series shows the specimen: one that is no reduced copy, then one with a pixel size, then one that is large, then one in grey, for
 * programs store what they show beside what was recorded; the first of them.
 */
function likeliestSeries(all: readonly Series[]): number {
  const pixels = ({ form }: Series) => form.width * form.height;
  const smallest = PREVIEW_SHARE * all.reduce((most, series) => Math.max(most, pixels(series)), 0);
  const ranks = all.map((series) => {
    const [page] = series.pages;
    const { x } = planeSteps(page, calibrationOf(page, series.form.width), []);
    const traits = [!isReduced(page), x !== null, pixels(series) > smallest, series.form.sampleCount < 3];
    return traits.reduce((rank, is) => 2 * rank + Number(is), 0);
  });
  const best = ranks.reduce((most, rank) => Math.max(most, rank), 0);
  return ranks.indexOf(best);
}

const isReduced = (page: TiffPage) => ((tagNumber(page, 254) ?? 0) & 1) === 1;

const vendorOf = (calibration: TiffCalibration | null) =>
  calibration === null ? {} : { calibration: calibration.vendor };

function seriesOf(pages: readonly TiffPage[]): Series[] {
  const byKind = new Map<string, { pages: TiffPage[]; form: TiffForm }>();
  for (const page of pages) {
    const form = tiffForm(page);
    const { width, height, sampleCount, dtype, bitsPerSample } = form;
    const kind = [
      width,
      height,
      sampleCount,
      dtype,
      bitsPerSample,
      isReduced(page),
      orientationOf(page),
    ].join();
    const known = byKind.get(kind);
    if (known) known.pages.push(page);
    else byKind.set(kind, { pages: [page], form });
  }
  return [...byKind.values()];
}

/** One layout a frame; ImageJ writes large stacks with one directory, the frames one behind the other. */
function framesOf({ pages, form }: Series, calibration: TiffCalibration | null): TiffFrame[] {
  const statedCount = calibration?.vendor === "ImageJ" ? product(calibration.frameSizes ?? []) : 1;
  const [page] = pages;
  if (pages.length > 1 || statedCount <= 1 || form.compression !== 1) return ownFrames(pages);
  const layout = tiffLayout(page);
  const frameBytes = layout.byteCounts.reduce((sum, count) => sum + count, 0);
  const isWhole = layout.offsets[0] + statedCount * frameBytes <= page.source.byteLength;
  if (!isWhole || frameBytes === 0) return [{ page, layout }];
  return Array.from({ length: statedCount }, (_, frame) => ({
    page,
    layout: { ...layout, offsets: layout.offsets.map((offset) => offset + frame * frameBytes) },
  }));
}

/** Pages that share one list of strips can ask for more than the file holds: each list takes two bytes a strip, and is its page's own. */
function ownFrames(pages: readonly TiffPage[]): TiffFrame[] {
  const frames: TiffFrame[] = [];
  let segmentCount = 0;
  for (const page of pages) {
    const layout = tiffLayout(page);
    segmentCount += layout.offsets.length;
    if (segmentCount > page.source.byteLength) {
      const wanted = `TIFF of ${page.source.byteLength} bytes must have fewer strips or tiles`;
      throw unreadable(wanted, segmentCount, page.offset);
    }
    frames.push({ page, layout });
  }
  return frames;
}

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);

function calibrationOf(page: TiffPage, width: number): TiffCalibration | null {
  return (
    zeissCalibration(page, width) ??
    feiCalibration(page) ??
    tvipsCalibration(page) ??
    olympusCalibration(page) ??
    jeolCalibration(page) ??
    imageJCalibration(page) ??
    omeCalibration(page) ??
    digitalMicrographCalibration(page)
  );
}

function stackSizes(pageCount: number, calibration: TiffCalibration | null): readonly number[] {
  const stated = calibration?.frameSizes ?? [];
  if (product(stated) === pageCount) return stated;
  return pageCount === 1 ? [] : [pageCount];
}

function planeSteps(
  page: TiffPage,
  calibration: TiffCalibration | null,
  warnings: string[],
): { x: AxisStep | null; y: AxisStep | null } {
  if (calibration !== null && (calibration.x !== null || calibration.y !== null)) return calibration;
  if (calibration?.warnings !== undefined && calibration.warnings.length > 0) {
    warnings.push(...calibration.warnings);
    return calibration;
  }
  const metersPerUnit = { 2: 0.0254, 3: 0.01 }[tagNumber(page, 296) ?? 2];
  const [x, y] = [tagNumber(page, 282), tagNumber(page, 283)];
  if (metersPerUnit === undefined || !x || !y) return { x: null, y: null };
  if (Math.min(x, y) / metersPerUnit >= SMALLEST_MICROSCOPE_DENSITY) {
    warnings.push("pixel size taken from the plain resolution tags");
    return { x: axisStep(metersPerUnit / x, "m"), y: axisStep(metersPerUnit / y, "m") };
  }
  warnings.push(screenResolutionNote(x / metersPerUnit));
  return { x: null, y: null };
}

/** Values as they are, or turned round where white is zero: grey = largest - value. */
function intensityOf(form: TiffForm, calibration: TiffCalibration | null): IntensityScale {
  const isWhiteZero = form.photometric === 0 && form.bitsPerSample <= 16;
  if (calibration?.intensity && !isWhiteZero) return calibration.intensity;
  return isWhiteZero
    ? { unit: "arbitrary", offset: 2 ** form.bitsPerSample - 1, scale: -1 }
    : ARBITRARY_INTENSITY;
}

function textTags(page: TiffPage): Record<string, MetadataValue> {
  const metadata: Record<string, MetadataValue> = {};
  for (const [tag, name] of Object.entries(TEXT_TAGS)) {
    const text = tagText(page, Number(tag));
    if (text !== null && text !== "") metadata[name] = text;
  }
  return metadata;
}
