/** What gpu.js gives a kernel: which cell of the output it computes. */
export interface KernelThread {
  readonly thread: { readonly x: number; readonly y: number; readonly z: number };
}

/** Numbers per body in the kernel's first argument. */
export const BODY_STRIDE = 10;

/** What the kernel reads, packed by packBatch; indices are whole numbers stored as floats. */
export interface KernelArguments {
  /** [bodies, BODY_STRIDE]: x, y, samples/reach^2 (0 for a cap), start in geometry, two weights, radius, planes, plane count, nodes. */
  readonly bodies: Float32Array;
  /** Radial profiles, planes (normal and offset) and quadrature nodes of all bodies. */
  readonly geometry: Float32Array;
  /** [images x tiles + 1] start of each tile's list. */
  readonly tileStarts: Float32Array;
  /** Bodies tile by tile. */
  readonly tileBodies: Float32Array;
  /** Intensity table, [counts[0], counts[1], 3]. */
  readonly table: Float32Array;
  /** [images, heightPx, widthPx, 3]: where the probe is, x and y, and the film under it [nm]. */
  readonly pixels: Float32Array;
  /** widthPx, heightPx, tiles along x, along y, tile edge, profile samples, nodes per nm of each material and of the film, node counts. */
  readonly sizes: Float32Array;
}

/**
 * One pixel of one image: adds up the bodies of the pixel's tile and looks the column up in the intensity table; -1 where the
 * column is thicker than the table.
 *
 * Runs as WebGPU compute shader, WebAssembly or JavaScript through gpu.js, which translates the text of this function: only
 * arithmetic, loops with whole counters and Math are allowed, and nothing from outside. The same formulas as splatBodies
 * and detectedShareInto, in single precision.
 */
export function shareKernel(
  this: KernelThread,
  bodies: Float32Array,
  geometry: Float32Array,
  tileStarts: Float32Array,
  tileBodies: Float32Array,
  table: Float32Array,
  pixels: Float32Array,
  sizes: Float32Array,
): number {
  const pixel = ((this.thread.z * sizes[1] + this.thread.y) * sizes[0] + this.thread.x) * 3;
  const x = pixels[pixel];
  const y = pixels[pixel + 1];
  const film = pixels[pixel + 2] * sizes[8];
  const tileRow = this.thread.z * sizes[3] + Math.floor(this.thread.y / sizes[4]);
  const tile = tileRow * sizes[2] + Math.floor(this.thread.x / sizes[4]);
  const start = tileStarts[tile];
  const count = tileStarts[tile + 1] - start;
  let first = 0;
  let second = 0;
  for (let i = 0; i < count; i++) {
    const b = tileBodies[start + i] * 10;
    const dx = x - bodies[b];
    const dy = y - bodies[b + 1];
    let thickness = 0;
    if (bodies[b + 2] > 0) {
      // a blurred sphere: its squared thickness is linear between samples in the squared distance
      const at = (dx * dx + dy * dy) * bodies[b + 2];
      if (at < sizes[5] - 1) {
        const below = Math.floor(at);
        const k = bodies[b + 3] + below;
        thickness = Math.sqrt(geometry[k] + (at - below) * (geometry[k + 1] - geometry[k]));
      }
    } else {
      // a cap: sharp chords between planes, averaged over the eight nodes of its quadrature
      for (let node = 0; node < 8; node++) {
        const place = bodies[b + 9] + 2 * node;
        const px = dx + geometry[place];
        const py = dy + geometry[place + 1];
        const square = bodies[b + 6] * bodies[b + 6] - px * px - py * py;
        if (square > 0) {
          let high = Math.sqrt(square);
          let low = -high;
          for (let plane = 0; plane < bodies[b + 8]; plane++) {
            const g = bodies[b + 7] + 4 * plane;
            const slope = geometry[g + 2];
            const room = geometry[g + 3] - geometry[g] * px - geometry[g + 1] * py;
            if (slope > 0.000001) {
              high = Math.min(high, room / slope);
            } else if (slope < -0.000001) {
              low = Math.max(low, room / slope);
            } else if (room < 0) {
              high = low;
            }
          }
          thickness += Math.max(0, high - low) / 8;
        }
      }
    }
    first += bodies[b + 4] * thickness;
    second += bodies[b + 5] * thickness;
  }
  // bicubic in the two materials, a parabola in the film
  const a = Math.max(0, first) * sizes[6];
  const c = Math.max(0, second) * sizes[7];
  const row = Math.floor(a);
  const column = Math.floor(c);
  const u = a - row;
  const v = c - column;
  const v0 = (-v * (v - 1) * (v - 2)) / 6;
  const v1 = ((v + 1) * (v - 1) * (v - 2)) / 2;
  const v2 = (-(v + 1) * v * (v - 2)) / 2;
  const v3 = ((v + 1) * v * (v - 1)) / 6;
  let share = 0;
  for (let sheet = 0; sheet < 3; sheet++) {
    let filmWeight = 0.5 * (film - 1) * (film - 2);
    if (sheet === 1) filmWeight = film * (2 - film);
    if (sheet === 2) filmWeight = 0.5 * film * (film - 1);
    for (let i = 0; i < 4; i++) {
      let weight = (-u * (u - 1) * (u - 2)) / 6;
      if (i === 1) weight = ((u + 1) * (u - 1) * (u - 2)) / 2;
      if (i === 2) weight = (-(u + 1) * u * (u - 2)) / 2;
      if (i === 3) weight = ((u + 1) * u * (u - 1)) / 6;
      const at = ((row + i) * sizes[10] + column) * 3 + sheet;
      const line = v0 * table[at] + v1 * table[at + 3] + v2 * table[at + 6] + v3 * table[at + 9];
      share += filmWeight * weight * line;
    }
  }
  // beyond the table's last node nothing is known: no share of a beam is below zero
  if (a > sizes[9] - 4) share = -1;
  if (c > sizes[10] - 4) share = -1;
  return share;
}
