import type { Shape } from "../../src/graph/index.ts";

/** A computed tensor of the reference evaluation: elements in row-major order. */
export interface Tensor64 {
  readonly shape: Shape;
  readonly data: Float64Array;
}
