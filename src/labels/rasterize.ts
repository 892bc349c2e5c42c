import { checkNumber } from "../core/index.ts";
import { labelError } from "./annotation.ts";
import type { ImageAnnotation, LabelShape } from "./annotation.ts";
import type { LabelMap } from "./label-map.ts";

/** How shapes become pixels. */
export interface RasterizeOptions {
  readonly width: number;
  readonly height: number;
  /** Classes in the order of their ids; id 0 is the background and has to be named too. */
  readonly classNames: readonly string[];
  /**
   * Where the centre of pixel (0, 0) lies in the shapes' coordinates: 0.5 (default) where coordinates count pixel edges
   * (COCO, ImageJ, boxes), 0 where vertices are pixels themselves (traced contours, VIA clicks on pixels).
   */
  readonly pixelCenter?: 0 | 0.5;
}

/** A label map with what had to be clipped to make it. */
export interface RasterizedLabels {
  readonly labels: LabelMap;
  /** Vertices outside the image; their shapes are cut at its border. */
  readonly outsideVertexCount: number;
  readonly shapesWithOutsideVertices: number;
  /** Shapes too small or too far out to cover a pixel centre. */
  readonly emptyShapeCount: number;
}

/**
 * Fills the shapes of an image into a label map, in their order: later ones cover earlier ones.
 *
 * A pixel belongs to a shape when its centre lies inside by the even-odd rule.
 *
 * @param annotation shapes of one image
 * @param options size of the map, classes and the place of pixel centres
 * @returns label map, with counts of clipped vertices and shapes
 * @throws RangeError naming a class that is not among the names
 * @example
 * import { rasterizeAnnotation } from "../src/labels/index.ts";
 * import { expect } from "vitest";
 * const shapes = [{ className: "island", rings: [[1, 1, 3, 1, 3, 2, 1, 2]] }];
 * const annotation = { imageName: "a.png", size: null, shapes };
 * const options = { width: 4, height: 3, classNames: ["steel", "island"] };
 * const { labels } = rasterizeAnnotation(annotation, options);
 * expect([...labels.classIds]).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
 */
export function rasterizeAnnotation(
  annotation: ImageAnnotation,
  options: RasterizeOptions,
): RasterizedLabels {
  const { width, height, classNames, pixelCenter = 0.5 } = options;
  const context = { action: "rasterize labels", where: annotation.imageName };
  checkNumber("width", width, { min: 1, max: 2 ** 16, integer: true, unit: "px", ...context });
  checkNumber("height", height, { min: 1, max: 2 ** 16, integer: true, unit: "px", ...context });
  checkNumber("number of classes", classNames.length, { min: 2, max: 256, integer: true, ...context });
  const [classIds, instanceIds] = [new Uint8Array(width * height), new Int32Array(width * height)];
  const numberOf = objectNumbers();
  let [outsideVertexCount, shapesWithOutsideVertices, emptyShapeCount] = [0, 0, 0];
  for (const shape of annotation.shapes) {
    const { className, rings } = shape;
    const classId = classNames.indexOf(className);
    if (classId < 0) {
      throw labelError(annotation.imageName, `class must be one of ${classNames.join(", ")}`, className);
    }
    const outside = outsideVertices(rings, width - 2 * (0.5 - pixelCenter), height - 2 * (0.5 - pixelCenter));
    outsideVertexCount += outside;
    if (outside > 0) shapesWithOutsideVertices++;
    const objectNumber = classId === 0 ? 0 : numberOf(shape);
    const paint = (from: number, to: number) => {
      classIds.fill(classId, from, to);
      instanceIds.fill(objectNumber, from, to);
    };
    if (fillRows(rings, { width, height, pixelCenter }, paint) === 0) emptyShapeCount++;
  }
  const labels = { width, height, classIds, instanceIds, classNames };
  return { labels, outsideVertexCount, shapesWithOutsideVertices, emptyShapeCount };
}

/** Numbers 1, 2, ... for shapes; those of one group are one object. */
function objectNumbers(): (shape: LabelShape) => number {
  const ofGroup = new Map<string, number>();
  let count = 0;
  return ({ className, group }) => {
    if (group === undefined) return ++count;
    const key = `${group} ${className}`;
    const known = ofGroup.get(key) ?? ++count;
    ofGroup.set(key, known);
    return known;
  };
}

function outsideVertices(rings: readonly (readonly number[])[], width: number, height: number): number {
  let count = 0;
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      if (ring[i] < 0 || ring[i] > width || ring[i + 1] < 0 || ring[i + 1] > height) count++;
    }
  }
  return count;
}

/** Scan lines: each row's crossings of the rings, sorted, fill between the first and second, third and fourth, ... */
function fillRows(
  rings: readonly (readonly number[])[],
  grid: { readonly width: number; readonly height: number; readonly pixelCenter: number },
  paint: (from: number, to: number) => void,
): number {
  const { width, height, pixelCenter } = grid;
  const extent = verticalExtent(rings);
  const firstRow = Math.max(0, Math.floor(extent.top - pixelCenter));
  const lastRow = Math.min(height - 1, Math.ceil(extent.bottom - pixelCenter));
  let filled = 0;
  for (let row = firstRow; row <= lastRow; row++) {
    const crossings = crossingsAt(rings, row + pixelCenter).sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil(crossings[i] - pixelCenter));
      const to = Math.min(width, Math.ceil(crossings[i + 1] - pixelCenter));
      if (from >= to) continue;
      paint(row * width + from, row * width + to);
      filled += to - from;
    }
  }
  return filled;
}

function verticalExtent(rings: readonly (readonly number[])[]) {
  let [top, bottom] = [Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 2)
      [top, bottom] = [Math.min(top, ring[i]), Math.max(bottom, ring[i])];
  }
  return { top, bottom };
}

/** Where the edges cross a horizontal line; an edge has its upper end and not its lower. */
function crossingsAt(rings: readonly (readonly number[])[], y: number): number[] {
  const crossings: number[] = [];
  for (const ring of rings) {
    const last = ring.length - 2;
    for (let i = 0; i <= last; i += 2) {
      const j = i === last ? 0 : i + 2;
      const [y0, y1] = [ring[i + 1], ring[j + 1]];
      if (y0 <= y === y1 <= y) continue;
      crossings.push(ring[i] + ((y - y0) / (y1 - y0)) * (ring[j] - ring[i]));
    }
  }
  return crossings;
}
