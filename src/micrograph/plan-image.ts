import { colourShare } from "./colour-share.ts";
import { basename, extname } from "node:path";
import { failureText } from "../core/index.ts";
import { cropMask } from "../image/index.ts";
import type { PixelRegion } from "../image/index.ts";
import { DRAWINGS_PX, findOverlays } from "./find-overlays.ts";
import { SURE_LABEL, type ScaleBar } from "./scale-bar/find-scale-bar.ts";
import type { Overlays } from "./find-overlays.ts";
import { frameImage, frameLayout } from "./frame-image.ts";
import type { ImageFile } from "./image-record.ts";
import type { ImageRequest } from "./image-request.ts";
import type { Micrograph } from "./micrograph.ts";
import { pixelGeometry } from "./pixel-geometry.ts";
import type { PixelGeometry } from "./pixel-geometry.ts";

/** Larger ones are not searched at all: each would be held as a whole in floating point. */
const SEARCHED_PX = 2 ** 25;

/** A file with what is asked of it. */
export interface OpenFile {
  readonly micrograph: Micrograph;
  readonly path: string;
  readonly request: ImageRequest;
  /** What is drawn into a frame; null where that was not to be looked for. */
  readonly overlays: (frame: number) => Overlays | null;
}

/** Sides of a pixel [nm]. */
interface PixelSides {
  readonly x: number;
  readonly y: number;
}

/** What is to be done to a frame, and its record. */
export interface ImagePlan extends Omit<ImageFile, "image"> {
  /** Null where nobody said. */
  readonly pixelNm: PixelSides | null;
}

/**
 * Decides what is made of a frame: its field, its pixel size and where that comes from.
 *
 * @throws RangeError for diffraction patterns, and for a crop outside the picture or within a bar
 */
export function planImage(file: OpenFile, frame: number): ImagePlan {
  const { micrograph, path, request } = file;
  const { width, height, frameCount } = frameLayout(micrograph);
  const { name = basename(path) } = request;
  const isOneOfAll = request.frame === "all" && frameCount > 1;
  const overlays = file.overlays(frame);
  const whole = { x: 0, y: 0, width, height };
  const field = cropOf(file, overlays?.field ?? whole, whole);
  const { sentence, ...pixels } = pixelsOf(file, overlays);
  const contradiction = contradicting(pixels, overlays);
  const colour = colourShare(micrograph, frame);
  return {
    path,
    name: isOneOfAll ? `${name} frame ${frame}` : name,
    stem: `${basename(path, extname(path))}${isOneOfAll ? `-frame-${frame}` : ""}`,
    mask: overlays?.mask ? cropMask(overlays.mask, width, field) : null,
    picture: { width, height },
    field,
    ...pixels,
    pixelSizeDoubt: contradiction === null ? null : doubtText(contradiction, pixels),
    colourShare: colour,
    series: micrograph.seriesNames[micrograph.series],
    frame,
    frameCount,
    notes: [
      ...choiceNotes(file, frame, frameCount),
      ...micrograph.warnings,
      ...(sentence === null ? [] : [sentence]),
      ...(contradiction === null ? [] : [contradictionText(contradiction, pixels)]),
      ...colourNotes(colour),
      ...(overlays?.notes ?? []),
      ...unsearched(file),
      ...(request.crop === undefined ? [] : [`only ${regionText(field)} used (--crop)`]),
    ],
    metadata: micrograph.metadata,
    sha256: micrograph.sha256,
  };
}

/** The error of a file that gives no image of the specimen as it is asked for. */
export function refusal(where: string, wanted: string, got: string, remedy: string): RangeError {
  return new RangeError(`${failureText({ action: "read image", where }, wanted, got)}; ${remedy}`);
}

/** A length for a sentence: five digits. */
export const lengthText = (nanometres: number) => String(Number(nanometres.toPrecision(5)));

/** Looks for what is drawn into a frame, unless it is to be kept or the frame is too large. */
export function overlaysOf(
  { micrograph, request }: Pick<OpenFile, "micrograph" | "request">,
  frame: number,
): Overlays | null {
  const { width, height } = frameLayout(micrograph);
  if (request.keepBar === true || width * height > SEARCHED_PX) return null;
  return findOverlays(frameImage(micrograph, frame));
}

/** What was not looked for in a large picture. */
function unsearched({ micrograph, request }: OpenFile): string[] {
  const { width, height } = frameLayout(micrograph);
  if (request.keepBar === true || width * height <= DRAWINGS_PX) return [];
  const what = width * height > SEARCHED_PX ? "data bars, scale bars and writing" : "scale bars and writing";
  return [
    `${Math.round((width * height) / 1e6)} megapixels, too many to be searched for ${what}; --crop leaves them out`,
  ];
}

interface StatedPixels extends Pick<ImagePlan, "pixelNm" | "pixelSizeSource"> {
  readonly sentence: string | null;
}

/** Pixel size by hand over the one in the file over that of a scale bar. */
function pixelsOf({ micrograph, request }: OpenFile, overlays: Overlays | null): StatedPixels {
  const geometry = pixelGeometry(micrograph.axes);
  if (geometry.kind === "diffraction") {
    const got = `a diffraction pattern or Fourier transform (axes in ${geometry.unit})`;
    throw refusal(
      micrograph.fileName,
      "file must show an image of the specimen",
      got,
      "heterostem inspect describes it",
    );
  }
  const { pixelSizeNm: byHand } = request;
  if (byHand !== undefined) {
    const over = geometry.kind === "unstated" ? "" : `, over ${geometryText(geometry)} in the file`;
    const sentence = `pixel size ${lengthText(byHand)} nm given by hand${over}`;
    return { pixelNm: { x: byHand, y: byHand }, pixelSizeSource: "by hand", sentence };
  }
  if (geometry.kind === "unstated") return pixelsByBar(overlays);
  const sentence = `pixel size ${geometryText(geometry)} from the file`;
  return { pixelNm: sidesOf(geometry), pixelSizeSource: "file", sentence };
}

