import { connectedComponents } from "../../image/index.ts";
import type { ObjectMap } from "../metrics/instance-scores.ts";

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
