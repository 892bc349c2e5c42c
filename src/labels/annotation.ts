import { lastFileName, rangeError } from "../core/index.ts";

/** One labelled object: its class and its outline; inside is what an odd number of rings encloses. */
export interface LabelShape {
  readonly className: string;
  /** Closed rings of flat coordinates x, y, x, y, ... [px], x to the right, y down; the last point joins the first. */
  readonly rings: readonly (readonly number[])[];
  /** Shapes of one class and group are parts of one object; without a group a shape is an object. */
  readonly group?: number;
  /** Where the rings outline no object: the box around one, or a region of many that were not outlined one by one. */
  readonly kind?: "box" | "crowd";
}

/** All labelled objects of one image. */
export interface ImageAnnotation {
  readonly imageName: string;
  /** Size of the image where the label file says it [px]. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly shapes: readonly LabelShape[];
}

/**
 * The four corners of a box as a ring.
 *
 * @param x left edge [px]
 * @param y upper edge [px]
 * @param width extent along x [px]
 * @param height extent along y [px]
 */
export function boxRing(x: number, y: number, width: number, height: number): number[] {
  return [x, y, x + width, y, x + width, y + height, x, y + height];
}

const ELLIPSE_POINTS = 64;

/**
 * Points of an ellipse as a ring.
 *
 * @param x centre along x [px]
 * @param y centre along y [px]
 * @param radiusX half axis along x [px]
 * @param radiusY half axis along y [px]; a circle without
 */
export function ellipseRing(x: number, y: number, radiusX: number, radiusY = radiusX): number[] {
  return Array.from({ length: ELLIPSE_POINTS }, (_, i) => (2 * Math.PI * i) / ELLIPSE_POINTS).flatMap(
    (angle) => [x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle)],
  );
}

/** The error of a label file: where it is wrong and how. */
export function labelError(fileName: string, wanted: string, got: string): RangeError {
  return rangeError({ action: "read labels", where: fileName }, wanted, got);
}

/** The image that an annotation names, without folders: only images of the set are ever looked for by it. */
export const annotatedImage = (name: string, fileName: string): string =>
  lastFileName(name, { action: "read labels", where: fileName });
