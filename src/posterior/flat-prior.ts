import { decodeTarget, encodeTarget, logDensityFactor, type Target } from "./target-codes.ts";

/** A density on the network's line, cell by cell of equal width. */
export interface GridDensity {
  /** [cellCount] middles of the cells, rising. */
  readonly codes: Float64Array;
  /** [cellCount] up to a constant. */
  readonly logDensities: Float64Array;
}

/** Cells between a prior's ends: half of the narrowest pooled posteriors' deviation each, where sums over cells are integrals. */
const CELL_COUNT = 256;

/**
 * The prior of a parameter, which is flat on the target's scale between its ends, as a density of codes.
 */
export function flatPrior(target: Target): GridDensity {
  const [first, last] = [target.low, target.high].map((value) => encodeTarget(target, value));
  const width = (last - first) / CELL_COUNT;
  const codes = Float64Array.from({ length: CELL_COUNT }, (_, cell) => first + (cell + 0.5) * width);
  // p(code) = p(s) ds / dcode, and p(s) is a constant
  return { codes, logDensities: codes.map((code) => -logDensityFactor(target, decodeTarget(target, code))) };
}
