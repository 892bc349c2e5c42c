import { connectedComponents } from "../../image/index.ts";
import type { ObjectMap } from "../metrics/instance-scores.ts";

/**
 * Objects that somebody labelled: by their numbers where labels have them, so that those which touch stay apart, else pixels that touch.
 *
 * @param mask [height, width] of 0 and 1: the pixels of the class
 * @param labels numbers of objects, width and height [px]
 */
export function labelledObjects(
  mask: ArrayLike<number>,
  labels: { readonly instanceIds: Int32Array | null; readonly width: number; readonly height: number },
): ObjectMap {
  const { instanceIds } = labels;
  if (instanceIds === null) return objectsOf(mask, labels);
  const numbers = new Map<number, number>([[0, 0]]);
  const objects = instanceIds.map((id, i) => {
    if (mask[i] === 0) return 0;
    if (!numbers.has(id)) numbers.set(id, numbers.size);
    return numbers.get(id) ?? 0;
  });
  return { objects, objectCount: numbers.size - 1 };
}

/**
 * Objects of a mask: pixels that touch, corners included.
 *
 * @param mask [height, width] of 0 and 1
 * @param frame width and height [px]
 */
export function objectsOf(
  mask: ArrayLike<number>,
  { width, height }: { readonly width: number; readonly height: number },
): ObjectMap {
  const { components, componentCount } = connectedComponents(mask, width, height, 8);
  return { objects: components, objectCount: componentCount };
}
