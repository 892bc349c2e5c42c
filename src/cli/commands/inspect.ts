import { drawImage, recordingTraces, type RecordingTraces } from "../../image/index.ts";
import {
  eachImage,
  encodePng16,
  frameCount,
  frameImage,
  imageFiles,
  isLargePicture,
  openBands,
  pictureFacts,
  pixelGeometry,
  readMicrographFile,
  shapeOf,
  squarePixelSizeNm,
  stackOf,
  valueStatistics,
  type ImageRequest,
  type Micrograph,
  type PictureFacts,
} from "../../micrograph/index.ts";
import { definedPart, type GrayImage, usageError } from "../../core/index.ts";
import { defineCommand } from "../command.ts";
import { IMAGE_FLAGS, imageRequest } from "../flags.ts";
import { shortNumber } from "../../report/index.ts";
import { checkResultFile, writeResultFile } from "../result-file.ts";

const DRAWN_COLUMNS = 72;
/** Pictures that were never compressed seem to lack up to 9 % of their fine detail. */
const LEAST_LOSS = 0.12;
/** Longest metadata value on a line of the text; the JSON has all of it. */
const SHOWN_VALUE_LENGTH = 100;

/** `heterostem inspect`: what micrograph files hold, and a look at them. */
export const inspectCommand = defineCommand({
  name: "inspect",
  summary: "Print what a micrograph file holds: shape, pixel size, values, metadata, a drawing",
  arguments: {
    files: {
      help: "PNG, JPEG, TIFF, DM3, DM4, SER, MRC, EMD, HSPY, HDF5 or NPY, or folders of them",
      isVariadic: true,
    },
  },
  flags: {
    png: { value: "FILE", help: "write the frame as a 16-bit PNG with its scale" },
    ...IMAGE_FLAGS,
  },
  example: "inspect micrograph.dm3 --png micrograph.png",
  async run({ arguments: { files }, flags: { png, ...flags } }) {
    const request = imageRequest(flags);
    const paths = files.flatMap(imageFiles).map((path) => ({ path }));
    if (png !== undefined && (paths.length > 1 || request.frame === "all")) {
      const got = paths.length > 1 ? `${paths.length} files` : "--frame all";
      throw usageError({ action: "inspect" }, "--png takes one frame of one file", got);
    }
    if (png !== undefined)
      checkResultFile(
        png,
        paths.map(({ path }) => path),
      );
    const { crop, resampleNm, frame } = request;
    const needsPixels = [png, crop, resampleNm].some((asked) => asked !== undefined) || frame === "all";
    const texts: string[] = [];
    const all: Facts[] = [];
    const failed = await eachImage(paths, async ({ path }) => {
      const looked = await look(path, request, needsPixels);
      if (png !== undefined) writeResultFile(png, encodePng16(looked.frames[0]));
      all.push(looked.facts);
      texts.push([asText(looked.facts), ...looked.frames.map(drawn)].join("\n\n"));
    });
    const json = paths.length === 1 ? all[0] : { files: all, failed };
    return { text: texts.join("\n\n"), json, failed };
  },
});

const drawn = (image: GrayImage) => drawImage(image, DRAWN_COLUMNS);

/** What is looked at: facts, and the frames that are asked for where the file holds images; a large picture in a reduced size. */
async function look(path: string, request: ImageRequest, needsPixels: boolean) {
  const options = definedPart({ series: request.series });
  const bands = needsPixels ? null : await openBands(path, options, isLargePicture);
  if (bands !== null) {
    try {
      return await lookAtLarge(bands.micrograph, path, request, (frame) => pictureFacts(bands, frame));
    } finally {
      bands.close();
    }
  }
  const micrograph = await readMicrographFile(path, options);
  if (!hasFrames(micrograph)) return { facts: describe(micrograph, null, micrograph.warnings), frames: [] };
  if (!needsPixels && isLargePicture(micrograph)) {
    return lookAtLarge(micrograph, path, request, (index) => pictureFacts(micrograph, index));
  }
  const stack = stackOf(micrograph, path, request);
  const [frame] = stack.frames;
  const picture = await pictureFacts(micrograph, frame, stack.overlays(frame));
  try {
    const images = stack.frames.map((index) => stack.image(index));
    const [{ notes, image: first, mask }] = images;
    const recording = isTooSmall(first) || isLargePicture(micrograph) ? null : recordingTraces(first, mask);
    const facts = { ...describe(micrograph, picture, [...notes, ...reducedNotes(picture)]), recording };
    return { facts, frames: images.map(({ image }) => image) };
  } catch (refused) {
    const notes = refusedNotes(micrograph, refused);
    const frames = stack.frames.map((index) => frameImage(micrograph, index));
    return { facts: describe(micrograph, picture, notes), frames };
  }
}

