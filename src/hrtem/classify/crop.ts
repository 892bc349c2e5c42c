import { transformSquare, type ComplexSquare, type GrayImage } from "../../core/index.ts";
import type { FoundParticle } from "../segment/find-particles.ts";

/** A particle cut out of its image, in a square whose side is a power of two. */
export interface ParticleCrop {
  readonly side: number;
  readonly pixelSizeNm: number;
  /** [side, side] the image about the particle; beyond the image its mean. */
  readonly values: Float64Array;
  /** [side, side]; 1 on the particle. */
  readonly inside: Uint8Array;
  /** Transform of the particle alone: its mean taken off, zero outside. */
  readonly lattice: ComplexSquare;
}

/** Sides of crops: spots need the resolution, large particles the room [px]. */
const SIDES = [128, 256, 512];

/**
 * Cuts a particle out of an image.
 *
 * @param pixelSizeNm pixel size [nm]
 */
export function cropParticle(image: GrayImage, particle: FoundParticle, pixelSizeNm: number): ParticleCrop {
  const { box, pixels } = particle;
  const longest = Math.max(box.width, box.height);
  const side = SIDES.find((candidate) => candidate >= longest + 8) ?? SIDES[SIDES.length - 1];
  const left = Math.round(box.x + box.width / 2 - side / 2);
  const top = Math.round(box.y + box.height / 2 - side / 2);
  const values = surroundings(image, { left, top, side });
  const inside = new Uint8Array(side * side);
  let [sum, count] = [0, 0];
  for (const place of pixels) {
    const [x, y] = [(place % image.width) - left, Math.floor(place / image.width) - top];
    if (x < 0 || y < 0 || x >= side || y >= side) continue;
    inside[y * side + x] = 1;
    sum += values[y * side + x];
    count++;
  }
  const mean = sum / Math.max(1, count);
  const lattice = transformSquare(
    values.map((value, i) => (inside[i] === 1 ? value - mean : 0)),
    side,
  );
  return { side, pixelSizeNm, values, inside, lattice };
}

/** A square of the image; what lies beyond it gets the mean of what does not. */
function surroundings(
  image: GrayImage,
  { left, top, side }: { readonly left: number; readonly top: number; readonly side: number },
): Float64Array {
  const values = new Float64Array(side * side).fill(NaN);
  let [sum, count] = [0, 0];
  for (let y = Math.max(0, -top); y < Math.min(side, image.height - top); y++) {
    for (let x = Math.max(0, -left); x < Math.min(side, image.width - left); x++) {
      const value = image.data[(y + top) * image.width + x + left];
      values[y * side + x] = value;
      sum += value;
      count++;
    }
  }
  return values.map((value) => (Number.isNaN(value) ? sum / count : value));
}
