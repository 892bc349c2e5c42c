import { z } from "zod";
import { beyondMemory } from "../core/index.ts";
import { annotatedImage, boxRing, labelError } from "./annotation.ts";
import type { ImageAnnotation, LabelShape } from "./annotation.ts";
import { decodeCocoRuns } from "./coco-runs.ts";
import { outlineMask } from "./outline.ts";

const ring = z.array(z.number());
const runs = z.object({
  size: z.tuple([z.number(), z.number()]),
  counts: z.union([z.string(), z.array(z.number())]),
});

/** The part of a COCO file that is read [lin2014]. */
const Coco = z.object({
  images: z.array(
    z.object({
      id: z.union([z.number(), z.string()]),
      file_name: z.string(),
      width: z.number().optional(),
      height: z.number().optional(),
    }),
  ),
  annotations: z.array(
    z.object({
      image_id: z.union([z.number(), z.string()]),
      category_id: z.union([z.number(), z.string()]),
      bbox: z.array(z.number()).optional(),
      segmentation: z.unknown().optional(),
      iscrowd: z.union([z.number(), z.boolean()]).optional(),
    }),
  ),
  categories: z.array(z.object({ id: z.union([z.number(), z.string()]), name: z.string() })),
});

type CocoAnnotation = z.infer<typeof Coco>["annotations"][number];

/**
 * Reads a COCO annotation file [lin2014]: polygons, run-length masks (plain or compressed), or boxes where an object has
 * no outline. A segmentation that is JSON inside a string is read too, since tools write that.
 *
 * @param text the whole file
 * @param fileName for error texts
 * @returns one annotation an image, also for those without objects; names without folders
 * @throws RangeError naming the field
 */
export function readCoco(text: string, fileName: string): ImageAnnotation[] {
  const coco = parsed(text, fileName);
  checkOnce(coco.images, "images", fileName);
  checkOnce(coco.categories, "categories", fileName);
  const sizes = new Map(coco.images.map((image) => [image.id, image]));
  const classNames = new Map(coco.categories.map(({ id, name }) => [id, name.trim()]));
  const byImage = new Map<string | number, LabelShape[]>();
  let maskPixels = 0;
  for (const [index, annotation] of coco.annotations.entries()) {
    const className = classNames.get(annotation.category_id);
    const where = `annotations[${index}]`;
    if (className === undefined) {
      throw labelError(fileName, `${where}.category_id must be a category`, String(annotation.category_id));
    }
    if (!sizes.has(annotation.image_id)) {
      throw labelError(
        fileName,
        `${where}.image_id must be an image of the file`,
        shownId(annotation.image_id),
      );
    }
    const outline = ringsOf(annotation, {
      checkSize: (size) =>
        checkMaskSize(size, sizes.get(annotation.image_id), `${where}.segmentation.size`, fileName),
      countPixels(count) {
        maskPixels += count;
        if (maskPixels <= MOST_MASK_PIXELS) return;
        const wanted = `boxes of all masks must have at most ${MOST_MASK_PIXELS} px together`;
        throw labelError(fileName, wanted, `more by ${where}`);
      },
    });
    if (outline === null) checkBox(annotation, where, fileName);
    const rings = outline ?? boxOf(annotation);
    if (rings === null)
      throw labelError(fileName, `${where} must have polygons, runs or a box`, "none of them");
    const shapes = byImage.get(annotation.image_id) ?? [];
    const kind = annotation.iscrowd ? "crowd" : outline === null ? "box" : undefined;
    shapes.push({ className, rings, ...(kind === undefined ? {} : { kind }) });
    byImage.set(annotation.image_id, shapes);
  }
  return coco.images.map(({ id, file_name, width, height }) => ({
    imageName: annotatedImage(file_name, fileName),
    size: width === undefined || height === undefined ? null : { width, height },
    shapes: byImage.get(id) ?? [],
  }));
}

/** Numbers and words are different ids. */
const shownId = (id: number | string) => JSON.stringify(id);

/** Two things of one id: what is annotated by it belongs to either. */
function checkOnce(list: readonly { readonly id: number | string }[], name: string, fileName: string): void {
  const seen = new Set<number | string>();
  for (const [index, { id }] of list.entries()) {
    if (seen.has(id)) {
      throw labelError(fileName, `${name}[${index}].id must stand once in ${name}`, `${shownId(id)} again`);
    }
    seen.add(id);
  }
}

/** A box reaches from its first corner to the right and downwards. */
function checkBox({ bbox }: CocoAnnotation, where: string, fileName: string): void {
  if (bbox?.length !== 4 || (bbox[2] >= 0 && bbox[3] >= 0)) return;
  const wanted = `${where}.bbox must be [x, y, width, height] with no side below 0`;
  throw labelError(fileName, wanted, `[${bbox.join(", ")}]`);
}

function parsed(text: string, fileName: string): z.infer<typeof Coco> {
  const result = Coco.safeParse(parseJson(text, fileName));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw labelError(fileName, `COCO ${issue.path.join(".")} must fit`, issue.message);
}

/**
 * Parses JSON text of a label file.
 *
 * @throws RangeError where it is not JSON
 */
export function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw labelError(fileName, "file must be JSON", cause instanceof Error ? cause.message : String(cause));
  }
}

interface MaskSize {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** Masks are as large as their images: one that says more would be allocated before its runs are looked at. */
function checkMaskSize(
  [height, width]: readonly [number, number],
  image: MaskSize | undefined,
  key: string,
  fileName: string,
): void {
  const got = `${width} x ${height}`;
  if (![width, height].every((side) => Number.isInteger(side) && side > 0)) {
    throw labelError(fileName, `${key} must be whole numbers above 0`, got);
  }
  if (image?.width !== undefined && image.height !== undefined) {
    if (image.width !== width || image.height !== height) {
      const wanted = `${key} must be that of its image, ${image.width} x ${image.height} px`;
      throw labelError(fileName, wanted, got);
    }
  }
  const beyond = beyondMemory(width * height * MASK_BYTES);
  if (beyond === null) return;
  throw new RangeError(
    `${labelError(fileName, `${key} must ${beyond.wanted}`, got).message}; ${beyond.remedy}`,
  );
}

/** A mask, and the corners that its outline has used. */
const MASK_BYTES = 2;
/** Pixels of all masks of a file, each in its box: 2^28 take some seconds, and runs of a few bytes can stand for a whole image. */
const MOST_MASK_PIXELS = 2 ** 31;

/** What is asked of a mask before it is decoded, and after. */
interface MaskChecks {
  checkSize(size: readonly [number, number]): void;
  countPixels(count: number): void;
}

function ringsOf(
  { segmentation }: CocoAnnotation,
  { checkSize, countPixels }: MaskChecks,
): (readonly number[])[] | null {
  const value = typeof segmentation === "string" ? safeJson(segmentation) : segmentation;
  const polygons = z.array(ring).safeParse(value);
  if (polygons.success && polygons.data.length > 0) return polygons.data;
  const mask = runs.safeParse(value);
  if (mask.success) {
    const [height, width] = mask.data.size;
    checkSize(mask.data.size);
    const box = decodeCocoRuns(mask.data.counts, width, height);
    countPixels(box.mask.length);
    return outlineMask(box.mask, box.width, box.height).map((outline) =>
      outline.map((coordinate, i) => coordinate + (i % 2 === 0 ? box.x : box.y)),
    );
  }
  return null;
}

const boxOf = ({ bbox }: CocoAnnotation): (readonly number[])[] | null =>
  bbox?.length === 4 ? [boxRing(bbox[0], bbox[1], bbox[2], bbox[3])] : null;

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
