import seedrandom from "seedrandom";
import { ZIGGURAT } from "./ziggurat-table.ts";

/** One step of a stream's path: a purpose ("noise") or an index (sample 17). */
export type PathStep = string | number;

/**
 * A stream of random numbers named by its path, such as [seed, "sample", 17, "noise"].
 *
 * Streams with different paths are independent; the same path always gives the same numbers, whatever other
 * streams were drawn from, so results do not depend on the order of the work or the number of workers.
 */
export interface RandomStream {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Uniform integer in [0, count), without modulo bias; count from 1 to 2^32. */
  integerBelow(count: number): number;
  /** Standard normal deviate. */
  normal(): number;
  /** Poisson deviate with the given mean (0 or more). */
  poisson(mean: number): number;
  /** The stream named by this stream's path and the given steps; does not advance this stream. */
  fork(...steps: PathStep[]): RandomStream;
}

/**
 * Opens the random stream of a path.
 *
 * seedrandom turns the path (as JSON text, so ["a", 1] and ["a1"] differ) into the 128-bit state of an sfc32
 * generator, which does the bulk [doty2010]; normals come from the ziggurat [marsaglia2000], Poisson counts
 * from inversion below a mean of 10 and from PTRS above [hoermann1993].
 *
 * @param path seed first, then purposes and indices
 * @returns the stream at its start
 * @example
 * import { openRandomStream } from "../src/core/index.ts";
 * import { expect } from "vitest";
 * const a = openRandomStream(7, "sample", 3);
 * const b = openRandomStream(7).fork("sample", 3);
 * expect(a.uniform()).toBe(b.uniform());
 */
export function openRandomStream(...path: [PathStep, ...PathStep[]]): RandomStream {
  return new Sfc32Stream(path);
}

const TWO_TO_MINUS_32 = 2 ** -32;

class Sfc32Stream implements RandomStream {
  readonly #path: readonly PathStep[];
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(path: readonly PathStep[]) {
    this.#path = path;
    const seeder = seedrandom(JSON.stringify(path));
    this.#a = seeder.int32();
    this.#b = seeder.int32();
    this.#c = seeder.int32();
    // sfc32's author asks for 12 rounds before the first output when three words are seeded
    for (let round = 0; round < 12; round++) this.#nextInt32();
  }

  fork(...steps: PathStep[]): RandomStream {
    return new Sfc32Stream([...this.#path, ...steps]);
  }

  uniform(): number {
    return (this.#nextInt32() >>> 0) * TWO_TO_MINUS_32;
  }

  integerBelow(count: number): number {
    // rejection of the incomplete last block keeps every value equally likely
    const limit = 2 ** 32 - (2 ** 32 % count);
    for (;;) {
      const draw = this.#nextInt32() >>> 0;
      if (draw < limit) return draw % count;
    }
  }

  normal(): number {
    const { x, ratio, density, tailStart } = ZIGGURAT;
    for (;;) {
      // 24 bits place the point, 7 other bits choose the layer: shared bits would correlate the two
      const bits = this.#nextInt32();
      const layer = bits & 127;
      const signed = (bits >> 8) * 2 ** -23; // [-1, 1)
      if (Math.abs(signed) < ratio[layer]) return signed * x[layer];
      if (layer === 0) return this.#normalTail(tailStart, signed < 0);
      const candidate = signed * x[layer];
      const height = density[layer] + this.uniform() * (density[layer + 1] - density[layer]);
      if (height < Math.exp(-0.5 * candidate * candidate)) return candidate;
    }
  }

  poisson(mean: number): number {
    if (mean <= 0) return 0;
    return mean < 10 ? this.#poissonByInversion(mean) : this.#poissonByRejection(mean);
  }

  #nextInt32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** Marsaglia's tail: x = -ln(u1)/r, y = -ln(u2), accepted when 2y > x^2 [marsaglia2000]. */
  #normalTail(tailStart: number, isNegative: boolean): number {
    for (;;) {
      const x = -Math.log(1 - this.uniform()) / tailStart;
      const y = -Math.log(1 - this.uniform());
      if (2 * y > x * x) return isNegative ? -(tailStart + x) : tailStart + x;
    }
  }

  /** Walks the cumulative distribution from zero: exact, mean + 1 steps. */
  #poissonByInversion(mean: number): number {
    let probability = Math.exp(-mean);
    let rest = this.uniform() - probability;
    let count = 0;
    while (rest >= 0 && count < 200) {
      count++;
      probability *= mean / count;
      rest -= probability;
    }
    return count;
  }

  /** PTRS, transformed rejection with squeeze [hoermann1993]; constants are the paper's. */
  #poissonByRejection(mean: number): number {
    const root = Math.sqrt(mean);
    const b = 0.931 + 2.53 * root;
    const a = -0.059 + 0.02483 * b;
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    const squeeze = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = 1 - this.uniform();
      const us = 0.5 - Math.abs(u);
      const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= squeeze) return count;
      if (count < 0 || (us < 0.013 && v > us)) continue;
      const accepted = Math.log((v * inverseAlpha) / (a / (us * us) + b));
      if (accepted <= count * Math.log(mean) - mean - logFactorial(count)) return count;
    }
  }
}

/** ln(n!) by Stirling's series: absolute error below 1e-10 from n = 10 on, a sum below that. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  const inverse = 1 / (n + 1);
  const series = inverse * (1 / 12 - inverse * inverse * (1 / 360 - inverse * inverse * (1 / 1260)));
  return (n + 0.5) * Math.log(n + 1) - (n + 1) + 0.5 * Math.log(2 * Math.PI) + series;
}
