/** Layers of the ziggurat for the standard normal density exp(-x^2/2) [marsaglia2000]. */
export interface ZigguratTable {
  /** Right edge of each layer in steps of 2^-23 of itself; index 0 is the base strip's virtual width V/f(R). */
  readonly xPerStep: Float64Array;
  /** x[i+1]/x[i] in the same steps: below it a point lies under the curve whatever its height. */
  readonly coreSteps: Int32Array;
  /** exp(-x^2/2) at the right edges, 1 at the top. */
  readonly density: Float64Array;
  /** Start R of the tail. */
  readonly tailStart: number;
}

const LAYER_COUNT = 128;
/** Places across a layer, and as many on the other side of zero. */
const STEPS = 2 ** 23;
/** R and the common area V of 128 layers, from the paper's table. */
const TAIL_START = 3.442619855899;
const LAYER_AREA = 9.91256303526217e-3;

/** The table of 128 layers; x[i] falls from the base strip to 0 at the top. */
export const ZIGGURAT: ZigguratTable = buildZiggurat();

function buildZiggurat(): ZigguratTable {
  const densityAt = (at: number) => Math.exp(-0.5 * at * at);
  const x = new Float64Array(LAYER_COUNT + 1);
  x[0] = LAYER_AREA / densityAt(TAIL_START);
  x[1] = TAIL_START;
  // equal areas: V = x_i (f(x_{i+1}) - f(x_i))
  for (let i = 1; i < LAYER_COUNT - 1; i++) {
    x[i + 1] = Math.sqrt(-2 * Math.log(LAYER_AREA / x[i] + densityAt(x[i])));
  }
  x[LAYER_COUNT] = 0;
  const density = x.map(densityAt);
  const coreSteps = Int32Array.from({ length: LAYER_COUNT }, (_, i) => Math.ceil((x[i + 1] / x[i]) * STEPS));
  return { xPerStep: x.map((edge) => edge / STEPS), coreSteps, density, tailStart: TAIL_START };
}
