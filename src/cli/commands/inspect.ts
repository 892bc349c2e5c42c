import { writeFile } from "node:fs/promises";
import { drawImage, robustRange } from "../../image/index.ts";
import {
  encodePng16,
  findDataBar,
  findScaleBar,
  frameCount,
  frameImage,
  readMicrographFile,
  shapeOf,
  valueStatistics,
  type Micrograph,
} from "../../micrograph/index.ts";
import { definedPart } from "../../core/index.ts";
import { defineCommand } from "../command.ts";
import { wholeNumber } from "../flags.ts";
import { shortNumber } from "../../report/index.ts";

const DRAWN_COLUMNS = 72;
/** Longest metadata value on a line of the text; the JSON has all of it. */
const SHOWN_VALUE_LENGTH = 100;

/** `heterostem inspect`: what a micrograph file holds, and a look at it. */
export const inspectCommand = defineCommand({
  name: "inspect",
  summary: "Print what a micrograph file holds: shape, pixel size, values, metadata, a drawing",
  arguments: { file: { help: "PNG, JPEG, TIFF, DM3, DM4, SER, MRC, EMD, HSPY, HDF5 or NPY" } },
  flags: {
    png: { value: "FILE", help: "write the frame as a 16-bit PNG with its scale" },
    frame: { value: "N", help: "frame of a stack, 0 first", parse: wholeNumber(0, 1e9), default: 0 },
    series: {
      value: "N",
      help: "image of a file that holds several, 0 first",
      parse: wholeNumber(0, 1e9),
    },
  },
  example: "inspect micrograph.dm3 --png micrograph.png",
  async run({ arguments: { file }, flags: { png, frame, series } }) {
    const micrograph = await readMicrographFile(file, definedPart({ series }));
    const isImage = hasFrames(micrograph);
    if (png !== undefined) await writeFile(png, encodePng16(frameImage(micrograph, frame)));
    const facts = describe(micrograph);
    const picture = isImage ? `\n\n${drawImage(frameImage(micrograph, frame), DRAWN_COLUMNS)}` : "";
    return { text: `${asText(micrograph, facts)}${picture}`, json: facts };
  },
});

function hasFrames(micrograph: Micrograph): boolean {
  return (
    micrograph.axes.some((axis) => axis.name === "y") && micrograph.axes.some((axis) => axis.name === "x")
  );
}

type Facts = ReturnType<typeof describe>;

function describe(micrograph: Micrograph) {
  const { axes, values: _, ...rest } = micrograph;
  const isImage = hasFrames(micrograph);
  const image = isImage ? frameImage(micrograph) : null;
  return {
    file: rest.fileName,
    format: rest.format,
    shape: shapeOf(micrograph),
    dtype: rest.dtype,
    axes: axes.map((axis) => axis.name),
    pixelSize: axes.map((axis) => axis.pixelSize),
    pixelUnit: axes.map((axis) => axis.pixelUnit),
    pixelSizeNm: image?.pixelSizeNm ?? null,
    // read off the picture only where the file says nothing
    scaleBar: image?.pixelSizeNm === null ? findScaleBar(image) : null,
    dataBar: image === null ? null : findDataBar(image),
    ...valueStatistics(micrograph),
    robustRange: image === null ? null : robustRange(image),
    intensity: rest.intensity,
    frameCount: isImage ? frameCount(micrograph) : 0,
    series: rest.series,
    seriesNames: rest.seriesNames,
    warnings: rest.warnings,
    metadata: rest.metadata,
    byteLength: rest.byteLength,
    sha256: rest.sha256,
  };
}

function asText(micrograph: Micrograph, facts: Facts): string {
  const axes = micrograph.axes.map(({ name, size, pixelSize, pixelUnit }) => {
    return `${name} ${size}${pixelSize === null ? "" : ` (${shortNumber(pixelSize)} ${pixelUnit ?? ""})`}`;
  });
  const pixel = facts.pixelSizeNm === null ? barText(facts.scaleBar) : `${shortNumber(facts.pixelSizeNm)} nm`;
  const series = facts.seriesNames.map((name, i) => `${i === facts.series ? "*" : " "} ${i}: ${name}`);
  const metadata = Object.entries(facts.metadata).map(([key, value]) => {
    return `  ${key} = ${String(value).replaceAll(/\s+/g, " ").slice(0, SHOWN_VALUE_LENGTH)}`;
  });
  return [
    `${facts.file}: ${facts.format}, ${facts.dtype}, ${axes.join(" x ")}`,
    `pixel size: ${pixel}`,
    `values: ${shortNumber(facts.min)} to ${shortNumber(facts.max)}, mean ${shortNumber(facts.mean)} (${facts.intensity.unit})`,
    ...(facts.dataBar === null
      ? []
      : [
          `data bar: rows ${facts.dataBar.region.y} to ${facts.dataBar.region.y + facts.dataBar.region.height - 1}`,
        ]),
    ...(series.length > 1 ? ["series:", ...series] : []),
    ...facts.warnings.map((warning) => `note: ${warning}`),
    ...(metadata.length > 0 ? ["metadata:", ...metadata] : []),
  ].join("\n");
}

function barText(bar: Facts["scaleBar"]): string {
  if (bar === null) return "not stated";
  const error = shortNumber(bar.pixelSizeNm * bar.relativeUncertainty);
  return (
    `not stated; the scale bar ("${bar.label}", ${bar.lengthPx} px) gives ${shortNumber(bar.pixelSizeNm)} +- ${error} nm, ` +
    `read with confidence ${bar.confidence.toFixed(2)}`
  );
}
