import { ARBITRARY_INTENSITY } from "./micrograph.ts";
import type {
  DecodedMicrograph,
  IntensityScale,
  MetadataValue,
  MicrographAxis,
  PixelArray,
} from "./micrograph.ts";
import type { ReadOptions } from "./read-options.ts";
import { orientationOf, oriented } from "./exif.ts";
import { SMALLEST_MICROSCOPE_DENSITY } from "./pixel-geometry.ts";
import { chosenSeries } from "./read-options.ts";
import { axisStep } from "./tiff/calibration.ts";
import type { AxisStep, TiffCalibration } from "./tiff/calibration.ts";
import { decodeTiffPage } from "./tiff/decode-tiff-page.ts";
import { digitalMicrographCalibration } from "./tiff/digital-micrograph-tags.ts";
import { feiCalibration } from "./tiff/fei.ts";
import { imageJCalibration } from "./tiff/imagej.ts";
import { jeolCalibration } from "./tiff/jeol.ts";
import { olympusCalibration } from "./tiff/olympus.ts";
import { omeCalibration } from "./tiff/ome.ts";
import { applyPalette } from "./tiff/palette.ts";
import { tiffLayout } from "./tiff/tiff-layout.ts";
import type { TiffLayout } from "./tiff/tiff-layout.ts";
import { parseTiffPages, tagNumber, tagText } from "./tiff/tiff-tags.ts";
import type { TiffPage } from "./tiff/tiff-tags.ts";
import { tvipsCalibration } from "./tiff/tvips.ts";
import { zeissCalibration } from "./tiff/zeiss.ts";
import { emptyValues } from "./stored-values.ts";
import { checkedValueCount } from "./unreadable.ts";

