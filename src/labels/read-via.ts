import { z } from "zod";
import { annotatedImage, boxRing, ellipseRing, labelError } from "./annotation.ts";
import type { ImageAnnotation, LabelShape } from "./annotation.ts";
import { parseJson } from "./read-coco.ts";

const numbers = z.array(z.number());
const Region = z.object({
  shape_attributes: z.object({
    name: z.string(),
    all_points_x: numbers.optional(),
    all_points_y: numbers.optional(),
    x: z.number().optional(),
    y: z.number().optional(),
    width: z.number().optional(),
    height: z.number().optional(),
    cx: z.number().optional(),
    cy: z.number().optional(),
    r: z.number().optional(),
    rx: z.number().optional(),
    ry: z.number().optional(),
  }),
  region_attributes: z.record(z.string(), z.unknown()),
});
const Image = z.object({
  filename: z.string(),
  regions: z.union([z.array(Region), z.record(z.string(), Region)]),
});
const Images = z.record(z.string(), Image);

/** A project has settings beside the images. */
const PROJECT_KEY = "_via_img_metadata";
const Project = z.object({ [PROJECT_KEY]: z.unknown() }).refine((value) => PROJECT_KEY in value);

type ShapeAttributes = z.infer<typeof Region>["shape_attributes"];

/**
 * Reads a VGG Image Annotator 1 or 2 file [dutta2019]: a project or its exported annotations; polygons, polylines, boxes,
 * circles and ellipses. The class is the first region attribute with text.
 *
 * @param text the whole file
 * @param fileName for error texts
 * @returns one annotation an image
 * @throws RangeError naming the image and region
 */
export function readVia(text: string, fileName: string): ImageAnnotation[] {
  const value = parseJson(text, fileName);
  const project = Project.safeParse(value);
  const result = Images.safeParse(project.success ? project.data[PROJECT_KEY] : value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw labelError(fileName, `VIA ${issue.path.join(".")} must fit`, issue.message);
  }
  return Object.values(result.data).map(({ filename, regions }) => ({
    imageName: annotatedImage(filename, fileName),
    size: null,
    shapes: Object.values(regions).flatMap((region, index): LabelShape[] => {
      if (region.shape_attributes.name === "point") return [];
      const ring = ringOf(region.shape_attributes);
      const where = `${filename} region ${index}`;
      if (ring === null)
        throw labelError(fileName, `${where} must be a closed shape`, region.shape_attributes.name);
      return [{ className: classOf(region.region_attributes), rings: [ring] }];
    }),
  }));
}

function classOf(attributes: Readonly<Record<string, unknown>>): string {
  const text = Object.values(attributes).find((value) => typeof value === "string" && value.trim() !== "");
  return typeof text === "string" ? text.trim() : "object";
}

function ringOf(shape: ShapeAttributes): number[] | null {
  const { all_points_x: xs, all_points_y: ys, x, y, width, height, cx, cy } = shape;
  if (xs && ys && xs.length === ys.length && xs.length > 2) return xs.flatMap((px, i) => [px, ys[i]]);
  if (x !== undefined && y !== undefined && width !== undefined && height !== undefined) {
    return boxRing(x, y, width, height);
  }
  const [rx, ry] = [shape.rx ?? shape.r, shape.ry ?? shape.r];
  if (cx === undefined || cy === undefined || rx === undefined || ry === undefined) return null;
  return ellipseRing(cx, cy, rx, ry);
}
