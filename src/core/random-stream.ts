import seedrandom from "seedrandom";
import { poissonCandidate } from "./poisson-candidate.ts";
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
  /** Fills an array with what as many calls of uniform() would give, several times faster; returns it. */
  fillUniform(values: Float64Array): Float64Array;
  /** Fills an array with standard normal deviates (not those that calls of normal() would give); returns it. */
  fillNormal(values: Float64Array): Float64Array;
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
/** Numbers drawn at a time where many are wanted. */
const BLOCK = 256;

class Sfc32Stream implements RandomStream {
  readonly #path: readonly PathStep[];
  /** a, b, c and the counter of sfc32. */
  #state: Int32Array | undefined;
  /** Scratch of fillNormal: a fresh array each time would cost more than the numbers. */
  #outside: Int32Array | undefined;

  constructor(path: readonly PathStep[]) {
    this.#path = path;
  }

  /** The generator's state, seeded at the first draw: many streams are only forked, and seeding takes 10 microseconds. */
  #seeded(): Int32Array {
    if (this.#state !== undefined) return this.#state;
    const seeder = seedrandom(JSON.stringify(this.#path));
    this.#state = Int32Array.of(seeder.int32(), seeder.int32(), seeder.int32(), 1);
    // sfc32's author asks for 12 rounds before the first output when three words are seeded
    for (let round = 0; round < 12; round++) this.#nextInt32();
    return this.#state;
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
    for (;;) {
      // 24 bits place the point, 7 other bits choose the layer: shared bits would correlate the two
      const bits = this.#nextInt32();
      const layer = bits & 127;
      const steps = bits >> 8;
      if (Math.abs(steps) < ZIGGURAT.coreSteps[layer]) return steps * ZIGGURAT.xPerStep[layer];
      const value = this.#normalOutsideCore(layer, steps);
      if (value !== null) return value;
    }
  }

  poisson(mean: number): number {
    if (mean <= 0) return 0;
    return mean < 10 ? this.#poissonByInversion(mean) : this.#poissonByRejection(mean);
  }

  fillUniform(values: Float64Array): Float64Array {
    // the state in local variables, which the compiler keeps in registers
    const state = this.#state ?? this.#seeded();
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let counter = state[3];
    for (let i = 0; i < values.length; i++) {
      const sum = (a + b + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      values[i] = (sum >>> 0) * TWO_TO_MINUS_32;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = counter;
    return values;
  }

  fillNormal(values: Float64Array): Float64Array {
    const outside = (this.#outside ??= new Int32Array(2 * BLOCK));
    for (let start = 0; start < values.length; start += BLOCK) {
      const end = Math.min(values.length, start + BLOCK);
      const count = this.#fillCores(values, start, end, outside);
      for (let k = 0; k < count; k += 2) {
        const bits = outside[k + 1];
        values[outside[k]] = this.#normalOutsideCore(bits & 127, bits >> 8) ?? this.normal();
      }
    }
    return values;
  }

  /** Fills a block as if every point lay in the core of its layer, and lists those that do not: place and bits. */
  #fillCores(values: Float64Array, start: number, end: number, outside: Int32Array): number {
    const { coreSteps, xPerStep } = ZIGGURAT;
    const state = this.#state ?? this.#seeded();
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let counter = state[3];
    let count = 0;
    for (let i = start; i < end; i++) {
      const bits = (a + b + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + bits) | 0;
      const layer = bits & 127;
      const steps = bits >> 8;
      values[i] = steps * xPerStep[layer];
      if (Math.abs(steps) >= coreSteps[layer]) {
        outside[count++] = i;
        outside[count++] = bits;
      }
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = counter;
    return count;
  }

  #nextInt32(): number {
    const state = this.#state ?? this.#seeded();
    const sum = (state[0] + state[1] + state[3]) | 0;
    state[3]++;
    state[0] = state[1] ^ (state[1] >>> 9);
    state[1] = (state[2] + (state[2] << 3)) | 0;
    state[2] = (((state[2] << 21) | (state[2] >>> 11)) + sum) | 0;
    return sum;
  }

  /** The wedge between a layer's core and the curve, or the tail; null where the point lies above the curve. */
  #normalOutsideCore(layer: number, steps: number): number | null {
    const { xPerStep, density, tailStart } = ZIGGURAT;
    if (layer === 0) return this.#normalTail(tailStart, steps < 0);
    const candidate = steps * xPerStep[layer];
    const height = density[layer] + this.uniform() * (density[layer + 1] - density[layer]);
    return height < Math.exp(-0.5 * candidate * candidate) ? candidate : null;
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

  #poissonByRejection(mean: number): number {
    for (;;) {
      const count = poissonCandidate(mean, this.uniform(), this.uniform());
      if (count >= 0) return count;
    }
  }
}