/** Pages of one size and type, read as a stack. */
interface Series {
  readonly pages: readonly TiffPage[];
  readonly layout: TiffLayout;
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

/**
 * Reads TIFF and BigTIFF [tiff6]: strips and tiles, none/CCITT/LZW/JPEG/deflate/PackBits/Zstandard, predictors, planar
 * samples, integers of 1 to 64 bits, floats of 16 to 64, complex; pages of one size as a stack, others as further series.
 *
 * The pixel size comes from the tags of Zeiss, FEI, TVIPS, Olympus, JEOL, DigitalMicrograph, ImageJ or OME; the plain
 * resolution tags count only where they are finer than any screen's. Where white is zero, the intensity is turned round.
 *
 * @returns [frame..., y, x, channel]
 * @throws RangeError on damaged files and codings that are not read
 */
export async function readTiff(bytes: Uint8Array, options: ReadOptions = {}): Promise<DecodedMicrograph> {
  const all = seriesOf(parseTiffPages(bytes));
  const names = all.map(({ pages, layout }) => `${pages.length} x ${layout.width} x ${layout.height}`);
  const series = chosenSeries("TIFF", names, options, likeliestSeries(all));
  const { pages, layout } = all[series];
  const calibration = calibrationOf(pages[0], layout.width);
  const layouts = frameLayouts(all[series], calibration);
  const values = await decodePages(pages, layouts);
  const colored = applyPalette(pages[0], layout, values, options);
  const channelCount = colored?.channelCount ?? layout.sampleCount;
  const frameSizes = stackSizes(layouts.length, calibration);
  const warnings: string[] = [];
  const steps = planeSteps(pages[0], calibration, warnings);
  const axis = (name: MicrographAxis["name"], size: number, step: AxisStep | null): MicrographAxis => ({
    name,
    size,
    pixelSize: step?.pixelSize ?? null,
    pixelUnit: step?.pixelUnit ?? null,
  });
  const decoded: DecodedMicrograph = {
    format: "TIFF",
    dtype: colored === null || colored.palette !== undefined ? layout.dtype : "uint8",
    axes: [
      ...frameSizes.map((size, i) =>
        axis("frame", size, i === frameSizes.length - 1 ? (calibration?.frame ?? null) : null),
      ),
      axis("y", layout.height, steps.y),
      axis("x", layout.width, steps.x),
      ...(channelCount > 1 ? [axis("channel", channelCount, null)] : []),
    ],
    values: colored?.values ?? values,
    ...(colored?.palette === undefined ? {} : { palette: colored.palette }),
    intensity: intensityOf(layout, calibration),
    metadata: { ...textTags(pages[0]), ...calibration?.metadata, ...vendorOf(calibration) },
    seriesNames: names,
    series,
    warnings,
  };
  return oriented(decoded, orientationOf(pages[0]));
}

/** A picture with fewer of the largest one's pixels is a preview of it. */
const PREVIEW_SHARE = 1 / 4;

/** Which series shows the specimen: one that is no reduced copy, then one with a pixel size, then one that is large; the first of them. */
function likeliestSeries(all: readonly Series[]): number {
  const pixels = ({ layout }: Series) => layout.width * layout.height;
  const smallest = PREVIEW_SHARE * Math.max(...all.map(pixels));
  const ranks = all.map((series) => {
    const [page] = series.pages;
    const { x } = planeSteps(page, calibrationOf(page, series.layout.width), []);
    return 4 * Number(!isReduced(page)) + 2 * Number(x !== null) + Number(pixels(series) >= smallest);
  });
  return ranks.indexOf(Math.max(...ranks));
}

const isReduced = (page: TiffPage) => ((tagNumber(page, 254) ?? 0) & 1) === 1;

const vendorOf = (calibration: TiffCalibration | null) =>
  calibration === null ? {} : { calibration: calibration.vendor };

function seriesOf(pages: readonly TiffPage[]): Series[] {
  const byKind = new Map<string, { pages: TiffPage[]; layout: TiffLayout }>();
  for (const page of pages) {
    const layout = tiffLayout(page);
    const { width, height, sampleCount, dtype, bitsPerSample } = layout;
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
    else byKind.set(kind, { pages: [page], layout });
  }
  return [...byKind.values()];
}

async function decodePages(pages: readonly TiffPage[], layouts: readonly TiffLayout[]): Promise<PixelArray> {
  const [first] = layouts;
  if (layouts.length === 1) return decodeTiffPage(pages[0], first);
  const perPage = first.width * first.height * first.sampleCount;
  const partCount = first.dtype.startsWith("complex") ? 2 : 1;
  checkedValueCount("TIFF stack", [layouts.length, perPage], Math.max(1, first.bitsPerSample / 8));
  const stack = emptyValues(first.dtype, layouts.length * perPage);
  for (const [index, layout] of layouts.entries()) {
    const page = pages[Math.min(index, pages.length - 1)];
    stack.set(await decodeTiffPage(page, layout), index * perPage * partCount);
  }
  return stack;
}

/** One layout a frame; ImageJ writes large stacks with one directory, the frames one behind the other. */
function frameLayouts({ pages, layout }: Series, calibration: TiffCalibration | null): TiffLayout[] {
  const statedCount = calibration?.vendor === "ImageJ" ? product(calibration.frameSizes ?? []) : 1;
  if (pages.length > 1 || statedCount <= 1 || layout.compression !== 1) return pages.map(tiffLayout);
  const frameBytes = layout.byteCounts.reduce((sum, count) => sum + count, 0);
  const isWhole = layout.offsets[0] + statedCount * frameBytes <= pages[0].bytes.length;
  if (!isWhole) return [layout];
  return Array.from({ length: statedCount }, (_, frame) => ({
    ...layout,
    offsets: layout.offsets.map((offset) => offset + frame * frameBytes),
  }));
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
  const metersPerUnit = { 2: 0.0254, 3: 0.01 }[tagNumber(page, 296) ?? 2];
  const [x, y] = [tagNumber(page, 282), tagNumber(page, 283)];
  if (metersPerUnit === undefined || !x || !y) return { x: null, y: null };
  if (Math.min(x, y) / metersPerUnit >= SMALLEST_MICROSCOPE_DENSITY) {
    warnings.push("pixel size taken from the plain resolution tags");
    return { x: axisStep(metersPerUnit / x, "m"), y: axisStep(metersPerUnit / y, "m") };
  }
  const density = Number((x / metersPerUnit).toPrecision(4));
  warnings.push(`resolution of ${density} px/m is a screen's or printer's, not taken for the pixel size`);
  return { x: null, y: null };
}

/** Values as they are, or turned round where white is zero: grey = largest - value. */
function intensityOf(layout: TiffLayout, calibration: TiffCalibration | null): IntensityScale {
  const isWhiteZero = layout.photometric === 0 && layout.bitsPerSample <= 16;
  if (calibration?.intensity && !isWhiteZero) return calibration.intensity;
  return isWhiteZero
    ? { unit: "arbitrary", offset: 2 ** layout.bitsPerSample - 1, scale: -1 }
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
