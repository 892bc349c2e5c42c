/** In place of Dawn: a page has the browser's WebGPU, or none. */
export const globals = {};

/** Would open Dawn. */
export function create(): never {
  throw new Error("Cannot open WebGPU: the browser has none");
}
