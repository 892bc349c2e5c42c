import { connectedComponents, dilateMask } from "../../image/index.ts";
import type { InkComponent } from "./ink-components.ts";

/** Size of the picture that a component lies in [px]. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Share of a component's outline that runs straight along rows or columns: 1 for rectangles and what is put together of them,
 * about a third for a disc of 24 px and runs of 6 px.
 *
 * What lies on the edge of the picture does not count: nothing is known of the component's shape there.
 *
 * @param component without holes
 * @param picture that it lies in
 * @param shortestPx a straight part has at least so many sides of pixels in a row
 * @returns 0 to 1; 0 where the component fills the picture
 */
export function straightShare(component: InkComponent, picture: Size, shortestPx: number): number {
  const { x, y, width, height, mask } = component;
  const isIn = (column: number, row: number) =>
    column >= 0 && row >= 0 && column < width && row < height && mask[row * width + column] === 1;
  let [straight, total] = [0, 0];
  // side(k): 1 or -1 where only one of two neighbouring pixels belongs, by which of them does
  const addRuns = (length: number, side: (k: number) => number) => {
    for (let k = 0, run = 0, kind = 0; k <= length; k++, run++) {
      const here = k < length ? side(k) : 0;
      if (here === kind) continue;
      if (kind !== 0) total += run;
      if (kind !== 0 && run >= shortestPx) straight += run;
      [run, kind] = [0, here];
    }
  };
  for (let row = 0; row <= height; row++) {
    if (y + row === 0 || y + row === picture.height) continue;
    addRuns(width, (column) => Number(isIn(column, row)) - Number(isIn(column, row - 1)));
  }
  for (let column = 0; column <= width; column++) {
    if (x + column === 0 || x + column === picture.width) continue;
    addRuns(height, (row) => Number(isIn(column, row)) - Number(isIn(column - 1, row)));
  }
  return total === 0 ? 0 : straight / total;
}

/** A component with its holes filled, such as the letters on a label's ground; holes larger than itself stay. */
export function withoutHoles<C extends InkComponent>(component: C): C {
  const { mask, width, height, inkCount } = component;
  // most zones have none: nothing is numbered for them
  if (inkCount === width * height) return component;
  const empty = new Uint8Array(mask.length);
  for (let i = 0; i < mask.length; i++) empty[i] = 1 - mask[i];
  const { components, componentCount } = connectedComponents(empty, width, height, 4);
  const sizes = new Float64Array(componentCount + 1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const isOpen = x === 0 || y === 0 || x === width - 1 || y === height - 1;
      sizes[components[i]] += isOpen ? Infinity : 1;
    }
  }
  const filled = mask.slice();
  let filledCount = inkCount;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 1 || sizes[components[i]] > inkCount) continue;
    filled[i] = 1;
    filledCount++;
  }
  return { ...component, mask: filled, inkCount: filledCount };
}

/** Edges are smoothed over a pixel; the ring about a component begins beyond [px]. */
const RING_PX = [1.5, 2.5] as const;
const REACH_PX = 3;

/**
 * The pixels about a component, at a distance of two: what it was drawn on.
 *
 * @param component in the picture
 * @returns indices into the picture
 */
export function ringAbout(component: InkComponent, picture: Size): number[] {
  const [width, height] = [component.width + 2 * REACH_PX, component.height + 2 * REACH_PX];
  const data = new Uint8Array(width * height);
  for (let row = 0; row < component.height; row++) {
    const from = row * component.width;
    data.set(component.mask.subarray(from, from + component.width), (row + REACH_PX) * width + REACH_PX);
  }
  const [inner, outer] = RING_PX.map((radius) => dilateMask({ width, height, data }, radius).data);
  const ring: number[] = [];
  const [left, top] = [component.x - REACH_PX, component.y - REACH_PX];
  for (let row = Math.max(0, -top); row < Math.min(height, picture.height - top); row++) {
    for (let column = Math.max(0, -left); column < Math.min(width, picture.width - left); column++) {
      const i = row * width + column;
      if (outer[i] === 1 && inner[i] === 0) ring.push((top + row) * picture.width + left + column);
    }
  }
  return ring;
}
