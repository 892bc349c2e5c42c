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

/** Of all outlines of an image: 10,000 particles of 200 rows have 4 million; so many take some seconds. */
const MOST_CROSSINGS = 2 ** 25;

/**
 * Fills the shapes of an image into a label map, in their order: later ones cover earlier ones.
 *
 * A pixel belongs to a shape when its centre lies inside by the even-odd rule.
 *
 * @param annotation shapes of one image
 * @param options size of the map, classes and the place of pixel centres
 * @returns label map, with counts of clipped vertices and shapes
 * @throws RangeError naming a class that is not among the names, and for outlines that go to and fro without end
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
  const crossings = annotation.shapes.reduce((sum, { rings }) => sum + crossingCount(rings, height), 0);
  if (crossings > MOST_CROSSINGS) {
    const wanted = `outlines must cross rows of pixels at most ${MOST_CROSSINGS} times`;
    throw labelError(annotation.imageName, wanted, String(Math.round(crossings)));
  }
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
  const crossingsAt = sweep(edgesOf(rings));
  for (let row = firstRow; row <= lastRow; row++) {
    const crossings = crossingsAt(row + pixelCenter);
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

/** Sides of outlines that cross rows, those that begin higher first; an edge has its upper end and not its lower. */
interface Edges {
  readonly tops: Float64Array;
  readonly bottoms: Float64Array;
  /** x0, y0, x1, y1 of each. */
  readonly ends: Float64Array;
}

function edgesOf(rings: readonly (readonly number[])[]): Edges {
  const ends: number[][] = [];
  for (const ring of rings) {
    const last = ring.length - 2;
    for (let i = 0; i <= last; i += 2) {
      const j = i === last ? 0 : i + 2;
      if (ring[i + 1] !== ring[j + 1]) ends.push([ring[i], ring[i + 1], ring[j], ring[j + 1]]);
    }
  }
  ends.sort((a, b) => Math.min(a[1], a[3]) - Math.min(b[1], b[3]));
  return {
    tops: Float64Array.from(ends, ([, y0, , y1]) => Math.min(y0, y1)),
    bottoms: Float64Array.from(ends, ([, y0, , y1]) => Math.max(y0, y1)),
    ends: Float64Array.from(ends.flat()),
  };
}

/** Gives, for lines from above to below, the places where edges cross them, in order. */
function sweep({ tops, bottoms, ends }: Edges): (y: number) => Float64Array {
  const [crossing, places] = [new Int32Array(tops.length), new Float64Array(tops.length)];
  let [begun, count] = [0, 0];
  return (y) => {
    while (begun < tops.length && tops[begun] <= y) crossing[count++] = begun++;
    let left = 0;
    for (let k = 0; k < count; k++) {
      const edge = crossing[k];
      if (bottoms[edge] <= y) continue;
      const [at, y0] = [4 * edge, ends[4 * edge + 1]];
      places[left] = ends[at] + ((y - y0) / (ends[at + 3] - y0)) * (ends[at + 2] - ends[at]);
      crossing[left++] = edge;
    }
    count = left;
    return places.subarray(0, left).sort();
  };
}

/** How often the sides of outlines cross rows of a picture, about. */
function crossingCount(rings: readonly (readonly number[])[], height: number): number {
  let count = 0;
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 2) {
      const [y0, y1] = [ring[i], ring[i + 2 < ring.length ? i + 2 : 1]];
      count += Math.max(0, Math.min(height, Math.max(y0, y1)) - Math.max(0, Math.min(y0, y1)));
    }
  }
  return count;
}
