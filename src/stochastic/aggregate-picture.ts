import { checkNumber } from "../core/index.ts";
import type { Aggregate } from "./aggregate.ts";

/** A colour picture: what a person is shown, not what a microscope measured. */
export interface AggregatePicture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4], row-major, top row first: red, green, blue, opacity, 0 to 255. */
  readonly pixels: Uint8Array;
  /** Edge of a pixel [nm]. */
  readonly pixelSizeNm: number;
  /** Length of the drawn scale bar [nm]; 0 when none was asked for. */
  readonly scaleBarNm: number;
}

/** A colour: red, green, blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** How an aggregate is to be pictured. */
export interface PictureOptions {
  /** Width and height of the square picture [px], 16 to 4096. */
  readonly widthPx: number;
  /** Edge of the square field of view [nm]; by default the aggregate with a margin. */
  readonly fieldOfViewNm?: number;
  /** Colours of the first and the second material. */
  readonly colours?: readonly [Colour, Colour];
  readonly background?: Colour;
  readonly hasScaleBar?: boolean;
}

/** Blue and orange: told apart by everyone and in grey print. */
export const MATERIAL_COLOURS: readonly [Colour, Colour] = [
  [92, 133, 188],
  [233, 137, 42],
];

const WHITE: Colour = [255, 255, 255];
/** Samples per pixel edge, averaged for smooth outlines. */
const OVERSAMPLING = 2;
/** Share of light that comes from everywhere. */
const AMBIENT = 0.35;
/** Direction to the lamp: upper left, in front (in the picture's frame: y down, depth away from the viewer); unit length. */
const LAMP = [-0.4, -0.5, -Math.sqrt(1 - 0.16 - 0.25)] as const;
/** Free border about the aggregate, as a share of its own extent. */
const MARGIN = 0.06;
/** Share of the light lost from the nearest to the farthest particle, so that depth shows. */
const DEPTH_SHADE = 0.35;

/**
 * Pictures an aggregate as shaded spheres, seen as simulated images are: x to the right, y up, z towards the viewer.
 *
 * Orthographic; each sample finds the front-most sphere (z-buffer) and shades it by Lambert's law.
 *
 * @param aggregate spheres of two materials
 * @param options size, field of view, colours, scale bar
 * @returns RGBA pixels with their size in nm
 * @throws RangeError for a width outside 16 to 4096
 * @example
 * import { renderAggregatePicture } from "../src/stochastic/index.ts";
 * import { sphereAggregate } from "../src/stochastic/aggregate.ts";
 * import { expect } from "vitest";
 * const sphere = sphereAggregate([{ x: 0, y: 0, z: 0, radiusNm: 5, materialIndex: 0 }]);
 * const picture = renderAggregatePicture(sphere, { widthPx: 32, fieldOfViewNm: 16 });
 * expect(picture.pixelSizeNm).toBe(0.5);
 */
export function renderAggregatePicture(aggregate: Aggregate, options: PictureOptions): AggregatePicture {
  const { widthPx, background = WHITE, hasScaleBar = false } = options;
  checkNumber("widthPx", widthPx, { min: 16, max: 4096, integer: true, action: "picture aggregate" });
  const frame = frameOf(aggregate);
  const edgeNm = options.fieldOfViewNm ?? frame.edgeNm;
  checkNumber("fieldOfViewNm", edgeNm, { min: 1e-3, unit: "nm", action: "picture aggregate" });
  const samples = rasterise(aggregate, frame, widthPx * OVERSAMPLING, edgeNm, options);
  const pixels = averaged(samples, widthPx, background);
  const scaleBarNm = hasScaleBar ? roundLengthBelow(edgeNm / 4) : 0;
  const pixelSizeNm = edgeNm / widthPx;
  if (hasScaleBar) drawBarInPlace(pixels, widthPx, Math.round(scaleBarNm / pixelSizeNm));
  return { width: widthPx, height: widthPx, pixels, pixelSizeNm, scaleBarNm };
}

/** Middle of the bounding box in x and y, square edge that holds it, and the range of depths. */
interface Frame {
  readonly centerX: number;
  readonly centerY: number;
  readonly edgeNm: number;
  readonly nearest: number;
  readonly farthest: number;
}

function frameOf({ centersNm: c, radiiNm: r }: Aggregate): Frame {
  const range = (axis: number) => {
    const low = r.reduce((least, radius, i) => Math.min(least, c[3 * i + axis] - radius), Infinity);
    const high = r.reduce((most, radius, i) => Math.max(most, c[3 * i + axis] + radius), -Infinity);
    return { low, high };
  };
  const [x, y, z] = [range(0), range(1), range(2)];
  return {
    centerX: (x.low + x.high) / 2,
    centerY: (y.low + y.high) / 2,
    edgeNm: Math.max(x.high - x.low, y.high - y.low) * (1 + 2 * MARGIN),
    nearest: z.high,
    farthest: z.low,
  };
}