/** A picture that is never held as a whole in floating point. */
async function lookAtLarge(
  about: Micrograph,
  path: string,
  request: ImageRequest,
  ofFrame: (frame: number) => Promise<PictureFacts>,
) {
  // bars are looked for in the reduced picture
  const stack = stackOf(about, path, { ...request, keepBar: true });
  const [frame] = stack.frames;
  const picture = await ofFrame(frame);
  return {
    facts: describe(about, picture, [...notesOf(), ...reducedNotes(picture)]),
    frames: [picture.image],
  };

  function notesOf(): readonly string[] {
    try {
      return stack.tiled(frame).notes;
    } catch (refused) {
      return refusedNotes(about, refused);
    }
  }
}

/** What is no image of a specimen can still be looked at. */
function refusedNotes({ warnings }: Micrograph, refused: unknown): string[] {
  if (!(refused instanceof RangeError)) throw refused;
  return [...warnings, `other commands refuse it: ${refused.message}`];
}

function reducedNotes({ step }: PictureFacts): string[] {
  if (step === 1) return [];
  const means = `means over ${step} x ${step} px`;
  return [
    `large: bars were looked for in ${means}, and the robust range is that of one pixel of each square`,
  ];
}

function hasFrames(micrograph: Micrograph): boolean {
  return (
    micrograph.axes.some((axis) => axis.name === "y") && micrograph.axes.some((axis) => axis.name === "x")
  );
}

/** Noise is told by 3 x 3 pixels. */
const isTooSmall = ({ width, height }: GrayImage) => Math.min(width, height) < 3;

type Facts = ReturnType<typeof describe> & { readonly recording?: RecordingTraces | null };

function describe(micrograph: Micrograph, picture: PictureFacts | null, notes: readonly string[]) {
  const { axes, values: _, ...rest } = micrograph;
  return {
    file: rest.fileName,
    format: rest.format,
    shape: shapeOf(micrograph),
    dtype: rest.dtype,
    axes: axes.map((axis) => axis.name),
    pixelSize: axes.map((axis) => axis.pixelSize),
    pixelUnit: axes.map((axis) => axis.pixelUnit),
    pixels: pixelGeometry(axes),
    pixelSizeNm: picture === null ? null : squarePixelSizeNm(axes),
    scaleBar: picture?.scaleBar ?? null,
    dataBar: picture?.dataBar ?? null,
    ...(picture?.statistics ?? valueStatistics(micrograph)),
    robustRange: picture?.robustRange ?? null,
    intensity: rest.intensity,
    frameCount: picture === null ? 0 : frameCount(micrograph),
    series: rest.series,
    seriesNames: rest.seriesNames,
    warnings: rest.warnings,
    notes,
    metadata: rest.metadata,
    byteLength: rest.byteLength,
    sha256: rest.sha256,
  };
}

function asText(facts: Facts): string {
  const axes = facts.axes.map((name, i) => {
    const [size, step, unit] = [facts.shape[i], facts.pixelSize[i], facts.pixelUnit[i]];
    return `${name} ${size}${step === null ? "" : ` (${shortNumber(step)} ${unit ?? ""})`}`;
  });
  const series = facts.seriesNames.map((name, i) => `${i === facts.series ? "*" : " "} ${i}: ${name}`);
  const metadata = Object.entries(facts.metadata).map(([key, value]) => {
    return `  ${key} = ${String(value).replaceAll(/\s+/g, " ").slice(0, SHOWN_VALUE_LENGTH)}`;
  });
  return [
    `${facts.file}: ${facts.format}, ${facts.dtype}, ${axes.join(" x ")}`,
    `pixel size: ${pixelText(facts)}`,
    valuesText(facts),
    ...(facts.recording == null ? [] : [recordingText(facts.recording)]),
    ...(series.length > 1 ? ["series:", ...series] : []),
    ...facts.notes.map((note) => `note: ${note}`),
    ...(metadata.length > 0 ? ["metadata:", ...metadata] : []),
  ].join("\n");
}

