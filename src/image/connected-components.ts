import { checkNumber } from "../core/index.ts";

/** Objects of a mask by number. */
export interface ComponentMap {
  readonly width: number;
  readonly height: number;
  /** [height, width], row-major; 0 outside, 1 to `componentCount` by first pixel in reading order. */
  readonly components: Int32Array;
  readonly componentCount: number;
}

/** Whether pixels that touch at a corner belong together. */
export type Connectivity = 4 | 8;

/**
 * Numbers the connected objects of a mask.
 *
 * Two passes with a union of equivalent numbers [rosenfeld1966]. The whole mask is seen at once, so an object that several
 * tiles contributed to is one object, whatever seams run through it.
 *
 * @param mask [height, width]; anything but 0 is inside
 * @param width columns [px]
 * @param height rows [px]
 * @param connectivity 4 (edges) or 8 (corners too)
 * @returns component numbers
 * @example
 * import { connectedComponents } from "../src/image/index.ts";
 * import { expect } from "vitest";
 * expect(connectedComponents([1, 0, 0, 1], 2, 2, 4).componentCount).toBe(2);
 * expect(connectedComponents([1, 0, 0, 1], 2, 2, 8).componentCount).toBe(1);
 */
export function connectedComponents(
  mask: ArrayLike<number>,
  width: number,
  height: number,
  connectivity: Connectivity,
): ComponentMap {
  checkNumber("mask length", mask.length, {
    min: width * height,
    max: width * height,
    action: "find components",
  });
  const components = new Int32Array(width * height);
  const parents: number[] = [0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (mask[at] === 0) continue;
      components[at] = numberFor(components, parents, { x, at, width, connectivity });
    }
  }
  const finals = finalNumbers(parents);
  for (let i = 0; i < components.length; i++) components[i] = finals[components[i]];
  return {
    width,
    height,
    components,
    componentCount: finals.reduce((most, value) => Math.max(most, value), 0),
  };
}

interface Place {
  readonly x: number;
  readonly at: number;
  readonly width: number;
  readonly connectivity: Connectivity;
}

/** The number of the neighbours read before (left and above), joined where they differ, or a new one. */
function numberFor(components: Int32Array, parents: number[], { x, at, width, connectivity }: Place): number {
  const left = x > 0 ? components[at - 1] : 0;
  const up = at >= width ? components[at - width] : 0;
  const upLeft = connectivity === 8 && x > 0 && at >= width ? components[at - width - 1] : 0;
  const upRight = connectivity === 8 && x < width - 1 && at >= width ? components[at - width + 1] : 0;
  const first = left || up || upLeft || upRight;
  if (first === 0) return parents.push(parents.length) - 1;
  for (const other of [up, upLeft, upRight]) if (other !== 0 && other !== first) join(parents, first, other);
  return first;
}

function rootOf(parents: number[], start: number): number {
  let root = start;
  while (parents[root] !== root) root = parents[root] = parents[parents[root]];
  return root;
}

/** The smaller number wins, so roots keep the order of first pixels. */
function join(parents: number[], a: number, b: number): void {
  const [rootA, rootB] = [rootOf(parents, a), rootOf(parents, b)];
  if (rootA < rootB) parents[rootB] = rootA;
  else parents[rootA] = rootB;
}

function finalNumbers(parents: number[]): Int32Array {
  const finals = new Int32Array(parents.length);
  let count = 0;
  for (let i = 1; i < parents.length; i++) {
    finals[i] = rootOf(parents, i) === i ? ++count : finals[rootOf(parents, i)];
  }
  return finals;
}