/** RGBA samples, opacity 0 where no sphere is. */
function rasterise(
  aggregate: Aggregate,
  frame: Frame,
  size: number,
  edgeNm: number,
  { colours = MATERIAL_COLOURS }: PictureOptions,
): Uint8Array {
  const { centersNm: c, radiiNm: r, materialIndices } = aggregate;
  const samples = new Uint8Array(4 * size * size);
  const depth = new Float32Array(size * size).fill(Infinity);
  const scale = size / edgeNm;
  for (let i = 0; i < r.length; i++) {
    const x = (c[3 * i] - frame.centerX) * scale + size / 2;
    const y = (frame.centerY - c[3 * i + 1]) * scale + size / 2;
    const sphere = { x, y, depth: -c[3 * i + 2] * scale, radius: r[i] * scale };
    const behind = (frame.nearest - c[3 * i + 2]) / (frame.nearest - frame.farthest);
    const light = 1 - DEPTH_SHADE * behind;
    drawSphereInPlace(samples, depth, size, sphere, colours[materialIndices[i]], light);
  }
  return samples;
}

function drawSphereInPlace(
  samples: Uint8Array,
  depth: Float32Array,
  size: number,
  sphere: { readonly x: number; readonly y: number; readonly depth: number; readonly radius: number },
  colour: Colour,
  light: number,
): void {
  const { x, y, radius } = sphere;
  const top = Math.max(0, Math.floor(y - radius));
  const bottom = Math.min(size - 1, Math.ceil(y + radius));
  const left = Math.max(0, Math.floor(x - radius));
  const right = Math.min(size - 1, Math.ceil(x + radius));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const nx = (column + 0.5 - x) / radius;
      const ny = (row + 0.5 - y) / radius;
      const squared = 1 - nx * nx - ny * ny;
      if (squared < 0) continue;
      // the front half of the sphere looks against the depth
      const nz = -Math.sqrt(squared);
      const at = row * size + column;
      const surface = sphere.depth + radius * nz;
      if (surface >= depth[at]) continue;
      depth[at] = surface;
      const lambert = Math.max(0, nx * LAMP[0] + ny * LAMP[1] + nz * LAMP[2]);
      const shade = light * (AMBIENT + (1 - AMBIENT) * lambert);
      for (let channel = 0; channel < 3; channel++) samples[4 * at + channel] = colour[channel] * shade;
      samples[4 * at + 3] = 255;
    }
  }
}

/** Averages blocks of samples over the background; the result is opaque. */
function averaged(samples: Uint8Array, widthPx: number, background: Colour): Uint8Array {
  const size = widthPx * OVERSAMPLING;
  const pixels = new Uint8Array(4 * widthPx * widthPx);
  for (let at = 0; at < widthPx * widthPx; at++) {
    const corner = Math.floor(at / widthPx) * OVERSAMPLING * size + (at % widthPx) * OVERSAMPLING;
    const sum = [0, 0, 0];
    for (let k = 0; k < OVERSAMPLING ** 2; k++) {
      const sample = 4 * (corner + Math.floor(k / OVERSAMPLING) * size + (k % OVERSAMPLING));
      const source = samples[sample + 3] === 0 ? background : samples.subarray(sample, sample + 3);
      for (let channel = 0; channel < 3; channel++) sum[channel] += source[channel];
    }
    for (let channel = 0; channel < 3; channel++) {
      pixels[4 * at + channel] = Math.round(sum[channel] / OVERSAMPLING ** 2);
    }
    pixels[4 * at + 3] = 255;
  }
  return pixels;
}

/** The largest of 1, 2, 5 times a power of ten that is not above a length. */
function roundLengthBelow(lengthNm: number): number {
  const decade = 10 ** Math.floor(Math.log10(lengthNm));
  const step = [5, 2, 1].find((multiple) => multiple * decade <= lengthNm) ?? 1;
  return step * decade;
}

/** A black bar in the lower left corner. */
function drawBarInPlace(pixels: Uint8Array, widthPx: number, lengthPx: number): void {
  const margin = Math.round(widthPx * 0.04);
  const thickness = Math.max(2, Math.round(widthPx * 0.015));
  for (let row = widthPx - margin - thickness; row < widthPx - margin; row++) {
    const start = 4 * (row * widthPx + margin);
    for (let k = start; k < start + 4 * lengthPx; k++) pixels[k] = k % 4 === 3 ? 255 : 0;
  }
}