function pixelsByBar(overlays: Overlays | null): StatedPixels {
  const bar = overlays?.scaleBar ?? null;
  if (bar === null || bar.confidence < SURE_LABEL) {
    return { pixelNm: null, pixelSizeSource: null, sentence: null };
  }
  const { pixelSizeNm: edge, relativeUncertainty, label, lengthPx } = bar;
  const size = `${lengthText(edge)} +- ${lengthText(edge * relativeUncertainty)} nm`;
  const sentence = `pixel size ${size} read off the scale bar ("${label}", ${lengthText(lengthPx)} px)`;
  return { pixelNm: { x: edge, y: edge }, pixelSizeSource: "scale bar", sentence };
}

/** Least difference of two pixel sizes that is told, and that over the uncertainty of the bar's. */
const LEAST_DIFFERENCE = 0.03;
const SURE_DIFFERENCE = 3;

type TakenPixels = Pick<StatedPixels, "pixelNm" | "pixelSizeSource">;

/** The scale bar in the picture, where it says something else than the pixel size that was taken. */
function contradicting(
  { pixelNm, pixelSizeSource }: TakenPixels,
  overlays: Overlays | null,
): ScaleBar | null {
  const bar = overlays?.scaleBar ?? null;
  if (pixelNm === null || pixelSizeSource === "scale bar" || bar === null || bar.confidence < SURE_LABEL) {
    return null;
  }
  const difference = Math.abs(bar.pixelSizeNm / pixelNm.x - 1);
  return difference <= Math.max(LEAST_DIFFERENCE, SURE_DIFFERENCE * bar.relativeUncertainty) ? null : bar;
}

const barText = ({ label, lengthPx }: ScaleBar) => `"${label}", ${lengthText(lengthPx)} px`;

function doubtText(bar: ScaleBar, { pixelNm, pixelSizeSource }: TakenPixels): string | null {
  if (pixelSizeSource !== "file" || pixelNm === null) return null;
  const byBar = `${lengthText(bar.pixelSizeNm)} nm by the scale bar in the picture (${barText(bar)})`;
  return `${lengthText(pixelNm.x)} nm in the file, ${byBar}`;
}

function contradictionText(bar: ScaleBar, { pixelNm, pixelSizeSource }: TakenPixels): string {
  const taken = pixelSizeSource === "file" ? "the file" : "you";
  const said = pixelNm === null ? "none" : `${lengthText(pixelNm.x)} nm`;
  return `the scale bar in the picture says something else: ${lengthText(bar.pixelSizeNm)} nm a pixel (${barText(bar)}), where ${taken} said ${said}, which was taken; --pixel-size decides`;
}

/** Share of coloured pixels from which something is drawn on a picture, or all of it is a map or a photograph. */
const LEAST_COLOUR = 0.001;

function colourNotes(share: number): string[] {
  if (share < LEAST_COLOUR) return [];
  return [`${Number((100 * share).toPrecision(2))} % of the pixels have a colour; their luma was taken`];
}

type StatedGeometry = Extract<PixelGeometry, { kind: "square" | "oblong" }>;

function sidesOf(geometry: StatedGeometry): PixelSides {
  if (geometry.kind === "oblong") return { x: geometry.xNm, y: geometry.yNm };
  return { x: geometry.pixelSizeNm, y: geometry.pixelSizeNm };
}

function geometryText(geometry: StatedGeometry): string {
  const { x, y } = sidesOf(geometry);
  return geometry.kind === "square" ? `${lengthText(x)} nm` : `${lengthText(x)} x ${lengthText(y)} nm`;
}

/** Which of several arrays and frames was taken. */
function choiceNotes({ micrograph, request }: OpenFile, frame: number, frameCount: number): string[] {
  const { seriesNames, series } = micrograph;
  const notes: string[] = [];
  if (seriesNames.length > 1) {
    const others = request.series === undefined ? "; --series takes another" : "";
    notes.push(
      `series ${series} taken of ${seriesNames.map((name, i) => `${i} ${name}`).join(", ")}${others}`,
    );
  }
  if (frameCount > 1 && request.frame !== "all") {
    const others = request.frame === undefined ? " (--frame N, 0 first, or --frame all)" : "";
    notes.push(`frame ${frame + 1} of ${frameCount}${others}`);
  }
  return notes;
}

/** What a crop leaves of the field; the crop itself must lie in the picture. */
function cropOf({ micrograph, request }: OpenFile, field: PixelRegion, whole: PixelRegion): PixelRegion {
  const { crop } = request;
  const where = micrograph.fileName;
  if (crop === undefined) return field;
  const inside = overlap(crop, whole);
  if (inside?.width !== crop.width || inside.height !== crop.height) {
    const wanted = `crop must lie in the picture of ${whole.width} x ${whole.height} px`;
    throw refusal(where, wanted, regionText(crop), "columns and rows count from 0");
  }
  const left = overlap(crop, field);
  if (left !== null) return left;
  throw refusal(where, "crop must show some specimen", "a data bar only", "--keep-bar takes it as it is");
}

function overlap(a: PixelRegion, b: PixelRegion): PixelRegion | null {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

const regionText = ({ x, y, width, height }: PixelRegion) => `${width} x ${height} px at ${x}, ${y}`;
