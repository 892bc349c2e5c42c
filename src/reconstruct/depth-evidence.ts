import { alignView, depthLag } from "./align-views.ts";
import type { ProjectedParticles, TiltedView } from "./projected-particles.ts";

/** What other views say of the depths: ln of a likelihood for each particle, tabulated over depth. */
export interface DepthEvidence {
  /** Depth of the first entry, and from one to the next [nm]. */
  readonly lowNm: number;
  readonly stepNm: number;
  /** Entries a particle. */
  readonly length: number;
  /** [particleCount, length], row-major. */
  readonly logs: Float32Array;
}

/** Share of the particles that a view does not show, or shows elsewhere than they are. */
const LOST_SHARE = 0.05;
/** Relative error of a radius from one view to another. */
const RADIUS_ERROR = 0.1;
/** Entries stand at most this share of an error apart. */
const STEPS_PER_ERROR = 2;
const LEAST_ERROR_NM = 0.25;

/**
 * What tilted views say of each particle's depth.
 *
 * A holder that turns by t about x takes a particle to x' = x, y' = y cos t - z sin t. At each depth z a particle of the first view should be
 * found there in the other, as large and of the same material: which of the others it is nobody says, so that
 *
 *   L(z) = lost + (1 - lost) sum_k N(x_k - x) N(y_k - y cos t + z sin t) N(ln r_k/r) [m_k = m]
 *
 * over the particles k of the other view, up to what does not hang on z. Views may lie beside the first: they are laid over it.
 *
 * @param particles of the first view
 * @param views the others
 * @param reachNm depths lie within so much of the middle [nm]
 */
export function depthEvidence(
  particles: ProjectedParticles,
  views: readonly TiltedView[],
  reachNm: number,
): DepthEvidence {
  const errorNm = Math.max(LEAST_ERROR_NM, particles.errorNm, ...views.map((view) => view.particles.errorNm));
  const stepNm = errorNm / STEPS_PER_ERROR;
  const length = 2 * Math.ceil(reachNm / stepNm) + 1;
  const lowNm = -((length - 1) / 2) * stepNm;
  const grid = { errorNm, lowNm, stepNm };
  const mostLag = Math.ceil(MOST_DEPTH_SHIFT_NM / stepNm);
  const likelihoods = new Float32Array(particles.count * length).fill(1);
  views.forEach((view, v) => {
    const aligned = alignView(particles, view, errorNm);
    const table = new Float32Array(particles.count * length);
    for (let i = 0; i < particles.count; i++) {
      likelihoodInto(table.subarray(i * length, (i + 1) * length), particles, i, { view: aligned, ...grid });
    }
    // the first of them has no other to agree with: its centre of volume is at depth 0
    const lost = [LOST_SHARE ** v, LOST_SHARE] as const;
    const lag = v === 0 ? 0 : depthLag(likelihoods, table, { length, lost, mostLag });
    for (let at = 0; at < table.length; at++) {
      const moved = (at % length) + lag;
      likelihoods[at] *= moved < 0 || moved >= length ? LOST_SHARE : table[at + lag];
    }
  });
  return { lowNm, stepNm, length, logs: likelihoods.map(Math.log) };
}

/** Most that a further view's depths lie beside those of the ones before [nm]. */
const MOST_DEPTH_SHIFT_NM = 40;

/** Errors beyond which two places are not those of one particle. */
const REACH_ERRORS = 4;

/** Likelihood of a particle's depth by one view. */
function likelihoodInto(
  row: Float32Array,
  { xNm, yNm, radiiNm, materialIndices }: ProjectedParticles,
  i: number,
  {
    view: { particles: other, tiltDeg },
    errorNm,
    lowNm,
    stepNm,
  }: {
    readonly view: TiltedView;
    readonly errorNm: number;
    readonly lowNm: number;
    readonly stepNm: number;
  },
): Float32Array {
  const [c, s] = [Math.cos((tiltDeg * Math.PI) / 180), Math.sin((tiltDeg * Math.PI) / 180)];
  const found = new Float64Array(row.length);
  for (let k = 0; k < other.count; k++) {
    const dx = (other.xNm[k] - xNm[i]) / errorNm;
    const dr = Math.log(other.radiiNm[k] / radiiNm[i]) / RADIUS_ERROR;
    if (
      other.materialIndices[k] !== materialIndices[i] ||
      Math.abs(dx) > REACH_ERRORS ||
      Math.abs(dr) > REACH_ERRORS
    )
      continue;
    const alike = Math.exp(-(dx * dx + dr * dr) / 2);
    const middleNm = (yNm[i] * c - other.yNm[k]) / s;
    const widthNm = (REACH_ERRORS * errorNm) / Math.abs(s);
    const from = Math.max(0, Math.ceil((middleNm - widthNm - lowNm) / stepNm));
    const to = Math.min(row.length - 1, Math.floor((middleNm + widthNm - lowNm) / stepNm));
    for (let at = from; at <= to; at++) {
      const dy = ((lowNm + at * stepNm - middleNm) * s) / errorNm;
      found[at] += alike * Math.exp((-dy * dy) / 2);
    }
  }
  for (let at = 0; at < row.length; at++) row[at] = LOST_SHARE + (1 - LOST_SHARE) * found[at];
  return row;
}

/** ln of the likelihood of a particle's depth; as at the ends beyond them. */
export function depthLogAt(
  { lowNm, stepNm, length, logs }: DepthEvidence,
  particle: number,
  depthNm: number,
): number {
  const at = Math.round((depthNm - lowNm) / stepNm);
  return logs[particle * length + (at < 0 ? 0 : at >= length ? length - 1 : at)];
}
