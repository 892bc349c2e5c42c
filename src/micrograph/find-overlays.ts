import { median } from "../core/index.ts";
import type { GrayImage } from "../core/index.ts";
import { cropRegion, dilateMask } from "../image/index.ts";
import type { PixelRegion } from "../image/index.ts";
import { drawnShapes } from "./scale-bar/drawn-shapes.ts";
import type { DrawnShape } from "./scale-bar/drawn-shapes.ts";
import { drawnStrokes } from "./scale-bar/drawn-strokes.ts";
import { findDataBar } from "./scale-bar/find-data-bar.ts";
import type { DataBar } from "./scale-bar/find-data-bar.ts";
import { readScaleBar } from "./scale-bar/find-scale-bar.ts";
import { SURE_LABEL } from "./scale-bar/find-scale-bar.ts";
import type { ScaleBar, WrittenBar } from "./scale-bar/find-scale-bar.ts";
import { findWriting } from "./scale-bar/find-writing.ts";
import type { InkComponent } from "./scale-bar/ink-components.ts";
import { trimField } from "./scale-bar/trim-field.ts";

/** Something that a program has drawn into a picture. */
export interface Overlay {
  readonly kind: "scale bar" | "line" | "writing" | "box with writing" | "blank area" | "drawing";
  /** [px of the picture] */
  readonly region: PixelRegion;
}

/** What a microscope or a person has drawn into a picture. */
export interface Overlays {
  /** The rows and columns that are left without strips at the edges, such as a data bar. */
  readonly field: PixelRegion;
  /** What was drawn into the field. */
  readonly overlays: readonly Overlay[];
  /** [height, width]: 1 where a pixel of the picture shows no specimen; null where all of the field do. */
  readonly mask: Uint8Array | null;
  /** What was found and left out, a sentence each. */
  readonly notes: readonly string[];
  readonly scaleBar: ScaleBar | null;
  readonly dataBar: DataBar | null;
}

/** Smoothed edges reach this far beyond what is drawn [px]. */
const MARGIN_PX = 2;
/** More overlays of one kind are counted instead of described. */
const MOST_DESCRIBED = 3;

/** Larger pictures are searched for data bars alone: drawings take half a second a megapixel, and much more on periodic ones. */
export const DRAWINGS_PX = 2 ** 24;

/**
 * Finds what in a picture is not specimen: data bars at its edges, scale bars and writing, boxes, blank areas; in pictures of more
 * than 16 megapixels data bars alone.
 *
 * @param image whole picture, as it is displayed
 * @param keptBy what the user says to keep a data bar, for the note
 * @returns the field without data bars, and the pixels in it that were drawn over
 */
export function findOverlays(image: GrayImage, keptBy = "--keep-bar"): Overlays {
  const { bar, field: besideBar, notes } = barOf(image, keptBy);
  if (image.width * image.height > DRAWINGS_PX) {
    return { field: besideBar, overlays: [], mask: null, notes, scaleBar: null, dataBar: bar };
  }
  const quiet = quietMargins(image);
  const shapes = drawnShapes(image, quiet);
  const written = readScaleBar(image, bar, shapes);
  const drawings = drawingsOf(quiet, shapes, written).filter(
    ({ region }) => bar === null || !isWithin(region, bar.region),
  );
  const inked = inkOf(
    image,
    drawings.flatMap(({ pieces }) => pieces),
  );
  const field = trimField(image, besideBar, inked);
  const inField = drawings.filter(({ pieces }) => pieces.some((piece) => reachesInto(piece, field)));
  return {
    field,
    overlays: inField.map(({ kind, region }) => ({ kind, region })),
    mask: inField.length === 0 ? null : maskOf(image, inField),
    notes: [...notes, ...trimNotes(besideBar, field, keptBy), ...notesOf(inField, written?.bar ?? null)],
    scaleBar: written?.bar ?? null,
    dataBar: bar,
  };
}

/** The image with the median of the rest in margins of one grey: beside a white one, all of a dark image is nearly black. */
function quietMargins(image: GrayImage): GrayImage {
  const { width, height } = image;
  const inner = trimField(image, { x: 0, y: 0, width, height }, new Uint8Array(image.data.length));
  if (inner.width === width && inner.height === height) return image;
  const part = cropRegion(image, inner);
  const data = new Float32Array(image.data.length).fill(median(part.data));
  for (let row = 0; row < inner.height; row++) {
    data.set(
      part.data.subarray(row * inner.width, (row + 1) * inner.width),
      (inner.y + row) * width + inner.x,
    );
  }
  return { ...image, data };
}

/** Rows and columns at the edges that show no specimen. */
function trimNotes(before: PixelRegion, { x, y, width, height }: PixelRegion, keptBy: string): string[] {
  const parts = [
    { from: before.y, to: y, name: "rows" },
    { from: y + height, to: before.y + before.height, name: "rows" },
    { from: before.x, to: x, name: "columns" },
    { from: x + width, to: before.x + before.width, name: "columns" },
  ];
  const left = parts
    .filter(({ from, to }) => to > from)
    .map(({ from, to, name }) => `${name} ${from} to ${to - 1}`);
  return left.length === 0
    ? []
    : [`${left.join(", ")} left out: of one grey, or drawn over (${keptBy} keeps them)`];
}