function valuesText({ min, max, mean, intensity, nanCount, infiniteCount }: Facts): string {
  const range = `values: ${shortNumber(min)} to ${shortNumber(max)}, mean ${shortNumber(mean)} (${intensity.unit})`;
  if (nanCount + infiniteCount === 0) return range;
  return `${range}, without ${nanCount} NaN and ${infiniteCount} infinite`;
}

const percent = (share: number) => `${shortNumber(100 * share)} %`;

function recordingText(recording: RecordingTraces): string {
  const {
    background,
    noiseExponent: exponent,
    clipped,
    spoiledPixels,
    compressionLoss: loss,
    edgeSoftnessPx: softness,
  } = recording;
  const parts = [
    `background ${shortNumber(background.level)} with noise ${shortNumber(background.noise)}`,
    ...(exponent === null ? [] : [`variance ~ signal^${exponent.toFixed(2)} (counted electrons: about 1)`]),
    `${percent(clipped.low)} of the pixels at the lowest value, ${percent(clipped.high)} at the highest`,
    ...(spoiledPixels === null ? [] : [`${spoiledPixels} hot or dead`]),
    ...(loss === null || loss < LEAST_LOSS
      ? []
      : [`blocks of JPEG that lack ${percent(loss)} of the fine detail`]),
    ...(softness === null ? [] : [`sharpest edges as soft as a Gaussian of ${shortNumber(softness)} px`]),
  ];
  return [`recording: ${parts.join("; ")}`, ...groundLines(recording.ground)].join("\n");
}

/** Below these, lines of an image have nothing of their own, and neighbours nothing in common. */
const LEAST_STEP = 0.1;
const LEAST_CORRELATION = 0.05;

/** The ground in parts of the image's range, which is what a detector of particles sees. */
function groundLines(ground: RecordingTraces["ground"]): string[] {
  if (ground === null) return [];
  const { share, level, noise, slope, texture, correlation, lineSteps } = ground;
  const isShared = Math.max(Math.abs(correlation.x), Math.abs(correlation.y)) >= LEAST_CORRELATION;
  const parts = [
    `${percent(share)} of the pixels at ${percent(level)} of the range`,
    `noise ${percent(noise)}, slope ${percent(slope)}, texture ${percent(texture.fine)} over 2 to 8 px and ${percent(texture.coarse)} over more`,
    ...(isShared
      ? [
          `noise of neighbours correlated ${correlation.x.toFixed(2)} along rows, ${correlation.y.toFixed(2)} along columns`,
        ]
      : []),
    ...(["rows", "columns"] as const)
      .filter((lines) => lineSteps[lines] >= LEAST_STEP)
      .map((lines) => `${lines} shifted against each other by ${shortNumber(lineSteps[lines])} of the noise`),
  ];
  return [`ground: ${parts.join("; ")}`];
}

function pixelText({ pixels, scaleBar }: Facts): string {
  switch (pixels.kind) {
    case "square":
      return `${shortNumber(pixels.pixelSizeNm)} nm`;
    case "oblong":
      return `${shortNumber(pixels.xNm)} x ${shortNumber(pixels.yNm)} nm, not square`;
    case "diffraction":
      return `${pixels.unit}: a diffraction pattern`;
    case "unstated":
      return barText(scaleBar);
  }
}

function barText(bar: Facts["scaleBar"]): string {
  if (bar === null) return "not stated";
  const error = shortNumber(bar.pixelSizeNm * bar.relativeUncertainty);
  return (
    `not stated; the scale bar ("${bar.label}", ${shortNumber(bar.lengthPx)} px) gives ${shortNumber(bar.pixelSizeNm)} +- ${error} nm, ` +
    `read with confidence ${bar.confidence.toFixed(2)}`
  );
}
