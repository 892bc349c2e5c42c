import type { ImageAnnotation, LabelShape } from "./annotation.ts";
import { encodeCocoRuns } from "./coco-runs.ts";
import { rasterizeAnnotation } from "./rasterize.ts";

/** An image with its objects, and its size, which COCO files say [px]. */
export interface SizedAnnotation extends ImageAnnotation {
  readonly size: { readonly width: number; readonly height: number };
}

/**
 * Writes objects as a COCO annotation file [lin2014], as CVAT and others import it: polygons along the edges of the pixels, and run-length masks of
 * objects with holes, for COCO's polygons have none.
 *
 * @param images names with endings, sizes [px] and objects
 * @param classNames background first; it becomes no category
 * @returns the text of the file; it reads back to the same pixels
 * @throws RangeError naming a class that is not among the names
 * @example
 * import { encodeCoco, readCoco } from "../src/labels/index.ts";
 * import { expect } from "vitest";
 * const shapes = [{ className: "pore", rings: [[1, 1, 4, 1, 4, 3, 1, 3]] }];
 * const image = { imageName: "a.png", size: { width: 8, height: 6 }, shapes };
 * expect(readCoco(encodeCoco([image], ["steel", "pore"]), "a.json")).toEqual([image]);
 */
export function encodeCoco(images: readonly SizedAnnotation[], classNames: readonly string[]): string {
  const annotations = images.flatMap(({ imageName, size, shapes }, image) =>
    shapes.map((shape) => ({
      image_id: image + 1,
      category_id: classNames.indexOf(shape.className),
      ...geometryOf(shape, { imageName, size, classNames }),
      iscrowd: 0,
    })),
  );
  const file = {
    images: images.map(({ imageName, size }, i) => ({ id: i + 1, file_name: imageName, ...size })),
    categories: classNames.slice(1).map((name, i) => ({ id: i + 1, name, supercategory: "" })),
    annotations: annotations.map((annotation, i) => ({ id: i + 1, ...annotation })),
  };
  return `${JSON.stringify(file)}\n`;
}

interface Place extends Pick<SizedAnnotation, "imageName" | "size"> {
  readonly classNames: readonly string[];
}

/** Outline or mask of an object, its area [px] and its box. */
function geometryOf(shape: LabelShape, { imageName, size, classNames }: Place) {
  const { width, height } = size;
  const annotation = { imageName, size, shapes: [shape] };
  const { labels } = rasterizeAnnotation(annotation, { width, height, classNames });
  const mask = labels.classIds;
  const area = mask.reduce((sum, id) => sum + (id > 0 ? 1 : 0), 0);
  const runs = { size: [height, width], counts: encodeCocoRuns(mask, width, height) };
  const segmentation = shape.rings.every((ring) => signedArea(ring) > 0) ? shape.rings : runs;
  return { segmentation, area, bbox: boxOf(shape.rings.flat()) };
}

/** Above 0 for a ring that runs clockwise on the screen, as outer ones do. */
function signedArea(ring: readonly number[]): number {
  let twice = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const next = (i + 2) % ring.length;
    twice += ring[i] * ring[next + 1] - ring[next] * ring[i + 1];
  }
  return twice / 2;
}

function boxOf(flat: readonly number[]): number[] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < flat.length; i += 2) {
    [left, right] = [Math.min(left, flat[i]), Math.max(right, flat[i])];
    [top, bottom] = [Math.min(top, flat[i + 1]), Math.max(bottom, flat[i + 1])];
  }
  return [left, top, right - left, bottom - top];
}
