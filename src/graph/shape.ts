import { rangeError } from "../core/index.ts";
/** Extents of a tensor, outermost axis first; [] is a scalar. Images are [n, c, h, w]. */
export type Shape = readonly number[];

/**
 * Number of elements of a tensor.
 *
 * @param shape extents, outermost first
 * @returns their product; 1 for a scalar
 */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/**
 * Whether two shapes have the same extents.
 *
 * @param a first shape
 * @param b second shape
 * @returns true when rank and every extent agree
 */
export function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/**
 * Shape of an element-by-element result under NumPy's broadcasting rule: axes align from the right, 1 stretches.
 *
 * @throws RangeError when an axis differs and neither extent is 1
 */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const fromA = a[axis - rank + a.length] ?? 1;
    const fromB = b[axis - rank + b.length] ?? 1;
    if (fromA === fromB || fromB === 1) return fromA;
    if (fromA === 1) return fromB;
    throw rangeError(
      { action: "broadcast shapes" },
      "axes must agree or be 1",
      `${shapeText(a)} and ${shapeText(b)}`,
    );
  });
}

/**
 * Text of a shape for error messages.
 *
 * @param shape extents
 * @returns such as "[16, 1, 128, 128]"
 */
export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}
