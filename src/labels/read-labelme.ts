import { z } from "zod";
import { readMicrograph } from "../micrograph/index.ts";
import { annotatedImage, boxRing, ellipseRing, labelError } from "./annotation.ts";
import type { ImageAnnotation, LabelShape } from "./annotation.ts";
import { maskSymbols } from "./mask-symbols.ts";
import { outlineMask } from "./outline.ts";
import { parseJson } from "./read-coco.ts";
import { isBackground } from "./survey-mask.ts";

const Shape = z.object({
  label: z.string().trim().min(1),
  points: z.array(z.tuple([z.number(), z.number()])),
  shape_type: z.string().nullish(),
  group_id: z.number().nullish(),
  /** PNG of the shape's box, in base64. */
  mask: z.string().nullish(),
});
/** The part of a labelme file that is read. */
const Labelme = z.object({
  imagePath: z.string().min(1),
  imageWidth: z.number().nullish(),
  imageHeight: z.number().nullish(),
  shapes: z.array(Shape),
});

type LabelmeShape = z.infer<typeof Shape>;

/**
 * Reads a JSON file of labelme [wada2018]: polygons, rectangles, circles and masks, with labels as classes; shapes of one group are one object.
 *
 * Coordinates count pixel edges, of the image as labelme shows it: turned as its EXIF orientation says.
 *
 * @param text the whole file
 * @param fileName for error texts
 * @returns the annotation of its image, whose name is that of imagePath without folders
 * @throws RangeError naming the field, or the shape that has no inside
 * @example
 * import { readLabelme } from "../src/labels/index.ts";
 * import { expect } from "vitest";
 * const shapes = [{ label: "pore", points: [[1, 1], [4, 1], [4, 3]], shape_type: "polygon" }];
 * const text = JSON.stringify({ imagePath: "..\\images\\a.jpg", shapes });
 * const annotation = await readLabelme(text, "a.json");
 * expect(annotation.imageName).toBe("a.jpg");
 * expect(annotation.shapes).toEqual([{ className: "pore", rings: [[1, 1, 4, 1, 4, 3]] }]);
 */
export async function readLabelme(text: string, fileName: string): Promise<ImageAnnotation> {
  const result = Labelme.safeParse(parseJson(text, fileName));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw labelError(fileName, `labelme ${issue.path.join(".")} must fit`, issue.message);
  }
  const { imagePath, imageWidth: width, imageHeight: height } = result.data;
  const shapes: LabelShape[] = [];
  for (const [index, shape] of result.data.shapes.entries()) {
    const where = `shapes[${index}] (${shape.label})`;
    const rings = await ringsOf(shape, `${fileName}, ${where}`);
    if (rings === null) {
      const wanted = `${where} must be a closed polygon, rectangle, circle or mask`;
      throw labelError(fileName, wanted, `${shape.shape_type ?? "polygon"} of ${shape.points.length} points`);
    }
    const group = shape.group_id ?? undefined;
    shapes.push({ className: shape.label, rings, ...(group === undefined ? {} : { group }) });
  }
  const size = width && height ? { width, height } : null;
  return { imageName: annotatedImage(imagePath, fileName), size, shapes };
}

async function ringsOf(
  { points, shape_type, mask }: LabelmeShape,
  where: string,
): Promise<number[][] | null> {
  const kind = shape_type ?? "polygon";
  const [[x0, y0] = [NaN, NaN], [x1, y1] = [NaN, NaN]] = points;
  if (kind === "polygon") return points.length > 2 ? [points.flat()] : null;
  if (kind === "rectangle" && points.length === 4) return [points.flat()];
  if (points.length !== 2) return null;
  if (kind === "rectangle") return [boxRing(x0, y0, x1 - x0, y1 - y0)];
  // the second point lies on the circle
  if (kind === "circle") return [ellipseRing(x0, y0, Math.hypot(x1 - x0, y1 - y0))];
  if (kind !== "mask" || !mask) return null;
  const { width, height, symbols, places } = maskSymbols(
    await readMicrograph(Buffer.from(mask, "base64"), where),
  );
  const inside = Uint8Array.from(places, (place) => (isBackground(symbols[place]) ? 0 : 1));
  const [left, top] = [Math.round(x0), Math.round(y0)];
  return outlineMask(inside, width, height).map((ring) =>
    ring.map((value, i) => value + (i % 2 === 0 ? left : top)),
  );
}
