import type { LabelShape } from "./annotation.ts";
import type { SizedAnnotation } from "./encode-coco.ts";
import { rasterizeAnnotation } from "./rasterize.ts";
import { simplifyRing } from "./simplify-ring.ts";

/** How far a drawn outline may leave the pixels' [px]: corners of single pixels would be hundreds of handles to pull. */
const TOLERANCE_PX = 0.75;

/**
 * Writes objects as a "CVAT for images 1.1" file, the annotation tool's own XML (docs.cvat.ai, XML annotation format): polygons to correct, and
 * masks as run lengths of objects in several parts or with holes, for its polygons have none.
 *
 * Outlines are simplified to 0.75 px. The labels of the task must be named as the classes are.
 *
 * @param images names with endings, sizes [px] and objects
 * @param classNames background first; it becomes no label
 * @returns the text of an XML file to upload as annotations
 * @throws RangeError naming a class that is not among the names
 * @example
 * import { encodeCvat } from "../src/labels/index.ts";
 * import { expect } from "vitest";
 * const shapes = [{ className: "pore", rings: [[1, 1, 4, 1, 4, 3, 1, 3]] }];
 * const text = encodeCvat([{ imageName: "a.png", size: { width: 8, height: 6 }, shapes }], ["steel", "pore"]);
 * expect(text).toContain('<image id="0" name="a.png" width="8" height="6">');
 * expect(text).toContain('<polygon label="pore" source="auto" occluded="0" points="1,1;4,1;4,3;1,3" z_order="0"/>');
 */
export function encodeCvat(images: readonly SizedAnnotation[], classNames: readonly string[]): string {
  const labels = classNames.slice(1).map((name) => `<label><name>${escaped(name)}</name></label>`);
  const lines = images.flatMap((image, id) => {
    const { imageName, size, shapes } = image;
    return [
      `  <image id="${id}" name="${escaped(imageName)}" width="${size.width}" height="${size.height}">`,
      ...shapes.map((shape) => `    ${shapeText(shape, image, classNames)}`),
      "  </image>",
    ];
  });
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    "<annotations>",
    "  <version>1.1</version>",
    `  <meta><task><size>${images.length}</size><mode>annotation</mode><labels>${labels.join("")}</labels></task></meta>`,
    ...lines,
    "</annotations>",
    "",
  ].join("\n");
}

function shapeText(shape: LabelShape, image: SizedAnnotation, classNames: readonly string[]): string {
  const common = `label="${escaped(shape.className)}" source="auto" occluded="0"`;
  if (shape.rings.length > 1) return `<mask ${common} ${maskText(shape, image, classNames)} z_order="0"/>`;
  const ring = simplifyRing(shape.rings[0], TOLERANCE_PX);
  const corners = Array.from({ length: ring.length / 2 }, (_, i) => `${ring[2 * i]},${ring[2 * i + 1]}`);
  return `<polygon ${common} points="${corners.join(";")}" z_order="0"/>`;
}

/** Run lengths within the object's box, row by row, those outside of it first. */
function maskText(shape: LabelShape, image: SizedAnnotation, classNames: readonly string[]): string {
  const { width, height } = image.size;
  const { labels } = rasterizeAnnotation({ ...image, shapes: [shape] }, { width, height, classNames });
  const flat = shape.rings.flat();
  const side = (offset: 0 | 1, most: number) => {
    const along = flat.filter((_, i) => i % 2 === offset);
    const low = Math.max(0, Math.floor(along.reduce((a, b) => Math.min(a, b), Infinity)));
    return { low, size: Math.min(most, Math.ceil(along.reduce((a, b) => Math.max(a, b), -Infinity))) - low };
  };
  const [x, y] = [side(0, width), side(1, height)];
  const runs = [0];
  let inside = false;
  for (let row = y.low; row < y.low + y.size; row++) {
    for (let column = x.low; column < x.low + x.size; column++) {
      const isOwn = labels.classIds[row * width + column] > 0;
      if (isOwn !== inside) runs.push(0);
      inside = isOwn;
      runs[runs.length - 1]++;
    }
  }
  return `rle="${runs.join(", ")}" left="${x.low}" top="${y.low}" width="${x.size}" height="${y.size}"`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]);
