import { connectedComponents, cropRegion } from "../../image/index.ts";
import { UNLABELLED } from "../../labels/index.ts";
import type { LabelledMicrograph } from "./labelled-set.ts";

/**
 * What remains of a labelled image without a frame in which labels are missing.
 *
 * @param framePx width of the frame [px]; 0 keeps the image
 */
export function withoutFrame(item: LabelledMicrograph, framePx: number): LabelledMicrograph {
  if (framePx === 0) return item;
  const [width, height] = [item.width - 2 * framePx, item.height - 2 * framePx];
  const image = cropRegion(item.image, { x: framePx, y: framePx, width, height });
  const classIds = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const start = (y + framePx) * item.width + framePx;
    classIds.set(item.classIds.subarray(start, start + width), y * width);
  }
  return { ...item, width, height, image, classIds, instanceIds: null };
}

/**
 * Makes an answer background where nobody labelled: there it can be neither right nor wrong.
 *
 * @param answer [height, width] class ids
 * @param truth [height, width] class ids, or UNLABELLED
 */
export function whereLabelled(answer: Uint8Array, truth: Uint8Array): Uint8Array {
  return truth.includes(UNLABELLED)
    ? answer.map((classId, i) => (truth[i] === UNLABELLED ? 0 : classId))
    : answer;
}

/**
 * Makes objects background that touch the image's edge, whatever their classes: an answer as somebody labels it who leaves out
 * what is cut off.
 *
 * @param classIds [height, width]; 0 is background
 * @param size width and height [px]
 */
export function withoutEdgeObjects(
  classIds: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const { components, componentCount } = connectedComponents(classIds, width, height, 4);
  const isCut = new Uint8Array(componentCount + 1);
  for (let x = 0; x < width; x++) isCut[components[x]] = isCut[components[(height - 1) * width + x]] = 1;
  for (let y = 0; y < height; y++)
    isCut[components[y * width]] = isCut[components[y * width + width - 1]] = 1;
  return classIds.map((classId, i) => (isCut[components[i]] === 1 ? 0 : classId));
}