/** Whether ink of a piece lies in a field. */
function reachesInto({ x, y, width, mask }: InkComponent, field: PixelRegion): boolean {
  return mask.some((ink, i) => {
    const [column, row] = [x + (i % width), y + Math.floor(i / width)];
    const isInside = column >= field.x && row >= field.y;
    return ink === 1 && isInside && column < field.x + field.width && row < field.y + field.height;
  });
}

function barOf(image: GrayImage, keptBy: string) {
  const { width, height } = image;
  const bar = findDataBar(image);
  const field = bar?.imageRegion ?? { x: 0, y: 0, width, height };
  const notes = bar === null ? [] : [`data bar in ${rowsText(bar.region)} left out (${keptBy} keeps it)`];
  return { bar, field, notes };
}

/** An overlay with its ink. */
interface Drawing extends Overlay {
  readonly pieces: readonly InkComponent[];
}

/** Boxes with all that is in them, then lines and writing outside of them, then other strokes: circles, arrows. */
function drawingsOf(image: GrayImage, shapes: readonly DrawnShape[], written: WrittenBar | null): Drawing[] {
  const boxes = shapes.filter(({ kind }) => kind !== "line");
  const isFree = (piece: PixelRegion) => !boxes.some((box) => isWithin(piece, box));
  const lines = shapes.filter((shape) => shape.kind === "line" && isFree(shape));
  const bars = written === null || !isFree(written.line) ? [] : [written.line];
  const labels = written === null ? [] : [written.letters];
  const writing = [...labels, ...findWriting(image, lines)].filter((letters) => letters.every(isFree));
  const named = [
    ...boxes.map((box) =>
      drawing(box.kind === "box" ? "box with writing" : isFrame(box) ? "drawing" : "blank area", [box]),
    ),
    ...bars.map((line) => drawing("scale bar", [line])),
    ...lines
      .filter((line) => !bars.some((other) => isWithin(line, other)))
      .map((line) => drawing("line", [line])),
    ...writing
      .filter((letters, i) => !writing.slice(0, i).some((others) => isSame(letters, others)))
      .map((letters) => drawing("writing", letters)),
  ];
  const strokes = drawnStrokes(image).filter(
    (stroke) => !named.some(({ region }) => isWithin(stroke, region)),
  );
  return [...named, ...strokes.map((stroke) => drawing("drawing", [stroke]))];
}

/** Whether a box is a line about what is seen in it. */
const isFrame = ({ width, height, inkCount }: DrawnShape) => inkCount < 0.5 * width * height;

function drawing(kind: Overlay["kind"], pieces: readonly InkComponent[]): Drawing {
  const [left, top] = [Math.min(...pieces.map(({ x }) => x)), Math.min(...pieces.map(({ y }) => y))];
  const right = Math.max(...pieces.map(({ x, width }) => x + width));
  const bottom = Math.max(...pieces.map(({ y, height }) => y + height));
  return { kind, region: { x: left, y: top, width: right - left, height: bottom - top }, pieces };
}

/** Two searches found the same writing where their first letters are one. */
const isSame = ([a]: readonly InkComponent[], [b]: readonly InkComponent[]) =>
  isWithin(a, b) || isWithin(b, a);

/** Whether a region lies in another, but for the pixel that smoothing adds. */
function isWithin(inner: PixelRegion, outer: PixelRegion): boolean {
  return (
    inner.x >= outer.x - 1 &&
    inner.y >= outer.y - 1 &&
    inner.x + inner.width <= outer.x + outer.width + 1 &&
    inner.y + inner.height <= outer.y + outer.height + 1
  );
}

/** 1 where pieces have ink. */
function inkOf({ width, height }: GrayImage, pieces: readonly InkComponent[]): Uint8Array {
  const ink = new Uint8Array(width * height);
  for (const piece of pieces) {
    for (let row = 0, i = 0; row < piece.height; row++) {
      const from = (piece.y + row) * width + piece.x;
      for (let column = 0; column < piece.width; column++, i++)
        if (piece.mask[i] === 1) ink[from + column] = 1;
    }
  }
  return ink;
}

function maskOf(image: GrayImage, drawings: readonly Drawing[]): Uint8Array {
  const data = inkOf(
    image,
    drawings.flatMap(({ pieces }) => pieces),
  );
  return dilateMask({ width: image.width, height: image.height, data }, MARGIN_PX).data;
}

function notesOf(drawings: readonly Drawing[], bar: ScaleBar | null): string[] {
  const kinds = [...new Set(drawings.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const own = drawings.filter((other) => other.kind === kind);
    if (own.length > MOST_DESCRIBED) return [`${own.length} x ${kind} masked`];
    return own.map(({ region: { x, y, width, height } }) => {
      const isRead =
        bar !== null && bar.confidence >= SURE_LABEL && isWithin(bar.region, { x, y, width, height });
      const label = isRead ? `, "${bar.label}" read there` : "";
      return `${kind} of ${width} x ${height} px at ${x}, ${y} masked${label}`;
    });
  });
}

const rowsText = ({ y, height }: PixelRegion) => `rows ${y} to ${y + height - 1}`;
